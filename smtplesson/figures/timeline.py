"""Timeline: the attempts at one message on the axis of time, each with the reply that it drew."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from smtplesson.experiments.schedules import DAY, HOUR, MINUTE
from smtplesson.experiments.watch import Attempt
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import class_style

_NUMBERED = 12  # so many attempts have large marks with numbers; more would be a blot


@lesson_style()
def timeline(
    attempts: Sequence[Attempt], *, until: float | None = None, ax: Axes | None = None
) -> Axes:
    """Axes with a mark for each attempt at its time, on the level of its reply code.

    A dotted line leads from each attempt to the next, and one that is not over yet to a question
    mark: what the server would say during a wait is not known.

    attempts: of one message, from `attempts`; the first few of a story will do, and none too.
    until: for so many seconds from the first attempt on the server refuses, as the `before` of a
        scenario's rule says; the time is shaded.
    ax: where to draw; a new figure by default.
    """
    axes = panel(ax, height=2.8, kind="timeline")
    end = attempts[-1].at + (attempts[-1].wait or 0) if attempts else 0
    unit, name = _unit(end)
    codes = sorted({code_of(each) for each in attempts}, reverse=True)
    points = [(each.at / unit, codes.index(code_of(each))) for each in attempts]
    if not attempts or attempts[-1].wait is not None:
        points.append((end / unit, points[-1][1] if points else 0))
        axes.text(*points[-1], " ?", va="center", fontsize=18, fontweight="bold")
    axes.plot(*zip(*points, strict=True), ":", color="#767676", linewidth=2)
    for number, (attempt, place) in enumerate(zip(attempts, points, strict=False), start=1):
        _draw(axes, attempt, place, str(number) if len(attempts) <= _NUMBERED else "")
    if until:
        shade(axes, until, unit)
        axes.legend(frameon=False, loc="upper left")
    width = end / unit or (1 if attempts else 10)
    axes.set(xlim=(-0.05 * width, 1.07 * width), ylim=(-0.6, max(len(codes), 2) - 0.3))
    _name_levels(axes, codes)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(f"{name} after the first attempt", fontsize=11)
    axes.set_title("When the sender tried, and what the server said")
    heads = ("attempt", "minutes", "reply", "then")
    return told(axes, _sentence(attempts) + refusal(until), heads, _rows(attempts))


def _rows(attempts: Sequence[Attempt]) -> list[tuple[str, str, str, str]]:
    """The picture in words, attempt by attempt."""
    return [
        (str(n), f"{each.at / MINUTE:,.1f}", _level(code_of(each)), what_next(each))
        for n, each in enumerate(attempts, start=1)
    ]


def shade(axes: Axes, until: float, unit: float) -> None:
    """Shades the seconds from 0 to `until` on an axis of that unit; the legend can say so."""
    end, label = until / unit, f"until here the server refuses ({span(until)})"
    axes.axvspan(0, end, color="#eeeeee", linewidth=0)
    axes.axvline(end, color="#222222", linestyle="--", linewidth=1.2, label=label)


def refusal(until: float | None) -> str:
    """The shaded time as a sentence; nothing if there is none."""
    return f" The server refuses for {span(until)} from the first attempt on." if until else ""


def code_of(attempt: Attempt) -> int:
    """The code of the reply that decided the attempt; 0 if there was no reply."""
    return attempt.answer.code or 0


def what_next(attempt: Attempt) -> str:
    """What the sender does after the attempt."""
    if attempt.wait is not None:
        return f"waits {span(attempt.wait)}"
    if code_of(attempt) // 100 == 2:
        return "is done: delivered"
    return "gives up and reports to the author"


def span(seconds: float) -> str:
    """So many seconds in words, in the unit that suits them."""
    unit, name = _unit(seconds)
    number = f"{seconds / unit:.1f}".removesuffix(".0")
    return f"{number} {name.removesuffix('s') if number == '1' else name}"


def _unit(seconds: float) -> tuple[float, str]:
    """The unit for times up to this one, in seconds, and its name."""
    if seconds > 3 * DAY:
        return DAY, "days"
    return (HOUR, "hours") if seconds > 4 * HOUR else (MINUTE, "minutes")


def _draw(axes: Axes, attempt: Attempt, place: tuple[float, int], label: str) -> None:
    """One attempt: its mark with its number."""
    style, size = class_style(code_of(attempt)), 14 if label else 8
    axes.plot(*place, style.marker, color=style.fill, ms=size, mec="white", clip_on=False)
    axes.annotate(label, place, (0, 12), textcoords="offset points", ha="center", fontsize=12)


def _name_levels(axes: Axes, codes: Sequence[int]) -> None:
    """Names the levels by their codes, in the colours of their classes."""
    axes.set_yticks(range(len(codes)), [_level(code) for code in codes], fontsize=13)
    for tick, code in zip(axes.get_yticklabels(), codes, strict=True):
        tick.set(color=class_style(code).fill, fontweight="bold")


def _level(code: int) -> str:
    return f"{class_style(code).mark} {code or 'no reply'}"


def _sentence(attempts: Sequence[Attempt]) -> str:
    """The picture in words."""
    if not attempts:
        return "Timeline without an attempt: nothing is known yet."
    last = attempts[-1]
    said = [str(code_of(each) or "no reply") for each in attempts]
    if len(said) > _NUMBERED:
        said[3:-3] = [f"{len(said) - 6} more"]
    number = "1 attempt" if len(attempts) == 1 else f"{len(attempts)} attempts"
    return (
        f"Timeline of {number} in {span(last.at)}. The replies in order: {', '.join(said)}. "
        f"After the last one the sender {what_next(last)}."
    )
