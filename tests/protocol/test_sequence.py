"""The order of commands: each row of rfc5321_sequence.csv was typed from the RFCs it names."""

from itertools import product
from pathlib import Path

import pytest

from smtplesson.protocol.states import State, next_state
from tests.cases import rows
from tests.conftest import DATA, EHLO, MAIL, RCPT, codes, lines, started, talk

ROWS = [
    (row["state"], row["line"], row["code"], row["after"])
    for row in rows(Path(__file__).with_name("rfc5321_sequence.csv"))
]

# RFC 5321 §4.1.1, RFC 3207, RFC 4954; BDAT (RFC 3030) stands for what is known but not done
# here, XYZZY for what nobody knows.
VERBS = [
    *("EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "VRFY", "EXPN", "HELP", "NOOP", "QUIT"),
    *("STARTTLS", "AUTH", "BDAT", "XYZZY"),
]
WAY = {
    "connected": b"",
    "greeted": EHLO,
    "sender": EHLO + MAIL,
    "recipient": EHLO + MAIL + RCPT,
    "content": EHLO + MAIL + RCPT + DATA,
    "auth": EHLO + b"AUTH PLAIN\r\n",
    "tls": EHLO + b"STARTTLS\r\n",
    "refused": b"",
    "closed": b"QUIT\r\n",
}
# What NOOP, DATA, MAIL and RCPT draw in a row tells the states in which commands are taken
# apart, whatever the machine calls them (RFC 5321 §3.1, §3.3, §4.1.4).
SIGNS = {
    "connected": [250, 503, 503, 503],
    "greeted": [250, 503, 250, 250],
    "sender": [250, 503, 503, 250],
    "recipient": [250, 354],
    "refused": [503, 503, 503, 503],
    "content": [],
    "tls": [],
    "closed": [],
}
# What comes after these is no command, by verb and code. RFC 5321 §4.3.2: 354 at DATA. RFC 3207
# §4: 220 at STARTTLS. RFC 4954 §4: 334.
OPENED = {
    ("DATA", 354): "content",
    ("STARTTLS", 220): "tls",
    ("AUTH", 334): "auth",
    ("response", 334): "auth",
}
REPLY_CODES = [int(f"{a}{b}{c}") for a, b, c in product("2345", "012345", "0123456789")]


def test_every_verb_has_a_row_in_every_state() -> None:
    covered = {(state, line.split()[0]) for state, line, _, _ in ROWS}
    assert covered >= set(product(map(str, State), VERBS))
    assert set(WAY) == set(State)


@pytest.mark.parametrize(("state", "line", "code", "after"), ROWS)
def test_code_and_next_state(state: str, line: str, code: str, after: str) -> None:
    session = started("closed" if state == "refused" else "example", WAY[state])
    assert session.state == state
    answer = session.receive(f"{line}\r\n".encode())
    assert codes(answer) == ([int(code)] if code else [])
    assert session.state == after
    if after in SIGNS:
        probes = (b"NOOP\r\n", DATA, MAIL, RCPT)
        assert [each for probe in probes for each in talk(session, probe)] == SIGNS[after]


@pytest.mark.parametrize(("state", "line", "code", "after"), ROWS)
def test_the_table_says_the_same(state: str, line: str, code: str, after: str) -> None:
    if not code:
        return
    verb = {"content": ".", "auth": "response"}.get(state, line.split()[0])
    assert next_state(State(state), verb, int(code)) == after


@pytest.mark.parametrize("state", State)
def test_a_next_state_exists_for_every_verb_and_code(state: State) -> None:
    for verb, code in product([*VERBS, ".", "response", "handshake", "", "noop"], REPLY_CODES):
        after = next_state(state, verb, code)
        assert isinstance(after, State)
        if code in (221, 421) or state is State.CLOSED:  # RFC 5321 §3.8
            assert after is State.CLOSED
        elif code >= 300 and verb != "." and state is not State.AUTH:  # RFC 5321 §4.1.4
            assert after is state or (verb, code) in OPENED


def test_one_reply_alone_opens_what_is_no_command() -> None:
    met = {
        ((verb, code), str(after))
        for state, verb, code in product(State, [*VERBS, ".", "response", "connect"], REPLY_CODES)
        if (after := next_state(state, verb, code)) is not state
        and after in (State.CONTENT, State.TLS, State.AUTH)
    }
    assert met == set(OPENED.items())


@pytest.mark.parametrize("code", [250, 450, 452, 550, 552, 554])
def test_the_end_of_data_ends_the_transaction_whatever_its_reply(code: int) -> None:
    # RFC 5321 §4.1.1.4: the buffers are cleared; the next MAIL is welcome.
    rcpt = lines(f"RCPT TO:<data-reply-{code}@example.test>")
    session = started("example", EHLO + MAIL + rcpt + DATA)
    assert talk(session, b"hello\r\n.\r\n") == [code]
    assert [talk(session, each) for each in (RCPT, MAIL, DATA)] == [[503], [250], [503]]


def test_after_the_handshake_the_session_starts_anew() -> None:
    # RFC 3207 §4.2: what was learned from the client is forgotten, the login too.
    session = started("example", EHLO + b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n" + MAIL + RCPT)
    assert talk(session, b"STARTTLS\r\n") == [220]
    session.tls_started()
    assert [talk(session, each) for each in (MAIL, b"STARTTLS\r\n")] == [[503], [503]]
    hello = session.receive(EHLO)
    assert b"STARTTLS" not in hello
    assert b"AUTH" in hello
    assert talk(session, b"STARTTLS\r\n") == [503]
    assert talk(session, b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n") == [235]
