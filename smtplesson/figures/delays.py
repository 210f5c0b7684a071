"""Delays: how long it took until the mail was accepted, with the attempts that led there."""

from itertools import accumulate, takewhile

from matplotlib.axes import Axes

from smtplesson.experiments.deliveries import Deliveries
from smtplesson.experiments.schedules import MINUTE, Schedule
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.figures.timeline import refusal, shade
from smtplesson.show.style import CLASS_STYLES


@lesson_style()
def delay_curve(
    deliveries: Deliveries,
    *,
    schedule: Schedule | None = None,
    until: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Axes with the share of recipients that were accepted by each time.

    deliveries: from a tally.
    schedule: the sender's; its attempts are marked, as they would be without jitter.
    until: for so many seconds from the first attempt on the server refuses, as the `before` of a
        scenario's rule says; the time is shaded.
    ax: where to draw; a new figure by default.
    """
    axes = panel(ax)
    end = _climb(axes, deliveries)
    if schedule:
        marks, brown = _attempts(schedule, end), CLASS_STYLES[4].fill
        (line,) = axes.plot(marks, [0] * len(marks), "^", color=brown, ms=9, clip_on=False)
        line.set_label("attempt by the schedule")
    title = f"When {deliveries.counts.total():,} recipients were accepted"
    axes.set(xlim=(0, end), ylim=(0, 105), title=title)
    axes.set(xlabel="minutes since the first attempt", ylabel="accepted, % of recipients")
    axes.locator_params(axis="x", integer=True, steps=[1, 5, 10])
    if until:
        shade(axes, until, MINUTE)
    axes.legend(frameon=False, loc="center right")
    rows = [(str(nth), f"{number:,}") for nth, number in deliveries.attempts().items()]
    return told(axes, _sentence(deliveries) + refusal(until), ("attempt", "accepted"), rows)


def _climb(axes: Axes, deliveries: Deliveries) -> float:
    """Draws the curve; returns the minute at which the picture ends."""
    delays, total = deliveries.delays(), deliveries.counts.total()
    times = [delay / MINUTE for delay in delays]
    shares = [100 * number / total for number in accumulate(delays.values())]
    end = max(times, default=0.0) * 1.15 or 1.0
    shares = [0.0, *shares, shares[-1] if shares else 0.0]
    (line,) = axes.step(
        [0.0, *times, end], shares, where="post", color=CLASS_STYLES[2].fill, lw=2.5
    )
    line.set_label("accepted by then")
    return end


def _attempts(schedule: Schedule, end: float) -> list[float]:
    """The minutes of the attempts up to the end of the picture, the first at 0."""
    times = accumulate(schedule.waits(lambda: 0.5), initial=0.0)
    return list(takewhile(lambda time: time <= end, (time / MINUTE for time in times)))


def _sentence(deliveries: Deliveries) -> str:
    """The picture in words."""
    accepted = deliveries.share("accepted")
    text = f"Of {accepted.total:,} recipients {accepted.hits:,} were accepted"
    median = deliveries.quantile(0.5)
    if median is None:
        return f"{text}; the curve stays at 0 %."
    late = deliveries.quantile(0.95) or 0
    return (
        f"{text}: half of these within {median / MINUTE:,.0f} minutes, "
        f"95 % within {late / MINUTE:,.0f} minutes."
    )
