"""Timelines: each attempt at its time and on the level of its code, in the picture and in words."""

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from smtplesson.experiments.schedules import NEVER, RFC_5321, Schedule, every
from smtplesson.experiments.senders import Sender
from smtplesson.experiments.watch import Attempt, attempts
from smtplesson.figures.panel import Panel
from smtplesson.figures.timeline import span, timeline
from smtplesson.protocol.scenario import Rule, Scenario


def story(scenario: str | Scenario, retries: Schedule) -> list[Attempt]:
    return attempts(scenario, sender=Sender(retries=retries))


def words(axes: Axes) -> str:
    assert isinstance(axes, Panel)
    return axes.words()


def marks(axes: Axes) -> list[tuple[float, str, str]]:
    """Time, code and shape of each mark."""
    names = [label.get_text() for label in axes.get_yticklabels()]
    return [
        (
            float(line.get_xdata()[0]),  # type: ignore[index, arg-type]
            names[int(line.get_ydata()[0])],  # type: ignore[index, arg-type]
            str(line.get_marker()),
        )
        for line in axes.lines
    ]


# The greylist lets in who comes back after five minutes (RFC 6647 §2).
def test_each_attempt_has_its_mark_and_each_wait_its_hatch() -> None:
    axes = timeline(story("greylist", every(240)))
    assert marks(axes) == [(0, "▲ 450", "^"), (4, "▲ 450", "^"), (8, "● 250", "o")]
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [(bar.get_x(), bar.get_width(), bar.get_hatch()) for bar in bars] == [
        (0, 4, "//"),
        (4, 4, "//"),
    ]
    assert words(axes).splitlines() == [
        "Timeline of 3 attempts in 8 minutes. The replies in order: 450, 450, 250. "
        "After the last one the sender is done: delivered.",
        "attempt  minutes  reply  then",
        "1        0.0      ▲ 450  waits 4 minutes",
        "2        4.0      ▲ 450  waits 4 minutes",
        "3        8.0      ● 250  is done: delivered",
    ]


def test_a_story_that_is_not_over_ends_in_a_question_mark() -> None:
    told = story("greylist", every(300))
    asked = [[text.get_text() for text in timeline(part).texts] for part in (told[:1], told)]
    assert asked == [["1", " ?"], ["1", "2"]]
    assert "After the last one the sender waits 5 minutes." in words(timeline(told[:1]))


@pytest.mark.parametrize(
    ("scenario", "retries", "row"),
    [
        ("closed", RFC_5321, "■ 554  gives up and reports to the author"),
        ("greylist", NEVER, "▲ 450  gives up and reports to the author"),
        ("example", NEVER, "● 250  is done: delivered"),
    ],
)
def test_one_attempt_is_a_timeline_too(scenario: str, retries: Schedule, row: str) -> None:
    assert words(timeline(story(scenario, retries))).endswith(f"1        0.0      {row}")


def test_no_reply_is_drawn_with_a_mark_of_its_own() -> None:
    dropping = Scenario("dropping", rules=(Rule("MAIL", None),))
    axes = timeline(story(dropping, NEVER))
    assert marks(axes) == [(0, "◆ no reply", "D")]
    assert "The replies in order: no reply." in words(axes)


def test_a_long_story_is_told_in_days_and_shortened() -> None:
    told = attempts("filling", sender=Sender(retries=RFC_5321), earlier=5)
    axes = timeline(told)
    assert axes.get_xlabel() == "days after the first attempt"
    assert f"452, 452, 452, {len(told) - 6} more, 452, 452, 452." in words(axes)
    assert len(axes.lines) == len(told) and not any(text.get_text() for text in axes.texts)


def test_it_draws_where_it_is_told_to() -> None:
    axes = Figure().add_subplot()
    assert timeline(story("greylist", NEVER), ax=axes) is axes


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 minutes"),
        (60, "1 minute"),
        (90, "1.5 minutes"),
        (3_600, "60 minutes"),
        (5 * 3_600, "5 hours"),
        (86_400, "24 hours"),
        (4 * 86_400, "4 days"),
    ],
)
def test_times_are_told_in_the_unit_that_suits_them(seconds: float, text: str) -> None:
    assert span(seconds) == text
