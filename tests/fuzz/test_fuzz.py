"""The attack itself: it finds faults that were planted, makes them small, and repeats itself."""

import re
from collections.abc import Callable
from random import Random

import pytest

from smtplesson.errors import LessonError
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State
from tests.conftest import read_replies
from tests.fuzz.__main__ import attack
from tests.fuzz.attacks import OnClient, OnMachine, OnReader, attacks
from tests.fuzz.case import Attack, Case, smallest
from tests.fuzz.naive import message, units

Receive = Callable[[Session, bytes], bytes]


def first_fault(way: Attack, tries: int) -> tuple[Case, str]:
    """The first case with a fault, and the fault; fails if there is none."""
    chance = Random(4)  # with which all come soon
    for _ in range(tries):
        case = way.make(chance)
        if fault := way.fault(case):
            return case, fault
    raise AssertionError(f"no fault found in {tries} cases")


def smuggled(session: Session, data: bytes) -> bytes:
    """Takes LF.LF for the end of data, as servers did that could be smuggled to."""
    text = session.state is State.CONTENT
    return Session.receive(session, data.replace(b"\n.\n", b"\r\n.\r\n") if text else data)


def chatty(session: Session, data: bytes) -> bytes:
    """Says one more reply after each VRFY."""
    said = Session.receive(session, data)
    return said + b"250 2.0.0 and so on\r\n" if said and b"VRFY" in data else said


def mute(session: Session, data: bytes) -> bytes:
    """Forgets to answer RSET."""
    said = Session.receive(session, data)
    return b"" if said.startswith(b"250 2.0.0 Back") else said


def unsorted(session: Session, data: bytes) -> bytes:
    """Says enhanced codes of another class."""
    return Session.receive(session, data).replace(b"501 5.", b"501 4.")


def doubling(session: Session, data: bytes) -> bytes:
    """Leaves the dots of a text doubled."""
    messages = session.memory.messages
    before = len(messages)
    said = Session.receive(session, data)
    for number in range(before, len(messages)):
        each = messages[number]
        messages[number] = each._replace(content=each.content.replace(b"\r\n.", b"\r\n.."))
    return said


def talkative(session: Session, data: bytes) -> bytes:
    """Answers in clear where only a handshake may come."""
    silent = session.state in (State.TLS, State.CLOSED)
    return b"250 2.0.0 still here\r\n" if silent else Session.receive(session, data)


def fragile(session: Session, data: bytes) -> bytes:
    """Fails at a line without any octet."""
    if data.startswith(b"\r\n"):
        raise IndexError("no verb")
    return Session.receive(session, data)


@pytest.mark.parametrize(
    ("receive", "fault"),
    [
        *((smuggled, "depend on how"), (chatty, "depend on how|more replies")),
        *((mute, "no reply|depend on how"), (unsorted, "501 with"), (doubling, "stored")),
        *((talkative, "was said"), (fragile, "raised IndexError")),
    ],
)
def test_a_faulty_machine_is_found_out(receive: Receive, fault: str) -> None:
    way = OnMachine(type("Faulty", (Session,), {"receive": receive}))
    case, found = first_fault(way, 2_000)
    assert re.search(fault, found), found
    least = smallest(case, way.fault)
    assert way.fault(least) and least.size <= min(case.size, 160)


def test_the_smallest_case_has_nothing_to_spare() -> None:
    case = Case((), (b"aaaa", b"abcXdefYg", b"zz"))
    assert smallest(case, lambda each: b"X" in b"".join(each.parts)) == Case((), (b"X",))
    both = smallest(case, lambda each: {b"X"[0], b"Y"[0]} <= set(b"".join(each.parts)))
    assert both == Case((), (b"XY",))


def raises(error: Exception) -> Callable[[str], object]:
    def read(text: str) -> object:
        if "\\" in text:
            raise error
        return text

    return read


def test_a_faulty_reader_is_found_out() -> None:
    assert first_fault(OnReader(raises(KeyError("x"))), 500)[1] == "raised KeyError('x')"
    way = OnReader(raises(LessonError("no backslash is allowed")))
    assert [way.fault(way.make(Random(n))) for n in range(200)] == [""] * 200


def test_a_faulty_client_is_found_out() -> None:
    class Careless(OnClient):
        DEEDS = (lambda client: {250: "ok"}[client.send("NOOP").code or 0],)

    assert first_fault(Careless(), 500)[1].startswith("raised KeyError")


@pytest.mark.parametrize(
    "octets",
    [
        *(b"250 ok\n", b"250 ok", b"199 x\r\n", b"260 x\r\n", b"2x0 x\r\n", b"250-x\r\n251 y\r\n"),
        *(b"250-x\r\n", b"250 " + b"x" * 507 + b"\r\n", b"250 caf\xc3\xa9\r\n", b"250\r\n"),
    ],
)
def test_invalid_answers_are_known_for_what_they_are(octets: bytes) -> None:
    with pytest.raises(AssertionError):
        read_replies(octets)


def test_the_naive_cutter_follows_the_read_replies() -> None:
    sent = b"DATA\r\n..a\r\n.b\r\n.\r\nAUTH LOGIN\r\neA==\r\nQUIT\r\nNOOP\r\n"
    said = read_replies(b"354 go\r\n250 2.0.0 ok\r\n334 eA==\r\n535 5.7.8 no\r\n221 2.0.0 bye\r\n")
    cut = [(kind, octets, answer and answer.code) for kind, octets, answer in units(sent, said)]
    assert cut == [
        ("command", b"DATA\r\n", 354),
        ("text", b"..a\r\n.b\r\n.\r\n", 250),
        ("command", b"AUTH LOGIN\r\n", 334),
        ("response", b"eA==\r\n", 535),
        ("command", b"QUIT\r\n", 221),
    ]
    # RFC 5321 §4.1.1.4: the CRLF before the dot ends the last line of the message.
    assert message(cut[1][1]) == b".a\r\nb\r\n"
    with pytest.raises(AssertionError, match="more replies than commands"):
        list(units(b"NOOP\r\n", said))


def test_the_same_seed_attacks_in_the_same_way() -> None:
    ways = attacks()
    for name, way in ways.items():
        assert [way.make(Random(7)) for _ in range(3)] == [way.make(Random(7)) for _ in range(3)]
        assert name == "memory" or way.fault(way.make(Random(7))) == ""


def test_a_short_attack_finds_nothing() -> None:
    counts = attack(attacks(), seed=3, seconds=2.0)
    assert {name: count.faults for name, count in counts.items() if count.faults} == {}
    assert sum(count.inputs for count in counts.values()) > 100
