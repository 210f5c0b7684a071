"""The retry timeline without a browser: who tries again in time gets the mail through."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from traitlets import TraitError

from smtplesson.figures.panel import Panel
from smtplesson.figures.timeline import timeline
from smtplesson.protocol.scenario_file import scenario_names
from smtplesson.widgets import retry_timeline
from smtplesson.widgets.retry_timeline import SCHEDULES, RetryTimeline
from tests.figures.reading import alike, own

REPORT = "the author gets a report."
FIXED, BACKOFF, JITTER, ADVICE, NEVER = range(len(SCHEDULES))


def told(scenario: str, schedule: int, first: int = 2, seed: int = 0) -> RetryTimeline:
    """A board on which a whole story has been played."""
    board = RetryTimeline()
    board.scenario.value, board.schedule.index = scenario, schedule
    board.first.value, board.seed.value = first, seed
    board.play.click()
    assert not board.error
    return board


def ending(board: RetryTimeline) -> str:
    return board.text().splitlines()[-1]


# The greylist defers for five minutes and the outage lasts an hour, counted from the first try.
# RFC 5321 §4.5.4.1: a retry after 30 minutes at the earliest, giving up after four or five days.
@pytest.mark.parametrize(
    ("scenario", "schedule", "first", "end"),
    [
        ("greylist", FIXED, 5, "Delivered after 5 minutes and 2 attempts."),
        ("greylist", FIXED, 4, "Delivered after 8 minutes and 3 attempts."),
        ("greylist", BACKOFF, 1, "Delivered after 7 minutes and 4 attempts."),  # 1 + 2 + 4
        ("greylist", ADVICE, 1, "Delivered after 30 minutes and 2 attempts."),
        ("greylist", NEVER, 1, f"Given up after 1 attempt; {REPORT}"),
        ("outage", FIXED, 20, "Delivered after 60 minutes and 4 attempts."),
        ("outage", FIXED, 2, f"Given up after 48 minutes and 25 attempts; {REPORT}"),
        ("outage", ADVICE, 1, "Delivered after 90 minutes and 3 attempts."),
        ("limited", FIXED, 1, "Delivered after 1 minute and 2 attempts."),  # ten in a minute
        ("closed", ADVICE, 1, f"Given up after 1 attempt; {REPORT}"),
        ("example", FIXED, 1, "Delivered after 1 attempt."),
    ],
)
def test_the_end_of_the_story(scenario: str, schedule: int, first: int, end: str) -> None:
    assert ending(told(scenario, schedule, first)) == end


def test_a_full_mailbox_outlasts_the_patience_of_four_to_five_days() -> None:
    board = told("filling", ADVICE)
    assert 4 * 86_400 <= board.shown[-1].at <= 5 * 86_400
    assert ending(board).startswith("Given up after 4.")


def test_every_server_and_every_sender_have_a_story() -> None:
    board = RetryTimeline()
    for number, scenario in enumerate(scenario_names()):
        board.scenario.value = scenario
        for schedule in range(len(SCHEDULES)):
            board.schedule.index = schedule
            assert board.first.disabled == (schedule in (ADVICE, NEVER))
            assert board._story[-1].wait is None and not board.error
        board.schedule.index = number % len(SCHEDULES)
        board.play.click()
        assert ending(board).startswith(("Delivered", "Given up")) and not board.error


def test_each_step_is_one_attempt_and_says_what_its_reply_means() -> None:
    board = RetryTimeline()  # greylist, every two minutes
    assert "Nothing has been tried yet." in board.text()
    assert "Timeline without an attempt" in board.text()  # a picture at once, which tells nothing
    assert "450" not in board.text() and "Delivered" not in board.html()
    for attempt, code in enumerate((450, 450, 450, 250), start=1):
        board.step.click()
        assert len(board.shown) == attempt
        (new,) = (part for part in board._pieces if isinstance(part, Panel))
        assert alike(new.png(), own(timeline(board.shown)).png())
        after = f", after {2 * attempt - 2} minutes" if attempt > 1 else ""
        assert board.said.startswith(f"Attempt {attempt}{after}: {code} at ")
    assert board.said.endswith("The sender is done: delivered.")
    board.step.click()
    assert len(board.shown) == 4 and board.said.startswith("The story is over.")


def test_who_waits_for_the_end_of_a_story_hears_of_that_one_alone() -> None:
    board, heard = RetryTimeline(), list[str]()
    assert (
        board.when_seen(lambda: heard.append("over")) == "Now press Step until the story is over."
    )
    board.schedule.index = NEVER
    board.step.click()
    assert "Given up after 1 attempt" in board.text() and heard == []
    board.schedule.index = FIXED
    for _ in range(4):
        assert heard == []
        board.step.click()
    board.play.click()
    assert heard == ["over"]
    assert board.when_seen(lambda: heard.append("at once")) == ""
    assert heard == ["over", "at once"]


def test_played_and_started_over_twice_it_is_the_same_story() -> None:
    board = told("busy", JITTER, seed=7)
    first = board.text()
    board.play.click()
    assert board.text() == first
    for _ in range(2):
        board.restart.click()
        assert board.shown == [] and board.said == ""
    board.play.click()
    assert board.text() == first


def test_the_seed_decides_the_jitter() -> None:
    ends = {ending(told("outage", JITTER, seed=seed)) for seed in (0, 1, 2, 0)}
    assert len(ends) == 3


def test_every_change_begins_a_new_story() -> None:
    board = told("greylist", FIXED)
    for control, trait, value in (
        *((board.scenario, "value", "outage"), (board.schedule, "index", BACKOFF)),
        *((board.first, "value", 3), (board.seed, "value", 1)),
    ):
        board.play.click()
        assert board.shown
        setattr(control, trait, value)
        assert board.shown == [] and "Nothing has been tried yet." in board.text()


def test_who_counts_messages_has_had_enough_of_them() -> None:
    board = told("limited", NEVER)
    assert "the same sender sent 10 messages; all were accepted." in board.text()
    assert "450 at end-of-data" in board.said


def test_wrong_input_changes_nothing() -> None:
    board = RetryTimeline()
    board.first.value = 0
    assert board.first.value == 1
    board.first.value = 10_000
    assert board.first.value == 240
    with pytest.raises(TraitError):
        board.scenario.value = "nowhere"
    assert not board.error


# ---- with an event loop, as in a kernel


def played(turns: int, do: Callable[[RetryTimeline], object]) -> RetryTimeline:
    """A board that was playing; after so many turns of the loop something was done with it."""

    async def play() -> RetryTimeline:
        board = RetryTimeline()
        board.play.click()
        for turn in range(turns + 6):
            if turn == turns:
                do(board)
            await asyncio.sleep(0)
        return board

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(retry_timeline, "PAUSE", 0.0)
        return asyncio.run(play())


def test_it_plays_attempt_by_attempt() -> None:
    seen = list[tuple[int, str]]()
    for turns in range(5):
        board = played(turns, lambda at: seen.append((len(at.shown), at.play.description)))
        assert (len(board.shown), board.play.description, board.error) == (4, "Play", "")
    assert seen == [*((n, "Pause") for n in range(4)), (4, "Play")]


@pytest.mark.parametrize(
    ("button", "shown"), [("play", 2), ("step", 3), ("restart", 0)], ids=["pause", "step", "over"]
)
def test_a_click_stops_it(button: str, shown: int) -> None:
    board = played(2, lambda at: getattr(at, button).click())
    assert (len(board.shown), board.play.description) == (shown, "Play")


def test_a_failure_while_it_plays_is_shown_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fail = partial(monkeypatch.setattr, retry_timeline, "timeline", lambda *_, **__: 1 // 0)
    board = played(1, lambda _: fail())
    assert "The widget itself failed: ZeroDivisionError" in board.text()
    assert board.play.description == "Play" and len(board.shown) == 2
