"""Heat map: which reply came at which stage, and how often."""

import numpy as np
from matplotlib.axes import Axes

from smtplesson.errors import LessonError
from smtplesson.experiments.tally import Tally
from smtplesson.figures.panel import HEIGHT, WIDTH, lesson_style, panel, told
from smtplesson.show.style import class_style

# Black and white text are equally well readable on this grey, both at more than 4.5:1.
_TURN = 0.46


@lesson_style()
def heat_map(tally: Tally, ax: Axes | None = None) -> Axes:
    """Axes with a row for each stage and a column for each code: the replies, as numbers.

    The stronger a cell, the larger the share of its code among the replies at that stage.

    tally: what was observed.
    ax: where to draw; a new figure by default.
    Raises: LessonError if the tally is empty.
    """
    stages = tally.to_dict()
    if not stages:
        raise LessonError("the tally holds no reply: there is nothing to draw")
    codes = sorted({code for counts in stages.values() for code in counts})
    counts = np.array([[row.get(code, 0) for code in codes] for row in stages.values()])
    shares = counts / counts.sum(axis=1, keepdims=True)
    axes = panel(
        ax, width=max(WIDTH, 2 + 0.7 * len(codes)), height=max(HEIGHT, 1.5 + 0.36 * len(stages))
    )
    greys = 1 - 0.8 * shares
    axes.imshow(greys, cmap="gray", vmin=0, vmax=1, aspect="auto")
    for (y, x), number in np.ndenumerate(counts):
        if number:
            ink = "black" if greys[y, x] > _TURN else "white"
            axes.text(x, y, f"{number:,}", ha="center", va="center", color=ink)
    _heads(axes, codes, list(stages))
    axes.set_xlabel("reply code; the stronger, the larger its share at the stage", labelpad=10)
    axes.set_title(f"Replies by stage in {tally.sessions:,} sessions")
    rows = [(s, *(f"{row.get(code, 0):,}" for code in codes)) for s, row in stages.items()]
    return told(axes, _sentence(tally), ("stage", *codes), rows)


def _heads(axes: Axes, codes: list[str], stages: list[str]) -> None:
    """Names columns and rows; the head of a column has its class's colour and mark."""
    styles = [class_style(int(code)) for code in codes]
    marked = [f"{style.mark} {code}" for style, code in zip(styles, codes, strict=True)]
    axes.set_xticks(range(len(codes)), marked)
    for label, style in zip(axes.get_xticklabels(), styles, strict=True):
        label.set(color="white", fontweight="bold", fontsize=9)
        label.set_bbox({"boxstyle": "round,pad=0.3", "facecolor": style.fill, "linewidth": 0})
    axes.set_yticks(range(len(stages)), stages)
    axes.tick_params(length=0, pad=8)
    axes.spines[:].set_visible(False)
    # White lines between the cells.
    axes.set_xticks(np.arange(len(codes) - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(len(stages) - 1) + 0.5, minor=True)
    axes.grid(which="minor", color="#bbbbbb", linewidth=0.8)
    axes.tick_params(which="minor", length=0)


def _sentence(tally: Tally) -> str:
    """The picture in words."""
    stages = tally.to_dict()
    most = {stage: max(row.items(), key=lambda item: item[1]) for stage, row in stages.items()}
    told = ", ".join(
        f"{stage} {code} ({number:,} of {sum(stages[stage].values()):,})"
        for stage, (code, number) in most.items()
    )
    return (
        f"Heat map of {tally.replies:,} replies at {len(stages)} stages. "
        f"The most frequent reply at each: {told}."
    )
