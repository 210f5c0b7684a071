"""The transcript: as text, as HTML and as a file; and never a password in it."""

import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from pathlib import Path

import pytest

from smtplesson import Exchange, LessonError, State, Transcript, connect, serve
from smtplesson.loopback.recorder import Recorder
from smtplesson.printable import printable
from tests.conftest import in_chunks, toml
from tests.loopback.helpers import DATA, GREET, MAIL, Step, in_memory, over_tcp, run


def told(which: str, *script: Step) -> Transcript:
    return in_memory(which, [*script])


# ---- as text


def test_as_text() -> None:
    transcript = told("example", "NOOP", *DATA, "hello", ".", "QUIT")
    lines = str(transcript).splitlines()
    assert lines[:3] == [
        *("S: 220 example.test ESMTP smtplesson", "C: NOOP", "S: 250 2.0.0 Still here")
    ]
    assert lines[-5:-1] == [
        *("C: hello", "C: .", "S: 250 2.6.0 Message accepted, 7 octets", "C: QUIT")
    ]
    assert repr(transcript) == "<Transcript of 9 exchanges: 220 250 250 250 250 354 250 221>"
    assert repr(transcript[1]) == "<Exchange NOOP 250>"


def test_a_slice_is_a_transcript_and_the_reply_a_value() -> None:
    transcript = told("example", *MAIL, "RCPT TO:<x@example.test>")
    assert isinstance(transcript[1:3], Transcript)
    assert [each.stage for each in transcript[1:3]] == ["EHLO", "MAIL"]
    assert (len(transcript), transcript[-1].stage) == (5, "unasked")
    reply = transcript[-2].reply
    assert reply and (reply.code, reply.enhanced) == (550, "5.1.1") and transcript[-2].code == 550


def test_states_before_and_after() -> None:
    states = [(each.stage, each.before, each.after) for each in told("example", *DATA, ".", "QUIT")]
    assert states == [
        ("connect", "connected", "connected"),
        ("EHLO", "connected", "greeted"),
        ("MAIL", "greeted", "sender"),
        ("RCPT", "sender", "recipient"),
        ("DATA", "recipient", "content"),
        ("end-of-data", "content", "greeted"),
        ("QUIT", "greeted", "closed"),
    ]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"a\x1b[2Jb\r\n", ["a\\x1b[2Jb"]),
        (b"a\0b\x07\x7f\r\n", ["a\\x00b\\x07\\x7f"]),
        (b"a\rb\r\n", ["a\\rb"]),
        (b"a\x0bb\x0cc\x1cd\r\n", ["a\\x0bb\\x0cc\\x1cd"]),
        ("a\u2028b\u0085c\u202ed\r\n".encode(), ["a\\u2028b\\x85c\\u202ed"]),
        (b"\xff\xfe\r\n", ["\\xff\\xfe"]),
        ("zoë\r\n".encode(), ["zoë"]),
        (b"one\r\n\r\ntwo\n", ["one", "", "two"]),
        (b"unfinished", ["unfinished"]),
        (b"\r\n", [""]),
        (b"\r\r\n", ["\\r"]),
    ],
)
def test_control_characters_are_seen_and_do_not_act(sent: bytes, shown: list[str]) -> None:
    # One line for each line that was sent, however a terminal would break it.
    exchange = Exchange("text", sent, b"", State.CONTENT, State.CONTENT)
    assert [line for who, line in exchange.lines() if who == "C"] == shown
    assert str(exchange).isprintable() or "\n" in str(exchange)


def test_the_reply_is_shown_as_it_came() -> None:
    received = b"250-first\r\n250-2.0.0 second\r\n250\r\n"
    exchange = Exchange("NOOP", b"NOOP\r\n", received, State.GREETED, State.GREETED)
    assert str(exchange) == "C: NOOP\nS: 250-first\nS: 250-2.0.0 second\nS: 250"


# ---- what is worth a remark


@pytest.mark.parametrize(
    ("script", "note"),
    [
        ([b"NOOP\n"], "bare LF tolerated"),
        ([*GREET, "MAIL FROM: <a@b.c>"], "extra space tolerated"),
        ([*GREET, "STARTTLS"], "TLS handshake made; the session starts again"),
        ([*GREET, ["STARTTLS", "NOOP"]], "octets sent before it were discarded"),
    ],
)
def test_notes(script: list[Step], note: str) -> None:
    client = connect()
    run(client, script)
    assert note in client.transcript[-1].notes
    assert f"!: {note}" in str(client.transcript)


def test_what_a_strict_server_refuses_is_not_noted_as_tolerated() -> None:
    assert told("strict", b"NOOP\n")[1].notes == ()


# ---- passwords

SECRETS = [
    "wonderland",
    b64encode(b"wonderland").decode(),
    b64encode(b"\0alice\0wonderland").decode(),
]
DROPS = toml('[[rule]]\nat = "AUTH"\ndrop = true')


@pytest.mark.parametrize(
    "script",
    [
        [f"AUTH PLAIN {SECRETS[2]}"],
        [f"auth  plain  {SECRETS[2]}  "],
        [f"AUTH\tPLAIN {SECRETS[2]}"],
        [f" AUTH PLAIN {SECRETS[2]}"],
        [f"AUTH LOGIN {SECRETS[1]}"],
        [f"AUTH NTLM {SECRETS[1]}"],
        [f"AUTH PLAIN x\r{SECRETS[2]}".encode() + b"\n"],
        [f"AUTH PLAIN x {SECRETS[2]}"],
        ["AUTH PLAIN", SECRETS[2]],
        ["AUTH PLAIN", f"wrong {SECRETS[2]}"],
        ["AUTH LOGIN", "YWxpY2U=", SECRETS[1]],
        ["AUTH LOGIN", "YWxpY2U=", "wonderland"],
        [["AUTH LOGIN", "YWxpY2U=", SECRETS[1], "NOOP"]],
        ["MAIL FROM:<a@b.c>", f"AUTH PLAIN {SECRETS[2]}"],
        ["AUTH PLAIN", f"{SECRETS[2]}".encode()],  # the line end never comes
        [f"AUTH PLAIN {SECRETS[2]}".encode()],
        # a mechanism forgotten, mistyped, or joined to its neighbours
        [f"AUTH {SECRETS[2]}"],
        [f"AUTH PLIAN {SECRETS[2]}"],
        [f"AUTH PLAIN{SECRETS[2]}"],
        [f"AUTH PLAIN={SECRETS[2]}"],
        [f"AUTH=PLAIN {SECRETS[2]}"],
        [f"AUTH{SECRETS[2]}"],
        ["AUTH HUNTER2", "AUTH wonderland"],
        # AUTH mistyped, copied, or taken from elsewhere
        [f"ATUH PLAIN {SECRETS[2]}"],
        [f"ATUH {SECRETS[2]}", SECRETS[1]],
        [f"auht login {SECRETS[1]}"],
        [f"AUTHENTICATE PLAIN {SECRETS[2]}"],
        [f"C: auth plain {SECRETS[2]}"],
        [f"X AUTH LOGIN {SECRETS[1]}"],
        ["LOGIN alice wonderland"],
        ["user alice", "pass wonderland"],
        # typed again, or sent on, after a login that did not succeed
        ["AUTH LOGIN", "YWxpY2U=", b64encode(b"wrong").decode(), SECRETS[1], "wonderland"],
        [["AUTH LOGIN", "YWxpY2U=", "!", "YWxpY2U=", SECRETS[1]]],
        [["AUTH KERBEROS-9", "YWxpY2U=", SECRETS[1]]],
        [["AUTH PLAIN", "*", SECRETS[2]], "alice wonderland"],
        ["AUTH CRAM-MD5", "*", "EHLO alice wonderland", "RSET wonderland", "QUIT wonderland"],
        ["AUTH CRAM-MD5", "*", "MAIL FROM:<a@b.c> wonderland", "RCPT wonderland"],
        ["MAIL FROM:<a@b.c>", "AUTH LOGIN", "YWxpY2U=", SECRETS[1]],
    ],
)
@pytest.mark.parametrize(
    ("which", "before"),
    [
        ("example", GREET),
        ("strict", [*GREET, "STARTTLS", *GREET]),
        ("strict", GREET),
        ("example", []),
        (DROPS, GREET),
    ],
    ids=["example", "strict", "no TLS", "no EHLO", "drops"],
)
def test_no_password_is_kept(which: str, before: list[Step], script: list[Step]) -> None:
    for carry in (in_memory, over_tcp):
        transcript = carry(which, [*before, *script])
        for shown in (str(transcript), transcript._repr_html_(), transcript.to_jsonl()):
            assert "****" in shown
            assert not any(secret.strip("=").upper() in shown.upper() for secret in SECRETS)


def test_what_is_no_password_is_kept() -> None:
    transcript = told("example", *GREET, "AUTH", "AUTH PLAIN", "*", "NOOP AUTH PLAIN x", *DATA[1:])
    assert "****" not in str(transcript)
    text = told("example", *DATA, "AUTH PLAIN x", "AUTH LOGIN y z", ".")
    assert "AUTH LOGIN y z" in str(text)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("AUTH PLAIN x", "AUTH PLAIN ****"),
        ("auth login x", "auth login ****"),
        ("AUTH HANDSHAKE-9", "AUTH HANDSHAKE-9"),
        ("AUTH scram-sha-256 x", "AUTH scram-sha-256 ****"),
        ("AUTH", "AUTH"),
        ("ATUH PLAIN x", "ATUH PLAIN ****"),
        ("ATUH", "ATUH"),
        ("HELLO client.example", "HELLO client.example"),
        ("Content-Type: text/plain", "Content-Type: text/plain"),
        ("Subject: plain words", "Subject: plain words"),
    ],
)
def test_of_a_login_the_verb_and_the_mechanism_stay_readable(line: str, shown: str) -> None:
    assert str(told("example", *GREET, line)[2]).splitlines()[0] == f"C: {shown}"


def test_what_is_a_command_stays_readable_after_a_login_has_failed() -> None:
    lines = [
        *("AUTH PLAIN", "*", "NOOP x", "VRFY John Smith", "HELP MAIL", "EXPN staff", "BDAT 4 LAST"),
        *("STARTTLS", "HELO a.example", "EHLO [127.0.0.1]", 'MAIL FROM:<"a b"@b.c> BODY=8BITMIME'),
        *("mail from: <> SMTPUTF8", "RCPT TO:<@a,@b:c@d.e>", "DATA", "RSET", "*", ".", "", "QUIT"),
    ]
    said = [each.sent for each in told("example", *GREET, *lines) if each.sent]
    assert said[1:] == [f"{line}\r\n".encode() for line in lines]
    assert "unknown" in [each.stage for each in told("example", *GREET, "AUTH x", "XYZZY")]


def test_after_334_a_line_is_no_command_whatever_it_looks_like() -> None:
    for line in ("HELP wonderland", "NOOP", "QUIT", "."):
        answer = told("example", *GREET, "AUTH PLAIN", line)[3]
        assert (answer.stage, answer.sent) == ("AUTH-response", b"****\r\n")


def test_a_login_that_succeeds_ends_the_masking() -> None:
    right = f"AUTH PLAIN {SECRETS[2]}"
    assert str(told("example", *GREET, "AUTH wrong", right, "XYZZY me")[4]).startswith("C: XYZZY")
    again = told("example", *GREET, right, right, "XYZZY me")
    assert str(again[4]).startswith("C: ****")


def test_a_reply_does_not_repeat_what_is_masked() -> None:
    recorder = Recorder()
    recorder.received(b"220 hi\r\n")
    recorder.sent(b"AUTH LOGIN\r\nWonder Land\r\n500-x\r\nNOOP\r\n")
    recorder.received(b"538 no\r\n500-Wonder 500\r\n500 WONDER LAND? wonder\r\n")
    recorder.received(b"500-x\r\n500 500-X\r\n250 wonder\r\n")
    assert [each.received for each in recorder.transcript[2:]] == [
        b"500-**** 500\r\n500 **** ****? ****\r\n",
        b"500-x\r\n500 ****\r\n",
        b"250 wonder\r\n",
    ]


def test_the_servers_log_masks_as_the_transcript_does() -> None:
    said: list[Exchange] = []
    heap = [*GREET, "AUTH LOGIN", "YWxpY2U=", SECRETS[1], SECRETS[2]]
    with serve("strict", log=lambda number, exchange: said.append(exchange)) as server:
        transcript = run(connect(server), [heap, f"ATUH {SECRETS[2]}"])
    assert said == transcript.exchanges
    assert [each.sent for each in said[3:]] == [b"****\r\n"] * 4


def test_what_is_only_asked_about_changes_nothing() -> None:
    client = connect()
    run(client, GREET)
    shown = client.recorder.shown(b"AUTH LOGIN\r\nwonderland\r\nNOOP\r\n")
    assert shown == b"AUTH LOGIN\r\n****\r\nNOOP\r\n"
    assert client.send("XYZZY me").sent == b"XYZZY me\r\n"


def test_an_error_does_not_show_a_password() -> None:
    client = connect()
    with pytest.raises(LessonError, match=re.escape("not b'AUTH PLAIN ****")) as error:
        client.send(f"AUTH PLAIN {SECRETS[2]}\r\n")
    assert SECRETS[2] not in str(error.value)


# ---- as HTML


def test_html_escapes_what_the_client_sent() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="a">&amp;\''
    for script in ([evil], [f"VRFY {evil}"], [*DATA, evil, "."], [f"{evil} x"]):
        html = told("example", *script)._repr_html_()
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html.lower()
        tree = ET.fromstring(html.replace("<br>", "<br/>"))
        tags = {element.tag for element in tree.iter()}
        assert tags <= {
            *("table", "caption", "thead", "tbody", "tr", "th", "td"),
            *("code", "strong", "br", "span"),
        }


def test_html_tells_stage_code_and_duty() -> None:
    html = told("example", *MAIL, "RCPT TO:<bob@example.test>")._repr_html_()
    tree = ET.fromstring(html.replace("<br>", "<br/>"))
    rows = [["".join(cell.itertext()) for cell in row] for row in tree.iter("tr")]
    assert rows[0] == ["Stage", "Said", "Means"]
    assert rows[4][0] == "RCPT"
    assert "452" in rows[4][1]
    assert rows[4][2].endswith("try again later")
    assert tree.findtext("caption")
    assert {th.get("scope") for th in tree.iter("th")} == {"col", "row"}
    assert told("example")[0]._repr_html_().count("<tr>") == 2


# ---- as a file


def test_round_trip(tmp_path: Path) -> None:
    transcript = told(
        "example", b"\xff\0\r\n", "zoë", *DATA, "..", b"\n.\n", ".", "STARTTLS", "QUIT"
    )
    path = transcript.save(tmp_path / "said.jsonl")
    assert path == tmp_path / "said.jsonl"
    again = Transcript.load(path)
    assert again == transcript
    assert again.to_jsonl() == transcript.to_jsonl() == path.read_text("ascii")
    assert [each.name for each in tmp_path.iterdir()] == ["said.jsonl"]
    assert Transcript.load(str(Transcript().save(str(path)))) == Transcript()


GOOD = told("example").to_jsonl().splitlines()[0]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("hello", 1),
        ("{}", 1),
        ("[]", 1),
        ("5", 1),
        (f"{GOOD}\nnull", 2),
        (f"{GOOD}\n{GOOD}\n" + GOOD.replace("connected", "confused", 1), 3),
        (GOOD.replace("220 ", "2x0 "), 1),
        (GOOD.replace("220 example", "101 example"), 1),
        (GOOD.replace('"sent": ""', '"sent": 5'), 1),
        (GOOD.replace('"sent": ""', '"sent": "\u4e2d"'), 1),
        (GOOD.replace('"notes": []', '"notes": 5'), 1),
        ("[" * 200_000, 1),
        (f"{GOOD}\n" + GOOD.replace("[]", "[" * 100_000 + "]" * 100_000), 2),
        (GOOD.replace("[]", "1" * 5_000), 1),
        (GOOD.replace('"sent": ""', '"sent": "' + "\u4e2d" * 9_000 + '"'), 1),
        ("\x89PNG\udcff", 1),
    ],
    ids=range(16),
)
def test_a_file_that_is_no_transcript(tmp_path: Path, line: str, number: int) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text(f"{line}\n", "utf-8", "surrogateescape")
    with pytest.raises(LessonError) as error:
        Transcript.load(path)
    assert str(error.value).startswith(f"{path}: line {number} is not an exchange")
    assert len(str(error.value)) < len(str(path)) + 250


@pytest.mark.parametrize("name", ["", ".", "/", "a\0b", "\ud800", "folder", "missing/said.jsonl"])
def test_a_file_that_cannot_be_written_or_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    for call, what in ((told("example").save, "written"), (Transcript.load, "read")):
        with pytest.raises(LessonError, match="cannot be") as error:
            call(name)
        assert re.search(f"{re.escape(printable(name))}.*: .*cannot be {what}: ", str(error.value))


def test_a_stranger_s_transcript_moves_no_cursor(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    evil = GOOD.replace('"connect"', '"\\u001b[2J"').replace("[]", '["\\u001b[2J\\n\\u202e"]')
    path.write_text(evil)
    (exchange,) = transcript = Transcript.load(path)
    shown = f"{exchange}{exchange!r}{transcript}{transcript!r}{transcript._repr_html_()}"
    assert shown.replace("\n", "").isprintable()
    assert "!: \\x1b[2J\\n\\u202e" in shown


# ---- the recorder


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_replies_may_arrive_in_any_pieces(size: int) -> None:
    whole = told("helpful", *GREET, "HELP", "EXPN staff", "QUIT")
    recorder = Recorder()
    for exchange in whole:
        recorder.sent(exchange.sent)
        for piece in in_chunks(exchange.received, size):
            assert recorder.awaits_reply
            recorder.received(piece)
        assert not recorder.awaits_reply
    assert recorder.transcript == whole
