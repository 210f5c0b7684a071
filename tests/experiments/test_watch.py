"""A session that was counted can be looked at: it is the same once more."""

from collections import Counter

import pytest

from smtplesson import LessonError, simulate
from smtplesson.experiments import backoff, watch
from smtplesson.experiments.schedules import NEVER, Schedule, every
from smtplesson.experiments.senders import ONE_MESSAGE, Sender
from smtplesson.experiments.watch import attempts
from smtplesson.protocol.scenario import Rule, Scenario


# On the greylist it depends on the sender's own luck how often it has to come.
@pytest.mark.parametrize(
    ("scenario", "retries"),
    [("busy", NEVER), ("busy", backoff(60)), ("greylist", backoff(300))],
)
def test_what_is_watched_is_what_was_counted(scenario: str, retries: Schedule) -> None:
    sender = Sender(retries=retries)
    counted = simulate(scenario, 40, seed=7, sender=sender)
    watched = [each for number in range(1, 41) for each in watch(scenario, number, 7, sender)]
    seen = Counter((each.stage, each.code) for script in watched for each in script)
    del seen["QUIT", None]  # said to a server that had closed
    assert seen == Counter(
        {
            (stage, int(code)): n
            for stage, row in counted.to_dict().items()
            for code, n in row.items()
        }
    )


def test_a_sender_that_retries_has_a_transcript_for_each_attempt() -> None:
    scripts = watch("greylist", 1, sender=Sender(retries=backoff(200, jitter=0)))
    assert [script.codes[3] for script in scripts] == [450, 450, 250]


def test_there_is_no_sender_before_the_first() -> None:
    with pytest.raises(LessonError, match=r"^number = 0: senders are numbered from 1$"):
        watch("busy", 0)


# The greylist defers for five minutes, counted from the first attempt.
def test_attempts_have_their_times_and_waits() -> None:
    made = attempts("greylist", sender=Sender(retries=every(200)))
    assert [(each.at, each.wait, each.answer.code) for each in made] == [
        (0, 200, 450),
        (200, 200, 450),
        (400, None, 250),
    ]
    assert [each.answer.stage for each in made] == ["RCPT", "RCPT", "end-of-data"]


@pytest.mark.parametrize(("earlier", "codes"), [(4, [250]), (5, [452])])
def test_messages_that_came_before_count(earlier: int, codes: list[int]) -> None:
    made = attempts("filling", sender=ONE_MESSAGE, earlier=earlier)
    assert [each.answer.code for each in made] == codes


def test_attempts_are_those_that_were_counted() -> None:
    sender = Sender(retries=backoff(60, jitter=0.5))
    made = attempts("busy", 7, sender)
    assert [each.transcript for each in made] == watch("busy", 1, 7, sender)


def test_a_connection_that_is_dropped_is_an_answer_without_a_code() -> None:
    dropping = Scenario("dropping", rules=(Rule("MAIL", None),))
    (made,) = attempts(dropping, sender=ONE_MESSAGE)
    assert (made.answer.stage, made.answer.code) == ("MAIL", None)
