"""Outcomes: led through the tree, a crowd meets what each of its senders would meet alone."""

import pytest

from smtplesson import LessonError, Scenario, Tally, scenario, scenario_names, simulate
from smtplesson.experiments import expected
from smtplesson.experiments.errand import play
from smtplesson.experiments.outcomes import Outcomes
from smtplesson.experiments.places import luck_of, session_number
from smtplesson.experiments.schedules import RFC_5321, backoff, every
from smtplesson.experiments.senders import Sender
from smtplesson.experiments.simulate import simulate_part
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario_file import parse_scenario
from smtplesson.protocol.session import Session

TEN = (*(f"r{n}@example.test" for n in range(9)), "alice@example.test")
SENDERS = {
    "one message": Sender(),
    "pipelined": Sender(pipelined=True),
    "stubborn": Sender(stubborn=True),
    "patient": Sender(retries=RFC_5321),
    "every minute": Sender(retries=every(60, give_up=600)),
    "patient, pipelined, stubborn": Sender(retries=RFC_5321, pipelined=True, stubborn=True),
    "seven messages": Sender(messages=7, gap=10),
    "seven, patient": Sender(messages=7, gap=10, retries=every(600, give_up=3_600)),
    "ten recipients": Sender(recipients=TEN),
    "ten, pipelined": Sender(recipients=TEN, pipelined=True),
    "two, patient": Sender(recipients=TEN[-2:], retries=every(300, give_up=900)),
    "asks for replies": Sender(
        recipients=("reply-451-4.3.0@example.test", "data-reply-452@example.test")
    ),
    "with jitter": Sender(retries=backoff(60, jitter=0.5)),
}
SESSIONS = 120
ROUGH = parse_scenario(
    'users = ["alice"]\n'
    '[[rule]]\nat = "connect"\nshare = 0.1\ndrop = true\n'
    '[[rule]]\nat = "EHLO"\nshare = 0.1\nreply = "421 Not now"\nclose = true\n'
    '[[rule]]\nat = "RCPT"\nshare = 0.7\nreply = "450 4.2.1 Busy"\n'
    '[[rule]]\nat = "RCPT"\nshare = 0.7\nattempts = [1, 3]\nreply = "452 4.2.2 Full"\n'
    '[[rule]]\nat = "DATA"\nshare = 0.2\ndrop = true\n'
    '[[rule]]\nat = "end-of-data"\nshare = 0.5\nover = 2\nper = 60\nreply = "451 4.7.1 Slow"\n',
    "rough",
)
SERVERS = {**{name: scenario(name) for name in scenario_names()}, "rough": ROUGH}


def played(server: Scenario, sender: Sender, seed: int, numbers: range) -> Tally:
    """The tally of senders that the machine plays one by one, with nothing led."""
    tally = Tally(len(numbers))
    for number in numbers:
        memory = Memory()

        def connect(nth: int, number: int = number, memory: Memory = memory) -> Session:
            place = session_number(number, nth)
            return Session(server, seed=seed, number=place, memory=memory)

        tally.deliveries.add(play(sender, connect, tally.count, luck_of(seed, number)))
    return tally


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("kind", SENDERS)
@pytest.mark.parametrize("seed", [0, 7])
def test_the_counts_are_those_of_playing_each(name: str, kind: str, seed: int) -> None:
    sender, numbers = SENDERS[kind], range(1, SESSIONS + 1)
    whole = played(SERVERS[name], sender, seed, numbers)
    assert simulate(SERVERS[name], SESSIONS, seed, sender) == whole
    thirds = (numbers[:1], numbers[1:50], numbers[50:])
    assert (
        sum((simulate_part(SERVERS[name], each, seed, sender) for each in thirds), Tally()) == whole
    )


def test_the_tree_stays_small_and_forgetting_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Outcomes(ROUGH, SENDERS["patient"])
    known = whole.tally(range(1, 2_001), 3)
    monkeypatch.setattr("smtplesson.experiments.outcomes.MOST_STORIES", 40)
    small = Outcomes(ROUGH, SENDERS["patient"])
    assert small.tally(range(1, 2_001), 3) == known
    assert len(small._known) <= 40 < len(whole._known)


def test_a_thousand_million_senders_where_nothing_is_left_to_chance() -> None:
    tally = simulate("example", 1_000_000_000)
    assert tally.sessions == 1_000_000_000
    assert {*tally.counts.values()} == {1_000_000_000}


def test_thousands_of_shares_at_one_place() -> None:
    rules = "".join(
        f'[[rule]]\nat = "RCPT"\nshare = 0.0004\nreply = "450 4.2.{n} Busy"\n'
        for n in range(1, 999)
    )
    many = parse_scenario('users = ["alice"]\n' + rules, "many")
    assert simulate(many, 400, 1) == played(many, Sender(), 1, range(1, 401))


def test_what_never_ends_is_named() -> None:
    never = parse_scenario('[[rule]]\nat = "RCPT"\nreply = "450 4.2.1 Busy"', "never")
    endless = Sender(retries=every(1, give_up=1e9))
    with pytest.raises(LessonError, match=r"^sender 1: a message was tried 1,000 times"):
        simulate(never, 10, sender=endless)
    with pytest.raises(LessonError, match=r"^scenario rough has more than 2,000 stories"):
        expected(ROUGH, Sender(recipients=TEN, retries=every(60, give_up=60)))


def test_expected_is_the_mean_of_what_is_drawn() -> None:
    sender = SENDERS["every minute"]
    means = expected("greylist", sender)
    drawn = simulate("greylist", 50, sender=sender)
    assert {place: n / 50 for place, n in drawn.counts.items()} == means
