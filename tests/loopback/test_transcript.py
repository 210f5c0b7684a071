"""The transcript: as text, as HTML and as a file; and never a password in it."""

import xml.etree.ElementTree as ET
from base64 import b64encode
from pathlib import Path

import pytest

from smtplesson.errors import LessonError
from smtplesson.loopback.client import connect
from smtplesson.loopback.recorder import Recorder
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.states import State
from tests.conftest import in_chunks, toml
from tests.loopback.helpers import DATA, GREET, MAIL, RCPT, Step, in_memory, over_tcp, run


def told(which: str, *script: Step) -> Transcript:
    return in_memory(which, [*script])


# ---- as text


def test_as_text() -> None:
    client = connect()
    run(client, ["NOOP", *DATA, "hello", ".", "QUIT"])
    text = str(client.transcript)
    assert text.splitlines()[:4] == [
        "S: 220 example.test ESMTP smtplesson",
        "C: NOOP",
        "S: 250 2.0.0 Still here",
        "C: EHLO client.example",
    ]
    assert text.splitlines()[-5:-1] == [
        "C: hello",
        "C: .",
        "S: 250 2.6.0 Message accepted, 7 octets",
        "C: QUIT",
    ]
    assert repr(client.transcript) == (
        "<Transcript of 9 exchanges: 220 250 250 250 250 354 250 221>"
    )
    assert repr(client.transcript[1]) == "<Exchange NOOP 250>"


def test_a_slice_is_a_transcript() -> None:
    transcript = told("example", *RCPT)
    assert isinstance(transcript[1:3], Transcript)
    assert [each.stage for each in transcript[1:3]] == ["EHLO", "MAIL"]
    assert transcript[-1].stage == "unasked"
    assert len(transcript) == 5


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


def test_the_reply_is_a_value() -> None:
    exchange = told("example", *MAIL, "RCPT TO:<x@example.test>")[-2]
    assert exchange.reply is not None
    assert (exchange.reply.code, exchange.reply.enhanced) == (550, "5.1.1")
    assert exchange.code == 550


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
    assert str(exchange).splitlines() == [
        "C: NOOP",
        "S: 250-first",
        "S: 250-2.0.0 second",
        "S: 250",
    ]


# ---- what is worth a remark


@pytest.mark.parametrize(
    ("script", "note"),
    [
        ([b"NOOP\n"], "bare LF tolerated"),
        ([*GREET, "MAIL FROM: <a@b.c>"], "extra space tolerated"),
        ([*GREET, "STARTTLS"], "TLS handshake made; the session starts anew"),
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
    ],
)
@pytest.mark.parametrize("which", ["example", "strict", DROPS], ids=["example", "strict", "drops"])
def test_no_password_is_kept(which: str, script: list[Step]) -> None:
    for carry in (in_memory, over_tcp):
        if which == "strict":
            transcript = carry(which, [*GREET, "STARTTLS", *GREET, *script])
        else:
            transcript = carry(which, [*GREET, *script])
        for shown in (str(transcript), transcript._repr_html_(), transcript.to_jsonl()):
            assert "****" in shown
            assert not any(secret in shown for secret in SECRETS)
        assert "AUTH" in str(transcript).upper()


def test_what_is_no_password_is_kept() -> None:
    transcript = told("example", *GREET, "AUTH", "AUTH PLAIN", "*", "NOOP AUTH PLAIN x", *DATA[1:])
    assert "****" not in str(transcript)
    text = told("example", *DATA, "AUTH PLAIN x", "AUTH LOGIN y z", ".")
    assert "AUTH LOGIN y z" in str(text)


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
        assert tags <= {"table", "caption", "tr", "th", "td", "code", "b", "br", "span"}


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
    ],
)
def test_a_file_that_is_no_transcript(tmp_path: Path, line: str, number: int) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text(f"{line}\n", "utf-8")
    with pytest.raises(LessonError) as error:
        Transcript.load(path)
    assert str(error.value).startswith(f"{path}: line {number} is no exchange")
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.jsonl"):
        with pytest.raises(LessonError) as error:
            Transcript.load(path)
        assert str(error.value).startswith(f"{path}: cannot be read: ")
    with pytest.raises(LessonError, match="cannot be written"):
        told("example").save(tmp_path / "missing" / "said.jsonl")


def test_a_binary_file_is_no_transcript(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    path.write_bytes(b"\x89PNG\xff")
    with pytest.raises(LessonError, match="line 1 is no exchange"):
        Transcript.load(path)


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
