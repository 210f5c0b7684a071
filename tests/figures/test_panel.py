"""The panel drawn again and again: quick, and yet nothing is ever cut off."""

from typing import cast

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from smtplesson.figures.panel import Panel, panel


def drawn(heights: tuple[int, int], ylabel: str = "share, %") -> Panel:
    """A panel with two bars that has been drawn."""
    axes = cast(Panel, panel())
    axes.bar(["250", "450"], heights)
    axes.set_ylabel(ylabel)
    axes.png()
    return axes


def test_the_same_picture_twice_is_the_same_octets() -> None:
    axes = drawn((3, 4))
    assert axes.png() == axes.png() == drawn((3, 4)).png()


def test_new_heights_keep_the_layout() -> None:
    axes = drawn((3, 4))
    before = axes.get_position().bounds
    cast(Rectangle, axes.patches[0]).set_height(2)
    axes.png()
    assert axes.get_position().bounds == before


def test_words_that_no_longer_fit_get_their_room() -> None:
    axes = drawn((3, 4))
    axes.set_ylim(0, 123_456_789)
    axes.ticklabel_format(axis="y", style="plain")
    axes.set_title("a title\nof two lines")
    axes.png()
    box = axes.get_tightbbox()
    assert box is not None
    assert box.x0 > 0 and box.y1 < cast(Figure, axes.figure).bbox.height
