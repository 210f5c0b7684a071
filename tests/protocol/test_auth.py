"""Authentication by RFC 4954, 4616 and 2195, with proofs that the test computes itself."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest

from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State
from tests.conftest import EHLO, MAIL, RCPT, codes, read_replies, started, talk, toml
from tests.protocol import answer, secured

NOBODY, RIGHT, WRONG = "nobody", "wonderland", "looking glass"


def coded(octets: bytes | str) -> bytes:
    """The octets in base64, as a line."""
    return b64encode(octets.encode() if isinstance(octets, str) else octets) + b"\r\n"


def challenge(session: Session, line: bytes) -> bytes:
    """The challenge that the line draws, decoded."""
    (reply,) = read_replies(session.receive(line))
    assert reply.code == 334
    return b64decode(reply.texts[0], validate=True)


def by_plain(session: Session, user: str, password: str) -> bytes:
    assert challenge(session, b"AUTH PLAIN\r\n") == b""
    return session.receive(coded(f"\0{user}\0{password}"))


def by_plain_at_once(session: Session, user: str, password: str) -> bytes:
    return session.receive(b"AUTH PLAIN " + coded(f"\0{user}\0{password}"))


def by_login(session: Session, user: str, password: str) -> bytes:
    assert challenge(session, b"AUTH LOGIN\r\n") == b"Username:"
    assert challenge(session, coded(user)) == b"Password:"
    return session.receive(coded(password))


def by_login_at_once(session: Session, user: str, password: str) -> bytes:
    initial = coded(user) if user else b"=\r\n"  # RFC 4954 §4
    assert challenge(session, b"auth login " + initial) == b"Password:"
    return session.receive(coded(password))


def by_cram_md5(session: Session, user: str, password: str) -> bytes:
    asked = challenge(session, b"AUTH CRAM-MD5\r\n")
    digest = hmac.new(password.encode(), asked, "md5").hexdigest()  # RFC 2195 §2
    return session.receive(coded(f"{user} {digest}"))


WAYS = [by_plain, by_plain_at_once, by_login, by_login_at_once, by_cram_md5]
Way = Callable[[Session, str, str], bytes]


@pytest.mark.parametrize("way", WAYS)
def test_who_proves_it_may_enter(way: Way) -> None:
    session = started("example", EHLO)
    (reply,) = read_replies(way(session, "alice", RIGHT))
    assert (reply.code, reply.statuses) == (235, ("2.7.0",))  # RFC 4954 §6
    assert session.logged_in
    # Who has logged in may relay (RFC 5321 §3.6.2 leaves it to the server).
    assert talk(session, MAIL, b"RCPT TO:<someone@elsewhere.example>\r\n") == [250]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("user", "password"),
    [("alice", WRONG), ("alice", ""), (NOBODY, RIGHT), (NOBODY, ""), ("", ""), ("alicé", "é")],
)
def test_who_does_not_may_not(way: Way, user: str, password: str) -> None:
    session = started("example", EHLO)
    (reply,) = read_replies(way(session, user, password))
    assert (reply.code, reply.statuses) == (535, ("5.7.8",))  # RFC 4954 §6
    assert not session.logged_in
    assert talk(session, MAIL, b"RCPT TO:<someone@elsewhere.example>\r\n") == [550]
    assert talk(session, b"RSET\r\n") == [250]
    assert codes(way(session, "alice", RIGHT)) == [235]  # and may try again


@pytest.mark.parametrize("way", WAYS)
def test_once_is_enough(way: Way) -> None:
    # RFC 4954 §4: 503 after a success, for the rest of the session.
    session = started("example", EHLO)
    way(session, "alice", RIGHT)
    for line in (b"AUTH PLAIN\r\n", b"AUTH CRAM-MD5\r\n"):
        assert talk(session, line) == [503]
    assert talk(session, b"RSET\r\n", EHLO, b"AUTH PLAIN\r\n") == [503]


# Three parts that fit (RFC 4616 §2: may alice act for bob? Nobody said so); name and digest.
WRONG_RESPONSES = {
    b"PLAIN": [
        *(b"", b"alice", b"\0alice", b"alice\0wonderland", b"\0alice\0wonderland\0"),
        *(b"bob\0alice\0wonderland", b"\0ALICE\0wonderland", b"\0alice\0Wonderland"),
        *(b"\0alice\0wonderland ", b"\0\xff\0\xff"),
    ],
    b"CRAM-MD5": [
        *(b"", b"alice", b"alice ", b"alice 00000000000000000000000000000000"),
        *(b"alice \xc3\xa9\xff", b"\xff \xff", b" "),
    ],
}


@pytest.mark.parametrize(
    ("mechanism", "response"),
    [(key, each) for key in WRONG_RESPONSES for each in WRONG_RESPONSES[key]],
)
def test_a_response_that_does_not_fit(mechanism: bytes, response: bytes) -> None:
    session = started("example", EHLO)
    challenge(session, b"AUTH %s\r\n" % mechanism)
    assert talk(session, coded(response)) == [535]


def test_a_challenge_of_cram_md5_is_made_once() -> None:
    # RFC 2195 §2: shaped like a Message-ID, and never the same.
    asked = set()
    for number in range(1, 4):
        session = started("example", EHLO, number=number)
        for _ in range(3):
            asked.add(challenge(session, b"AUTH CRAM-MD5\r\n"))
            session.receive(b"*\r\n")
    assert len(asked) == 9
    assert all(each[:1] + each[-1:] == b"<>" and b"@" in each for each in asked)


def test_yesterdays_digest_does_not_help() -> None:
    asked = challenge(started("example", EHLO), b"AUTH CRAM-MD5\r\n")
    digest = hmac.new(b"wonderland", asked, "md5").hexdigest()
    later = started("example", EHLO + b"AUTH CRAM-MD5\r\n", number=2)
    assert talk(later, coded(f"alice {digest}")) == [535]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize(
    "line", [b"!", b"a", b"ab=", b"a===", b"=ab", b"abc=d", b"ab\0d", b"a b", b"\xff", b"=", b"**"]
)
def test_what_is_no_base64_is_501(mechanism: str, line: bytes) -> None:
    # RFC 4954 §4: 501 5.5.2; "=" means an empty initial response and nothing else.
    session = started("example", EHLO)
    challenge(session, f"AUTH {mechanism}\r\n".encode())
    assert answer(session, line + b"\r\n") == (501, "5.5.2")
    assert session.state is State.GREETED
    assert talk(session, MAIL) == [250]


@pytest.mark.parametrize(
    "way", [[b"AUTH PLAIN\r\n"], [b"AUTH CRAM-MD5\r\n"], [b"AUTH LOGIN\r\n", coded("alice")]]
)
def test_a_star_cancels(way: list[bytes]) -> None:
    # RFC 4954 §4, at the second question too
    session = started("example", EHLO)
    for end in range(1, len(way) + 1):
        assert talk(session, *way[:end]) == [334]
        assert talk(session, b"*\r\n") == [501]
    assert codes(by_login(session, "alice", RIGHT)) == [235]
    assert talk(session, MAIL) == [250]


def test_a_password_that_has_to_be_converted() -> None:
    # RFC 4954 §6: 432 asks for another mechanism, as a rule for PLAIN, which then has to work.
    session = secured("strict")
    assert codes(by_login(session, "erik", "viking")) == [432]
    assert codes(by_plain_at_once(session, "erik", "viking")) == [235]


@pytest.mark.parametrize(
    ("proof", "code", "status"),
    [("\0dora\0explorer", 454, "4.7.0"), ("\0fay\0faraway", 534, "5.7.9")],
)
def test_troubles_of_single_accounts(proof: str, code: int, status: str) -> None:
    # RFC 4954 §6
    session = secured("strict")
    assert answer(session, b"AUTH PLAIN " + coded(proof)) == (code, status)
    assert talk(session, MAIL) == [530]
    assert codes(by_login(session, "alice", RIGHT)) == [235]
    assert talk(session, MAIL) == [250]


COMMANDS = [
    *("HELO a.example", "MAIL FROM:<a@b.example>", "MAIL FROM: <a@b.example>", "MAIL"),
    *("RCPT TO:<alice@example.test>", "DATA", "RSET", "RSET now", "VRFY alice", "EXPN staff"),
    *("HELP", "AUTH", "AUTH PLAIN", "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", "AUTH X-NONE", "TURN"),
    *("BDAT 5 LAST", "auth login"),
]


@pytest.mark.parametrize("way", [b"", EHLO])
@pytest.mark.parametrize("line", COMMANDS)
def test_strict_wants_tls_before_every_command(line: str, way: bytes) -> None:
    # RFC 3207 §4: 530 5.7.0 to every command other than NOOP, EHLO, STARTTLS, QUIT; RFC 2034 §4:
    # no enhanced code in a reply to HELO. RFC 4954 §6 keeps 538 for history only.
    session = started("strict", way)
    before = session.state
    assert answer(session, f"{line}\r\n".encode()) == (530, "" if "HELO" in line else "5.7.0")
    assert session.state is before


def test_what_strict_takes_before_tls() -> None:
    session = started("strict")
    assert [talk(session, line) for line in (b"NOOP\r\n", b"STARTTLS\r\n")] == [[250], [503]]
    assert b"AUTH" not in session.receive(EHLO)  # RFC 4954 §6: no password is asked for in clear
    assert [talk(session, line) for line in (b"XYZZY\r\n", b"\r\n", b"NOOP\n")] == [[500]] * 3
    assert talk(started("strict"), b"QUIT\r\n") == [221]
    assert talk(session, b"STARTTLS\r\n") == [220]


def test_a_scenario_may_say_538_as_of_old() -> None:
    # RFC 4954 §6: for a mechanism that may be used in an encrypted connection only.
    proof = b"AUTH PLAIN " + coded(f"\0alice\0{RIGHT}")
    assert answer(started("helpful", EHLO), proof) == (538, "5.7.11")
    assert answer(secured("helpful"), proof) == (535, "5.7.8")


def test_strict_wants_a_login_next() -> None:
    # RFC 4954 §6: AUTH, EHLO, HELO, NOOP, QUIT and RSET need no login.
    session = secured("strict")
    assert b"AUTH PLAIN LOGIN CRAM-MD5" in session.receive(EHLO)
    assert answer(session, MAIL) == (530, "5.7.0")
    for line in (b"NOOP\r\n", b"RSET\r\n", b"HELO a.example\r\n", EHLO):
        assert talk(session, line) == [250]
    for line in (b"VRFY alice\r\n", b"EXPN staff\r\n", b"HELP\r\n"):
        assert talk(session, line) == [530]
    for line in (RCPT, b"DATA\r\n"):  # RFC 5321 §4.1.4: out of order, so no action to refuse
        assert talk(session, line) == [503]
    assert codes(by_cram_md5(session, "alice", RIGHT)) == [235]
    assert talk(session, MAIL + RCPT + b"DATA\r\n") == [250, 250, 354]


def test_mechanisms_are_those_of_the_scenario() -> None:
    session = started(toml('mechanisms = ["LOGIN"]\naccounts = { alice = "wonderland" }'))
    assert b"AUTH LOGIN\r\n" in session.receive(EHLO)
    assert talk(session, b"AUTH PLAIN\r\n") == [504]
    assert codes(by_login(session, "alice", RIGHT)) == [235]
