"""Boxes and arrows: what maps and ways are drawn with."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

Point = tuple[float, float]
INK, QUIET = "#222222", "#767676"


def box(
    axes: Axes,
    middle: Point,
    size: Point,
    words: str,
    *,
    fill: str = "white",
    edge: str = INK,
    ink: str = "black",
    fontsize: float = 9,
    family: str = "sans-serif",
) -> FancyBboxPatch:
    """A box with round corners and its words, in bold, in the middle.

    middle, size: in the units of the Axes.
    fill, edge, ink: colours of the ground, the border and the words.
    fontsize, family: of the type, in points.
    """
    (x, y), (width, height) = middle, size
    corner, shape = (x - width / 2, y - height / 2), "round,pad=0,rounding_size=0.06"
    drawn = FancyBboxPatch(corner, width, height, shape, facecolor=fill, edgecolor=edge)
    axes.add_artist(drawn)  # add_patch would work out limits, which each picture sets itself
    text = axes.text(x, y, words, color=ink, fontsize=fontsize, family=family)
    text.set(ha="center", va="center_baseline" if "\n" not in words else "center")
    text.set(fontweight="bold", parse_math=False)
    return drawn


def arrow(
    axes: Axes,
    start: FancyBboxPatch,
    end: FancyBboxPatch,
    *,
    bow: float = 0.0,
    off: Point = (0.0, 0.0),
    colour: str = QUIET,
    width: float = 1.1,
    dashed: bool = False,
) -> None:
    """An arrow from the edge of one box to that of another; from a box to itself, a loop below it.

    bow: how far it bends, as a share of its length.
    off: how far right of the middle of its box it sets out, and how far it arrives.
    """
    ends = [
        (each.get_x() + each.get_width() / 2 + right, each.get_y() + each.get_height() / 2)
        for each, right in zip((start, end), off, strict=True)
    ]
    drawn = FancyArrowPatch(*ends, color=colour, lw=width)
    if start is end:
        bow, y = -1.2, start.get_y()
        drawn.set_positions(*((x, y) for x, _ in ends))
    else:
        drawn.set_patchA(start)
        drawn.set_patchB(end)
    drawn.shrinkA = drawn.shrinkB = 0
    drawn.set_linestyle("--" if dashed else "-")
    drawn.set(arrowstyle="-|>", connectionstyle=f"arc3,rad={bow}", mutation_scale=15)
    axes.add_artist(drawn)
