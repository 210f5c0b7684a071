"""What a server remembers is bounded: attempts, senders, accepted messages, unfinished texts."""

from collections.abc import Callable

import pytest

from smtplesson.protocol.address import NULL_PATH
from smtplesson.protocol.memory import Memory, Message
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
    started,
    talk,
    toml,
)

PLAIN = toml('users = ["alice"]')  # messages of 10,485,760 octets
TEN_MB = (b"x" * 98 + b"\r\n") * 100_000


def test_the_oldest_attempts_are_forgotten() -> None:
    memory = Memory()
    for number in range(10_001):
        assert memory.count((str(number),), 0.0) == (1, 0.0)
    assert memory.count(("10000",), 5.0) == (2, 5.0)
    assert memory.count(("1",), 5.0) == (2, 5.0)
    assert memory.count(("0",), 5.0) == (1, 0.0)


def test_the_oldest_senders_are_forgotten() -> None:
    memory = Memory()
    for number in range(1_001):
        assert memory.note((str(number),), 0.0, 5) == (0.0,)
    assert memory.note(("1",), 7.0, 5) == (0.0, 7.0)
    assert memory.note(("0",), 7.0, 5) == (7.0,)


def test_as_many_times_are_kept_as_the_loosest_limit_of_a_stage_needs() -> None:
    rules = "".join(
        f'[[rule]]\nat = "RCPT"\nmatch = "{name}@*"\nover = {over}\nper = 60\nreply = "450"\n'
        for name, over in (("alice", 1), ("abuse", 4))
    )
    session = started(toml(rules), EHLO + MAIL)
    abuse = lines("RCPT TO:<abuse@example.test>")
    answers = [talk(session, line) for line in (RCPT, RCPT, *[abuse] * 20)]
    assert answers == [[250], [450], [250], [250], *[[450]] * 18]
    (times,) = session.memory.times.values()
    assert len(times) == 5


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ([1] * 201, [1] * 200),
        ([10_000_000] * 7, [10_000_000] * 6),
        ([67_108_863, 1], [67_108_863, 1]),
        ([67_108_863, 2], [2]),
        ([5, 67_108_865], [67_108_865]),  # the newest stays, however large
        ([67_108_865, 5, 5], [5, 5]),
        ([60_000_000, 1, 10_000_000, 1], [1, 10_000_000, 1]),
    ],
)
def test_messages_are_kept_up_to_a_number_and_a_sum(sizes: list[int], kept: list[int]) -> None:
    memory = Memory()
    for size in sizes:
        memory.keep(Message(NULL_PATH, (), b"x" * size))
    assert [len(each.content) for each in memory.messages] == kept


def sessions(count: int) -> list[Session]:
    """Sessions of one server, each in the midst of a text."""
    memory = Memory()
    found = [Session(PLAIN, number=number, memory=memory) for number in range(count)]
    for session in found:
        session.open()
        assert codes(session.receive(TRANSACTION))[-1] == 354
    return found


def test_unfinished_texts_share_a_room() -> None:
    found = sessions(8)
    memory = found[0].memory
    for session in found:
        for piece in in_chunks(TEN_MB, 1_000_000):
            assert session.receive(piece) == b""
            assert memory.unfinished <= 67_108_864
    # Six have found room. The others are heard to their end, and may try again (RFC 5321 §4.3.2).
    said = [session.receive(b".\r\n") for session in found]
    assert [codes(each) for each in said] == [[250]] * 6 + [[452]] * 2
    assert said[7].startswith(b"452 4.3.1 ")
    assert memory.unfinished == 0
    assert talk(found[7], MAIL + RCPT + DATA, TEN_MB + b".\r\n") == [250]


def test_what_is_too_large_is_told_so_where_there_is_no_room_either() -> None:
    *others, last = sessions(8)
    for session in others:
        session.receive(TEN_MB)
    for _ in range(2):
        last.receive(TEN_MB)
    assert codes(last.receive(b".\r\n")) == [552]


def test_a_text_that_comes_whole_needs_no_room() -> None:
    *others, last = sessions(8)
    for session in others:
        session.receive(TEN_MB)
    assert codes(last.receive(TEXT)) == [250]


ENDS: dict[str, Callable[[Session], object]] = {
    "end": Session.end,
    "farewell": Session.farewell,
    "silence": lambda session: session.idle(300.0),
    "errors": lambda session: session.receive(b"\r\n.\r\nDATA\r\n" + b"XYZZY\r\n" * 20),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_room_is_given_back(end: str) -> None:
    first, second = sessions(2)
    for session in (first, second):
        session.receive(b"x" * 1_000)
    assert first.memory.unfinished == 2_000
    ENDS[end](first)
    assert first.state is State.CLOSED
    assert first.memory.unfinished == 1_000
    assert first.receive(b"x" * 1_000) == b""
    assert first.farewell() == b""
    assert second.memory.unfinished == 1_000
