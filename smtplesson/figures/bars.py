"""Bars: how often each reply came at each stage, beside how often it was to be expected."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.transforms import offset_copy

from smtplesson.errors import LessonError
from smtplesson.experiments.shares import Share
from smtplesson.experiments.tally import Place, StageShare, Tally, stage_shares
from smtplesson.figures.panel import WIDTH, lesson_style, panel, told
from smtplesson.show.style import class_style

_ASIDE = 9  # points from a bar's middle to its diamond, which would hide the whiskers there
_GAP = 0.6  # between two stages, where a bar and the space beside it are 1 wide


@lesson_style()
def reply_bars(
    tally: Tally,
    expected: Mapping[Place, float] | None = None,
    *,
    stage: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Axes with a bar for each reply code at each stage: its share there, with the 95 % interval.

    tally: what was observed.
    expected: mean replies per session, as `expected` gives them; drawn as diamonds.
    stage: the only one to draw; all by default, in the order of a session.
    ax: where to draw; a new figure by default.
    Raises: LessonError if the tally holds no reply, or none at that stage.
    """
    bars = [each for each in stage_shares(tally, expected) if stage in (None, each.stage)]
    if not bars:
        place = "" if stage is None else f" at {stage}"
        raise LessonError(f"the tally holds no reply{place}: there is nothing to draw")
    axes = panel(ax, width=max(WIDTH, 1.6 + 0.56 * len(bars)), kind="bars")
    _draw(axes, bars)
    axes.set_title(f"Replies at {stage or 'each stage'} in {tally.sessions:,} sessions")
    return told(axes, _sentence(bars, tally.sessions), *_table(bars))


def _draw(axes: Axes, bars: Sequence[StageShare]) -> None:
    """The bars, stage by stage, with their intervals, shares, marks and diamonds."""
    places = spread_out([bar.stage for bar in bars])
    look = looks([bar.code for bar in bars])
    draw_shares(axes, places, [bar.share for bar in bars], capsize=4, **look)
    pairs = zip(places, bars, strict=True)
    wanted = {place: 100 * bar.wanted for place, bar in pairs if bar.wanted is not None}
    figure = cast(Figure, axes.figure)
    if wanted:
        aside = offset_copy(axes.transData, figure, _ASIDE, units="points")
        axes.plot(
            list(wanted), list(wanted.values()), "D", color="black", mfc="white", ms=5,
            label="expected", transform=aside,
        )  # fmt: skip
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1))
    # Plain texts, since an annotation takes more than twice the time to draw.
    above = offset_copy(axes.transData, figure, y=6, units="points")
    for place, bar in zip(places, bars, strict=True):
        top = 100 * max(bar.share.high, bar.wanted or 0)
        axes.text(
            place, top, f"{bar.share.value:.1%}",
            transform=above, ha="center", fontsize=8, clip_on=True,
        )  # fmt: skip
    name_places(axes, places, bars)
    axes.margins(y=0.15)


def spread_out(stages: Sequence[str]) -> list[float]:
    """The places of bars in a row, with a gap where another stage begins."""
    order = list(dict.fromkeys(stages))
    return [n + _GAP * order.index(stage) for n, stage in enumerate(stages)]


def looks(codes: Iterable[int]) -> dict[str, Any]:
    """How bars for these codes look, in the words of `Axes.bar`."""
    styles = [class_style(code) for code in codes]
    fills, hatches = [style.fill for style in styles], [style.hatch for style in styles]
    return {"color": fills, "hatch": hatches, "edgecolor": "white"}


def draw_shares(axes: Axes, places: Sequence[float], shares: Sequence[Share], **look: Any) -> None:
    """Bars as high as the shares, in percent, with whiskers for their intervals."""
    whiskers = (
        [100 * (share.value - share.low) for share in shares],
        [100 * (share.high - share.value) for share in shares],
    )
    heights = [100 * share.value for share in shares]
    drawn = axes.bar(places, heights, yerr=whiskers, ecolor="#222222", **look).errorbar
    assert drawn
    _, caps, stems = drawn.lines
    for each in (*caps, *stems):  # seen on a dark bar as well as above it
        each.set_path_effects([withStroke(linewidth=3.5, foreground="white")])


def name_places(
    axes: Axes, places: Sequence[float], replies: Sequence[tuple[str, int, *tuple[object, ...]]]
) -> None:
    """Code and mark of each reply below its place, and the name of each stage below its replies.

    replies: stage and code of each, and whatever else.
    """
    marked = [f"{code}\n{class_style(code).mark}" for _, code, *_ in replies]
    axes.set_xticks(places, marked)
    pairs = groupby(zip(places, replies, strict=True), key=lambda pair: pair[1][0])
    middles = {stage: [place for place, _ in group] for stage, group in pairs}
    axes.xaxis.remove_overlapping_locs = False  # a single bar stands right above its stage
    axes.set_xticks([sum(xs) / len(xs) for xs in middles.values()], middles, minor=True)
    axes.tick_params(axis="x", which="minor", length=0, pad=34)
    axes.set_ylabel("share of the replies at the stage, %")


def _table(bars: Sequence[StageShare]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The heads and the rows of the numbers in the picture; without expectation one column less."""
    heads = ["stage", "code", "replies", "share", "95 % interval", "expected"]
    rows = []
    for stage, code, share, wanted in bars:
        counts = f"{share.hits:,} of {share.total:,}", f"{share.value:.1%}"
        interval = f"{share.low:.1%} to {share.high:.1%}"
        expected = "" if wanted is None else f"{wanted:.1%}"
        rows.append((stage, f"{code}", *counts, interval, expected))
    columns = 6 if any(row[-1] for row in rows) else 5
    return heads[:columns], [row[:columns] for row in rows]


def _sentence(bars: Sequence[StageShare], sessions: int) -> str:
    """The picture in words."""
    beside = ", beside the expected one" if any(bar.wanted for bar in bars) else ""
    most = [
        max(group, key=lambda bar: bar.share.value)
        for _, group in groupby(bars, key=lambda bar: bar.stage)
    ]
    told = ", ".join(f"{bar.stage} {bar.code} ({bar.share.value:.1%})" for bar in most)
    return (
        f"Bar chart of the replies in {sessions:,} sessions: the share of each code among the "
        f"replies at its stage{beside}. The most frequent: {told}."
    )
