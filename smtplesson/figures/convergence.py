"""Convergence: how a share settles down while the number of sessions grows."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from smtplesson.errors import LessonError
from smtplesson.experiments.shares import Share
from smtplesson.experiments.tally import Place, Tally, part
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import ClassStyle, class_style

# Numbers of sessions that stand side by side; of more only powers of ten are named, with their
# doubles and halves while there are few of them.
_TICKS, _FEW = 6, 100


@lesson_style()
def convergence(
    tallies: Sequence[Tally],
    code: int | str,
    *,
    stage: str,
    expected: Mapping[Place, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Axes with the share of a reply against the number of sessions, with its 95 % band.

    tallies: of the same scenario, with more and more sessions.
    code: 450, or "4yz" for the class.
    stage: the share is among the replies at this stage.
    expected: mean replies per session, as `expected` gives them; its share is drawn as a line.
    ax: where to draw; a new figure by default.
    Raises: LessonError if the numbers of sessions do not grow.
    """
    sessions = [tally.sessions for tally in tallies]
    if not sessions or any(after <= before for before, after in pairwise([0, *sessions])):
        raise LessonError(f"sessions {sessions}: tallies with growing numbers of them are needed")
    axes = panel(ax)
    shares = [tally.share(code, stage=stage) for tally in tallies]
    _band(axes, sessions, shares, class_style(int(str(code)[0]) * 100))
    mean, whole = part(expected or {}, code, stage)
    wanted = mean / whole if whole else None
    if wanted is not None:
        label = f"expected, {wanted:.2%}"
        axes.axhline(100 * wanted, color="black", linestyle="--", linewidth=1.2, label=label)
    axes.set_ylabel(f"share of the replies at {stage}, %")
    axes.legend(frameon=False)
    axes.set_title(f"Share of {code} at {stage}, and how certain it is")
    return _told(axes, sessions, shares, f"{code} at {stage}", wanted)


def _band(axes: Axes, sessions: list[int], shares: list[Share], style: ClassStyle) -> None:
    """The shares with the band of their intervals, over a logarithmic axis."""
    axes.fill_between(
        sessions,
        [100 * share.low for share in shares],
        [100 * share.high for share in shares],
        facecolor=style.fill,
        alpha=0.25,
        linewidth=0,
        label="95 % interval",
    )
    values = [100 * share.value for share in shares]
    axes.plot(sessions, values, f"{style.marker}-", color=style.fill, label="observed")
    axes.set_xscale("log")
    if len(sessions) <= _TICKS:
        axes.set_xticks(sessions)
    elif sessions[-1] < _FEW * sessions[0]:
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda n, _: f"{n:,.0f}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("sessions (logarithmic)")


def _told(
    axes: Axes, sessions: list[int], shares: list[Share], what: str, wanted: float | None
) -> Axes:
    """The Axes with the picture in words and numbers."""
    rows = [
        (f"{n:,}", f"{s.hits:,} of {s.total:,}", f"{s.value:.2%}", f"{s.low:.2%} to {s.high:.2%}")
        for n, s in zip(sessions, shares, strict=True)
    ]
    first, last = shares[0], shares[-1]
    beside = "" if wanted is None else f" The expected share is {wanted:.2%}."
    return told(
        axes,
        f"Share of {what} against the number of sessions, from {sessions[0]:,} to "
        f"{sessions[-1]:,}: {first.value:.2%} at first, {last.value:.2%} at last. Its 95 % "
        f"interval narrows from {100 * (first.high - first.low):.2f} to "
        f"{100 * (last.high - last.low):.2f} percentage points.{beside}",
        ("sessions", "replies", "share", "95 % interval"),
        rows,
    )
