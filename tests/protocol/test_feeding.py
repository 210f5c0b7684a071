"""However the octets are cut, the answer is the same; and a session ends when it should."""

from base64 import b64encode
from itertools import product

import pytest

from smtplesson.protocol.scenario_file import scenario, scenario_names
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State
from tests.conftest import (
    DATA,
    EHLO,
    MAIL,
    RCPT,
    TEXT,
    TRANSACTION,
    codes,
    in_chunks,
    lines,
    read_replies,
    started,
    talk,
    toml,
)

QUIT = b"QUIT\r\n"
PROOF = b64encode(b"\0alice\0wonderland") + b"\r\n"
# Each script is a list of octet strings; a TLS handshake is made between them.
SCRIPTS: dict[str, list[bytes]] = {
    "mail": [TRANSACTION + TEXT + QUIT],
    "two mails": [TRANSACTION + TEXT + MAIL + RCPT + DATA + TEXT],
    "empty mail": [TRANSACTION + b".\r\n" + b"NOOP\r\n"],
    "dots": [TRANSACTION + b"..\r\n...\r\n.a\r\n..a\r\n. \r\n.\r\n" + QUIT],
    "bare ends": [TRANSACTION + b"a\n.\nb\r.\rc\n.\r\nd\r\n.\ne\r\n\r\n.\r\r\n.\r\n" + QUIT],
    "long text line": [TRANSACTION + b"x" * 1001 + b"\r\n.\r\n" + QUIT],
    "many recipients": [
        EHLO + MAIL + lines(*(f"RCPT TO:<{who}@example.test>" for who in "abcde")) + RCPT + DATA
    ],
    "nonsense": [
        EHLO + b"\r\n \r\nX\r\n\0\r\n\xff\xfe\r\nMAIL\r\nMAIL FROM:<\xff@b>\r\nEHLO \xff\r\n"
    ],
    "bare LF": [b"EHLO a.example\nNOOP\nMAIL FROM: <a@b.example>\n" + RCPT],
    "out of order": [
        RCPT + DATA + MAIL + EHLO + RCPT + DATA + MAIL + MAIL + DATA + b"RSET\r\n" + RCPT
    ],
    "questions": [
        EHLO + lines("HELP", "HELP RCPT", "HELP X", "VRFY smith", "VRFY erik", "EXPN staff")
    ],
    "long lines": [EHLO + b"NOOP " + b"x" * 600 + b"\r\n" + b"y" * 15_000 + b"\r\nNOOP\r\n"],
    "plain": [EHLO + b"AUTH PLAIN\r\n" + PROOF + MAIL],
    "initial response": [EHLO + b"AUTH PLAIN " + PROOF + b"AUTH PLAIN\r\n"],
    "login": [EHLO + lines("AUTH LOGIN", "YWxpY2U=", "d29uZGVybGFuZA==") + MAIL],
    "wrong logins": [EHLO + lines("AUTH LOGIN", "*", "AUTH PLAIN", "!", "AUTH CRAM-MD5", "eA==")],
    "long response": [EHLO + b"AUTH PLAIN\r\n" + b"A" * 13_000 + b"\r\nNOOP\r\n"],
    "injection": [EHLO + b"STARTTLS\r\nNOOP\r\n" + TRANSACTION, TRANSACTION + TEXT],
    "secure": [EHLO + b"STARTTLS\r\n", EHLO + b"AUTH PLAIN " + PROOF + MAIL + RCPT + DATA + TEXT],
    "too many errors": [b"X\r\n" * 25 + QUIT],
    "in band": [EHLO + lines(*(f"MAIL FROM:<reply-{c}@example.test>" for c in (450, 299, 421)))],
    "never mind": [QUIT + TRANSACTION + TEXT],
}
SMALL = toml('users = ["alice"]\n[limits]\nmessage = 200\nrecipients = 2\nerrors = 5')


def fed(session: Session, script: list[bytes], size: int) -> list[bytes]:
    """The answers to a script in chunks of `size` (0: whole)."""
    answers = []
    for number, octets in enumerate(script):
        if number and session.state is State.TLS:
            session.tls_started()
        pieces = in_chunks(octets, size) if size else [octets]
        answers.append(b"".join(session.receive(piece) for piece in pieces))
    return answers


@pytest.mark.parametrize(("name", "which"), list(product(SCRIPTS, scenario_names())))
def test_cuts_change_nothing(name: str, which: str) -> None:
    number = 3 if which == "closed" else 0
    whole = fed(started(which, number=number), SCRIPTS[name], 0)
    for size in (1, 2, 3, 7):
        assert fed(started(which, number=number), SCRIPTS[name], size) == whole
    assert any(whole)
    for answer in whole:
        read_replies(answer)


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_not_yet_a_line_changes_nothing(name: str) -> None:
    whole = fed(started(), SCRIPTS[name], 0)
    *first, last = SCRIPTS[name]
    for trailing in (b"N", b"QUIT", b"QUIT\r", b".", b"\r\n."):
        if trailing[0] == 13 and not last.endswith(DATA):
            continue  # outside a text this would be an empty line
        assert fed(started(), [*first, last + trailing], 0) == whole


@pytest.mark.parametrize(
    "script", [TRANSACTION + b"x" * 500 + b"\r\n.\r\nNOOP\r\n" + MAIL, RCPT * 9]
)
def test_small_limits_however_cut(script: bytes) -> None:
    answers = {fed(started(SMALL), [script], size)[0] for size in (0, 1, 2, 3, 7, 100)}
    assert len(answers) == 1


def test_the_dot_may_arrive_in_any_piece() -> None:
    text = b"hello\r\n.\r\n"
    for at in range(len(text)):
        session = started("example", TRANSACTION)
        assert session.receive(text[:at]) == b""
        assert talk(session, text[at:]) == [250]


def test_twenty_errors_end_the_session() -> None:
    session = started()
    assert talk(session, b"X\r\n" * 19) == [500] * 19
    assert talk(session, b"X\r\nNOOP\r\n") == [500, 421]
    assert session.state is State.CLOSED
    assert session.receive(b"NOOP\r\n") == b""


COUNTED = ["X", "EHLO", "DATA", "AUTH PLAIN AGFsaWNlAHdyb25n", "AUTH X", "NOOP " + "x" * 600]
NOT_COUNTED = ["NOOP", "VRFY nobody", "EXPN staff"]
NOT_COUNTED += [f"MAIL FROM:<reply-{code}@example.test>" for code in (451, 550)]


@pytest.mark.parametrize("line", [*COUNTED, *NOT_COUNTED])
def test_mistakes_count_and_refusals_of_mail_do_not(line: str) -> None:
    session = started(toml("in_band = true\n[limits]\nerrors = 4"), EHLO)
    answered = talk(session, lines(*[line] * 6))
    assert answered[:4] == answered[:1] * 4
    assert answered[4:] == ([421] if line in COUNTED else answered[:2])


def test_mistakes_in_a_text_and_in_a_login_count() -> None:
    session = started(toml('users = ["alice"]\n[limits]\nerrors = 3'))
    script = TRANSACTION + b"x" * 1001 + b"\r\n.\r\n" + lines("AUTH LOGIN", "*", "AUTH PLAIN", "!")
    assert talk(session, script)[4:] == [500, 334, 501, 334, 501, 421]


@pytest.mark.parametrize(
    ("last", "now", "said"), [(0, 299.9, b""), (10, 309.9, b""), (10, 310, b"421")]
)
def test_idle(last: float, now: float, said: bytes) -> None:
    session = started()
    session.receive(EHLO, now=last)
    assert session.idle(now)[:3] == said
    assert (session.state is State.CLOSED) == bool(said)


@pytest.mark.parametrize(
    "way", [b"", EHLO + MAIL, TRANSACTION, TRANSACTION + b"text", EHLO + b"AUTH PLAIN\r\n"]
)
def test_idle_anywhere(way: bytes) -> None:
    session = started()
    session.receive(way, now=5)
    (reply,) = read_replies(session.idle(1_000))
    assert (reply.code, reply.statuses) == (421, ("4.4.2",))
    assert session.receive(b"NOOP\r\n", now=1_001) == b""
    assert session.idle(2_000) == b""


def test_idle_counts_from_the_greeting() -> None:
    session = Session(scenario("example"))
    session.open(now=100.0)
    assert session.idle(399.9) == b""
    assert codes(session.idle(400.0)) == [421]


def test_a_client_that_waits_for_a_slow_server_is_not_idle() -> None:
    slow = toml('[limits]\nidle = 60\n[[rule]]\nat = "NOOP"\nreply = "250"\ndelay = 100')
    session = started(slow)
    assert codes(session.receive(b"NOOP\r\n", now=10)) == [250]
    assert session.delay == 100
    assert session.idle(110) == b""
    assert session.idle(169.9) == b""
    assert codes(session.idle(170)) == [421]


def test_nothing_is_said_in_clear_during_a_handshake() -> None:
    session = started("example", EHLO + b"STARTTLS\r\n")
    assert session.idle(10_000) == b""


@pytest.mark.parametrize("length", [12_288, 12_289, 12_290, 40_000, 1_000_000])
def test_the_end_of_an_endless_line_is_no_command(length: int) -> None:
    # RFC 5321 §4.5.3.1.4: one line too long, one 500; QUIT at its end is part of it.
    for pieces in ([b"x" * length, QUIT], [b"x" * length + QUIT]):
        session = started()
        assert codes(b"".join(map(session.receive, pieces))) == [500]
        assert session.state is not State.CLOSED
        assert talk(session, QUIT) == [221]
