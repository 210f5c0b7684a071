"""A session that was counted can be looked at: it is the same once more."""

from collections import Counter

import pytest

from smtplesson import LessonError, simulate
from smtplesson.experiments import backoff, watch
from smtplesson.experiments.schedules import NEVER, Schedule
from smtplesson.experiments.senders import Sender


@pytest.mark.parametrize("retries", [NEVER, backoff(60, jitter=0.5)])
def test_what_is_watched_is_what_was_counted(retries: Schedule) -> None:
    sender = Sender(retries=retries)
    counted = simulate("busy", 40, seed=7, sender=sender)
    watched = [
        transcript for number in range(1, 41) for transcript in watch("busy", number, 7, sender)
    ]
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
