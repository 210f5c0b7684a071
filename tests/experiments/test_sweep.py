"""Sweeps: the step lies at the limit of RFC 5321 §4.5.3.1, to the octet, on every carrier."""

import pytest

from smtplesson import Host, LessonError, serve
from smtplesson.experiments.sweep import SWEEPABLE, domain, sweep
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.scenario import Limits, Rule, Scenario

# A server with the least that RFC 5321 asks for: 100 recipients (§4.5.3.1.8) and 64K of
# content (§4.5.3.1.7).
LEAST = Scenario("least", limits=Limits(message=65_536, recipients=100))
# Object, limit by RFC 5321 §4.5.3.1.1 to .10, the code within it and the code beyond.
STEPS = [
    ("local-part", 64, 250, 501),
    ("domain", 255, 250, 501),
    ("path", 256, 250, 501),
    ("command line", 512, 250, 500),
    ("text line", 1_000, 250, 500),
    ("message content", 65_536, 250, 552),
    ("recipients buffer", 100, 250, 452),
]


@pytest.mark.parametrize(("limit", "last", "within", "beyond"), STEPS)
def test_the_step_lies_at_the_limit(limit: str, last: int, within: int, beyond: int) -> None:
    found = sweep(limit, range(last - 3, last + 4), LEAST)
    assert found.points == tuple(
        (n, within if n <= last else beyond) for n in range(last - 3, last + 4)
    )
    assert found.steps == ((last, within, beyond),)


@pytest.mark.parametrize("limit", ["local-part", "domain", "path", "command line", "text line"])
def test_from_the_shortest_on_there_is_one_step(limit: str) -> None:
    last = {name: n for name, n, *_ in STEPS}[limit]
    shortest = {"path": 5, "command line": 6, "text line": 2}.get(limit, 1)
    assert len(sweep(limit, range(shortest, last + 10), LEAST).steps) == 1


def test_no_text_goes_where_none_is_asked_for() -> None:
    busy = Scenario("busy", rules=(Rule("DATA", Reply(451)),))
    assert sweep("text line", [10], busy).points == ((10, 451),)


def test_tcp_and_memory_give_the_same() -> None:
    with serve(LEAST) as server:
        for limit, last, *_ in STEPS:
            lengths = (last - 1, last, last + 1)
            assert sweep(limit, lengths, server) == sweep(limit, lengths, LEAST)


@pytest.mark.parametrize("length", [1, 2, 62, 63, 64, 126, 127, 255, 256])
def test_domains_have_the_length_asked_for_and_valid_labels(length: int) -> None:
    name = domain(length)
    assert len(name) == length
    assert all(1 <= len(label) <= 63 for label in name.split("."))  # RFC 1035 §2.3.4


@pytest.mark.parametrize("length", [2, 3, 79, 80, 81, 82, 83, 159, 160, 161, 162, 1_602])
@pytest.mark.parametrize("limit", ["message content", "text line"])
def test_a_message_has_the_length_asked_for(limit: str, length: int) -> None:
    host = Host(Scenario("large"))
    sweep(limit, [length], host)
    taken = [len(message.content) for message in host.memory.messages]
    assert taken == ([length] if limit == "message content" or length <= 1_000 else [])


def test_text_and_repr() -> None:
    found = sweep("local-part", [1, 64, 65], LEAST)
    assert str(found).splitlines() == [
        "local-part: 64 octets",
        "64: 250, beyond: 501",
        "source: RFC 5321 §4.5.3.1.1",
    ]
    assert repr(found) == "<Sweep of local-part, 3 lengths>"


@pytest.mark.parametrize(
    ("limit", "lengths", "message"),
    [
        ("width", [1], "'width' cannot be swept; allowed: local-part, domain"),
        ("path", [4], "path of 4: 5 to 20,000,000 octets can be"),
        ("domain", [-1], "domain of -1: 1 to 20,000,000 octets can be"),
        ("domain", [], "domain: no length to try was given"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    limit: str, lengths: list[int], message: str
) -> None:
    with pytest.raises(LessonError) as caught:
        sweep(limit, lengths)
    assert str(caught.value).startswith(message)


def test_every_limit_of_the_standard_but_the_reply_line_can_be_swept() -> None:
    assert {name for name, *_ in STEPS} == set(SWEEPABLE)
