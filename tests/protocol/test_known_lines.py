"""Known lines: a session that remembers says, keeps and becomes what one does that does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtplesson.protocol import known_lines
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario, scenario_names
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State
from tests.conftest import DATA, EHLO, MAIL, RCPT, cut_at, in_chunks, lines, started, talk, toml

# One rule for an address, one for a sender, a low limit of recipients, and replies on demand.
PICKY = toml(
    'users = ["alice", "bob", "b\u00f6b"]\nin_band = true\n'
    "[limits]\nrecipients = 2\nmessage = 5_000\n"
    '[[rule]]\nat = "RCPT"\nmatch = "bob@*"\nattempts = [1, 3]\nreply = "450 4.2.1 Busy"\n'
    '[[rule]]\nat = "RCPT"\nmatch = "alice@*"\nshare = 0.5\nreply = "251 2.1.5 Forwarded"\n'
    '[[rule]]\nat = "MAIL"\nmatch = "slow@*"\ndelay = 1.5\nreply = "250 2.1.0 In time"\n'
    '[[rule]]\nat = "NOOP"\nmatch = "bye"\nclose = true\nreply = "250 2.0.0 Bye"\n'
)
SERVERS = {
    **{name: scenario(name) for name in scenario_names()},
    "picky": PICKY,
    "private": toml('require = ["TLS"]'),
}
HELO, RSET, BYE = b"HELO client.example\r\n", b"RSET\r\n", b"NOOP bye\r\n"
LOGIN = b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n"
SENDERS = ("", "slow@c.example", "reply-451@example.test")
NULL, SLOW, WISH = (lines(f"MAIL FROM:<{path}>") for path in SENDERS)
WIDE, SIZED = (lines(f"MAIL FROM:<n@c.example> {each}") for each in ("SMTPUTF8", "SIZE=99"))
NAMES = ("bob", "carol", "postmaster", "b\u00f6b", "data-reply-452-4.3.1")
BOB, CAROL, POST, UMLAUT, LATE = (lines(f"RCPT TO:<{name}@example.test>") for name in NAMES)
ELSEWHERE = lines("RCPT TO:<x@elsewhere.example>")
TEXT = b"Subject: x\r\n\r\n..dot\r\n.\r\n"
LONG = (b"x" * 70 + b"\r\n") * 200 + b".\r\n"
LINES = [
    *(EHLO, HELO, MAIL, NULL, SLOW, WISH, WIDE, SIZED, RCPT, BOB, CAROL, UMLAUT, LATE, ELSEWHERE),
    *(DATA, TEXT, RSET, LOGIN, BYE, b"NOOP\r\n", b"noop x\r\n", b"NOOP\n", b"rset\r\n"),
    *(b"RSET now\r\n", b"QUIT\r\n", b"FROB\r\n", b".\r\n", b"\r\n", b"*\r\n"),
]


@contextmanager
def forgetful() -> Iterator[None]:
    """Within it nothing is kept."""
    most, known_lines.MOST = known_lines.MOST, 0
    try:
        yield
    finally:
        known_lines.MOST = most


def look(session: Session) -> tuple[Any, ...]:
    """All that a session knows, and all that its server has kept."""
    path = session.reverse_path, tuple(session.recipients), session.utf8, session.asked_at_end
    standing = session.state, session.encrypted, session.logged_in, session.extended
    return *standing, *path, session.step, session.errors, session.delay, session.memory


def played(server: Scenario, parts: list[bytes]) -> list[tuple[Any, ...]]:
    """The replies, what was told of them and what was known, after each part."""
    session = Session(server, seed=3, memory=Memory())
    told: list[tuple[bytes, bytes]] = []
    session.tell = lambda heard, reply: told.append((heard, reply))
    seen: list[tuple[Any, ...]] = [(session.open(), *look(session))]
    for now, part in enumerate(parts):
        seen.append((session.receive(part, float(now)), *told, *map(repr, look(session))))
        told.clear()
        if session.state is State.TLS:
            session.tls_started()
    return seen


# What two sessions say one after the other: the second knows what the first has learned, and
# stands elsewhere.
PAIRS: dict[str, tuple[list[bytes], list[bytes]]] = {
    "a mail": ([EHLO, MAIL, RCPT, DATA, TEXT],) * 2,
    "without extensions": ([EHLO, SIZED, RCPT], [HELO, SIZED, RCPT]),
    "not logged in": ([EHLO, LOGIN, MAIL, ELSEWHERE], [EHLO, MAIL, ELSEWHERE]),
    "too many recipients": ([EHLO, MAIL, POST], [EHLO, MAIL, POST, POST, POST, POST]),
    "not in TLS": ([EHLO, b"STARTTLS\r\n", EHLO, MAIL, POST], [EHLO, MAIL, POST]),
    "after too much": (
        [EHLO, MAIL, POST, DATA, LONG],
        [EHLO, *[MAIL, POST, DATA, LONG] * 2, MAIL, POST, DATA, TEXT],
    ),
    "begun anew": ([EHLO, MAIL, RCPT, RSET], [EHLO, MAIL, RCPT, RSET, MAIL, BOB]),
    "UTF-8 asked for": ([EHLO, WIDE, UMLAUT, RCPT], [EHLO, MAIL, UMLAUT, WIDE, UMLAUT]),
    "no text": ([EHLO, MAIL, RCPT, DATA, b".\r\n"],) * 2,
    "dots first": ([EHLO, MAIL, RCPT, DATA, b"..\r\n.\r\n", b"NOOP\r\n"],) * 2,
    "text and more": ([EHLO, MAIL, RCPT, DATA, TEXT + MAIL + RCPT],) * 2,
    "dot alone and more": ([EHLO, MAIL, RCPT, DATA, b".\r\nNOOP\r\nx\r\n.\r\n"],) * 2,
    "a line begun": ([EHLO, b"NOOP\r\n"], [EHLO, b"x" * 13_000, b"NOOP\r\n", b"NOOP\r\n"]),
}


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("pair", PAIRS)
def test_what_one_session_learned_does_for_another(pair: str, name: str) -> None:
    server, (first, second) = SERVERS[name], PAIRS[pair]
    with forgetful():
        server._known_lines.clear()
        slowly = played(server, first), played(server, second)
    assert (played(server, first), played(server, second)) == slowly


MAILS = st.sampled_from([EHLO, HELO]).flatmap(
    lambda hello: st.tuples(
        st.just(hello),
        st.sampled_from([MAIL, SIZED, WIDE, NULL]),
        *[st.sampled_from([RCPT, BOB, CAROL, ELSEWHERE, UMLAUT])] * 3,
        st.sampled_from([DATA, RSET, LOGIN]),
        st.sampled_from([TEXT, b".\r\n", MAIL]),
    ).map(list)
)
TALKS = st.lists(st.lists(st.sampled_from(LINES), max_size=5) | MAILS, max_size=4)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(sorted(SERVERS)),
    said=TALKS.map(lambda parts: [line for part in parts for line in part]),
    cuts=st.lists(st.integers(0, 400), max_size=4),
)
def test_what_is_remembered_is_what_would_be_worked_out(
    name: str, said: list[bytes], cuts: list[int]
) -> None:
    server = SERVERS[name]
    for parts in (said, cut_at(b"".join(said), cuts)):
        server._known_lines.clear()
        with forgetful():
            slowly = played(server, parts)
        assert not server._known_lines
        assert played(server, parts) == slowly  # while it learns
        assert played(server, parts) == slowly  # once it knows


def test_a_lone_dot_on_the_first_line_ends_a_text_though_another_comes_later() -> None:
    session = started("example", EHLO + MAIL + POST + DATA)
    assert talk(session, b".\r\nNOOP\r\nRSET\r\n.\r\n") == [250, 250, 250, 500]
    assert [message.content for message in session.memory.messages] == [b""]


def test_a_text_too_long_is_not_held_against_the_next() -> None:
    session = started(PICKY, EHLO)
    for text, code in ((TEXT, 250), (LONG, 552), (TEXT, 250)):
        assert talk(session, MAIL, POST, DATA, *in_chunks(text, 4_000)) == [code]


def test_a_message_is_remembered_line_by_line() -> None:
    server = scenario("example")
    server._known_lines.clear()
    played(server, [EHLO, MAIL, RCPT, DATA, TEXT, RSET])
    assert {key[-1] for key in server._known_lines} == {MAIL, RCPT, DATA, RSET}


@pytest.mark.parametrize("line", [SLOW, WISH, BOB, LATE, UMLAUT, BYE])
def test_what_a_rule_or_an_address_decides_is_never_remembered(line: bytes) -> None:
    PICKY._known_lines.clear()
    played(PICKY, [EHLO, WIDE, CAROL, line, line])
    assert not [key for key in PICKY._known_lines if key[-1] == line]


def test_it_remembers_no_more_than_it_may() -> None:
    server = scenario("example")
    server._known_lines.clear()
    session = started(server)
    for number in range(2 * known_lines.MOST):
        assert session.receive(b"NOOP %d\r\n" % number).startswith(b"250")
    assert len(server._known_lines) == known_lines.MOST
