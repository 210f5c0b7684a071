"""Compared: two servers on the same axes, reply by reply."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from smtplesson.errors import LessonError
from smtplesson.experiments.shares import Share
from smtplesson.experiments.tally import Tally, in_session
from smtplesson.figures.bars import draw_shares, name_places, spread_out
from smtplesson.figures.boxes import INK
from smtplesson.figures.panel import WIDTH, lesson_style, panel, told
from smtplesson.show.style import class_style

Row = tuple[str, int, tuple[Share, Share]]  # stage, code, and its share at either server


@lesson_style()
def compared_bars(
    first: Tally,
    second: Tally,
    names: tuple[str, str] = ("the first", "the second"),
    *,
    ax: Axes | None = None,
) -> Axes:
    """Axes with two bars for each reply at each stage: its share there at either server.

    The first server's bars are full, the second's open; both have their 95 % intervals. A server
    that never came to a stage has no bars there.

    first, second: what was observed, in equally many sessions.
    names: of the servers.
    ax: where to draw; a new figure by default.
    Raises: LessonError if neither tally holds a reply.
    """
    rows = _rows(first, second)
    if not rows:
        raise LessonError("neither tally holds a reply: there is nothing to draw")
    axes = panel(ax, width=max(WIDTH, 1.6 + 0.62 * len(rows)), kind="compared bars")
    _draw(axes, rows)
    patches = [Patch(facecolor=face, edgecolor=INK) for face in (INK, "white")]
    axes.legend(patches, names, frameon=False, loc="lower right", bbox_to_anchor=(1, 1))
    axes.set_title(f"Replies at each stage in {first.sessions:,} sessions")
    heads = ("stage", "code", *(head for name in names for head in (name, "95 % interval")))
    return told(axes, _sentence(rows, names, first.sessions), heads, [_cells(row) for row in rows])


def _rows(first: Tally, second: Tally) -> list[Row]:
    """Every reply of either server, in the order of a session."""
    places = {(place.stage, place.code) for place in (*first.counts, *second.counts)}
    return [
        (stage, code, (first.share(code, stage=stage), second.share(code, stage=stage)))
        for stage, code in sorted(places, key=lambda each: (in_session(each[0]), each))
    ]


def _draw(axes: Axes, rows: Sequence[Row]) -> None:
    """The bars of both servers, each where it came so far."""
    places = spread_out([stage for stage, *_ in rows])
    for which, shift in enumerate((-0.21, 0.21)):
        bars = [
            (place + shift, class_style(code).fill, shares[which])
            for place, (_, code, shares) in zip(places, rows, strict=True)
            if shares[which].total
        ]
        inks, face = [ink for _, ink, _ in bars], "white" if which else None
        draw_shares(
            axes, [place for place, *_ in bars], [share for *_, share in bars],
            width=0.38, capsize=2.5, linewidth=1.4, color=face or inks, edgecolor=inks,
        )  # fmt: skip
    name_places(axes, places, rows)


def _cells(row: Row) -> Sequence[str]:
    """A row of the table: the shares with their intervals, a dash where a server never came."""
    stage, code, shares = row
    told = [
        (f"{share.value:.1%}", f"{share.low:.1%} to {share.high:.1%}")
        if share.total
        else ("–", "–")
        for share in shares
    ]
    return (stage, str(code), *(cell for pair in told for cell in pair))


def _sentence(rows: Sequence[Row], names: tuple[str, str], sessions: int) -> str:
    """The picture in words: where the two are furthest apart."""

    def apart(row: Row) -> float:
        first, second = row[2]
        return abs(first.value - second.value) if first.total and second.total else -1.0

    stage, code, (first, second) = max(rows, key=apart)
    return (
        f"Bar chart of the replies of {names[0]} and {names[1]} in {sessions:,} sessions each: the "
        f"share of each code among the replies at its stage, side by side. Furthest apart: {stage} "
        f"{code}, {first.value:.1%} and {second.value:.1%}."
    )
