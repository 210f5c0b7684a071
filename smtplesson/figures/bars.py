"""Bars: how often each reply came, beside how often it was to be expected."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from smtplesson.experiments.shares import wilson
from smtplesson.experiments.tally import Place, Tally, grouped
from smtplesson.figures.panel import Panel, lesson_style, panel
from smtplesson.show.style import class_style


@lesson_style()
def reply_bars(
    tally: Tally,
    expected: Mapping[Place, float] | None = None,
    *,
    by: str = "code",
    ax: Axes | None = None,
) -> Axes:
    """Axes with a bar for each reply code: its share, with the 95 % interval.

    tally: what was observed.
    expected: mean replies per session, as `expected` gives them; drawn as diamonds.
    by: "code", or another grouping of `Tally.by` whose labels begin with a digit.
    ax: where to draw; a new figure by default.
    """
    axes = panel(ax)
    counts = tally.by(by)
    total = tally.replies
    shares = [wilson(count, total) for count in counts.values()]
    styles = [class_style(int(label[0]) * 100) for label in counts]
    values = [100 * share.value for share in shares]
    errors = [
        [100 * (share.value - share.low) for share in shares],
        [100 * (share.high - share.value) for share in shares],
    ]
    places = range(len(counts))
    axes.bar(
        places,
        values,
        yerr=errors,
        capsize=4,
        color=[style.fill for style in styles],
        hatch=[style.hatch for style in styles],
        edgecolor="white",
        ecolor="#222222",
    )
    means = grouped(expected, by) if expected else {}
    whole = sum(means.values())
    wanted = [100 * means.get(label, 0.0) / whole for label in counts] if whole else []
    if wanted:
        axes.plot(places, wanted, "D", color="black", markerfacecolor="white", label="expected")
        axes.legend(frameon=False)
    for place, share, (_, high) in zip(places, shares, zip(*errors, strict=True), strict=True):
        axes.annotate(
            f"{share.value:.1%}", (place, 100 * share.value + high), (0, 6),
            textcoords="offset points", ha="center",
        )  # fmt: skip
    marked = [f"{label}\n{style.mark}" for label, style in zip(counts, styles, strict=True)]
    axes.set_xticks(list(places), marked)
    axes.set_ylabel("share of all replies, %")
    axes.set_xlabel(f"reply {by}")
    axes.margins(y=0.15)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"Replies in {tally.sessions:,} sessions")
    if isinstance(axes, Panel):
        _tell(axes, tally, by, wanted)
    return axes


def _tell(axes: Panel, tally: Tally, by: str, wanted: list[float]) -> None:
    """Says the picture in words and numbers."""
    heads = [by, "replies", "share", "95 % interval"] + (["expected"] if wanted else [])
    rows = []
    for place, (label, count) in enumerate(tally.by(by).items()):
        share = wilson(count, tally.replies)
        row = [label, f"{count:,}", f"{share.value:.1%}", f"{share.low:.1%} to {share.high:.1%}"]
        rows.append(row + ([f"{wanted[place]:.1f}%"] if wanted else []))
    most = max(rows, key=lambda row: int(row[1].replace(",", "")))
    beside = ", each beside its expected share" if wanted else ""
    axes.tell(
        f"Bar chart of {len(rows)} reply {by} values in {tally.replies:,} replies{beside}. "
        f"The most frequent is {most[0]} with {most[2]}.",
        heads,
        rows,
    )
