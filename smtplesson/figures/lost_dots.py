"""Lost dots: enhanced codes that popular lists show as reply codes."""

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes

from smtplesson.errors import LessonError
from smtplesson.facts.codes import ReplyCode, reply_codes, seed_table
from smtplesson.facts.enhanced import enhanced
from smtplesson.figures.boxes import INK, arrow, box
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import NO_CLASS, class_style

_ROW = 0.56  # inches from row to row, which are the units of the picture
_NAME, _WITH, _WITHOUT, _REST = 1.75, 2.5, 4.2, 4.85  # where the columns are
_SIZE = 0.8, 0.34  # of a box
_HEADS = ("enhanced code", "means", "in popular lists", "what servers say instead")


@lesson_style()
def lost_dots(codes: Sequence[int] = (), ax: Axes | None = None) -> Axes:
    """Axes with an arrow from each enhanced code to the reply code that lists have made of it.

    codes: such reply codes, as 422; by default those of the popular table of 27.
    ax: where to draw; a new figure by default.
    Raises: LessonError if a code is not known for having been an enhanced one.
    """
    rows = [_find(code) for code in codes] or [row for row in seed_table() if row.enhanced_origin]
    axes = panel(ax, width=9.6, height=0.9 + _ROW * len(rows), bare=True)
    for x, head, side in (
        *((_NAME, "what it means", "right"), (_WITH, "enhanced code", "center")),
        *((_WITHOUT, "in popular lists", "center"), (_REST, "what servers say instead", "left")),
    ):
        axes.text(x, 0.5, head, ha=side, va="center", fontweight="bold", fontsize=9)
    for place, row in enumerate(rows):
        _draw(axes, row, -_ROW * place)
    axes.set(xlim=(0, 9), ylim=(-_ROW * (len(rows) - 0.4), 0.65))
    axes.set_title(f"How {rows[0].enhanced_origin} very likely became {rows[0].code}")
    cells = [(row.enhanced_origin, _name(row), str(row.code), row.instead) for row in rows]
    return told(axes, _sentence(rows), _HEADS, cells)


def _find(code: int) -> ReplyCode:
    known = {number: row for number, row in reply_codes().items() if row.enhanced_origin}
    if code not in known:
        raise LessonError(
            f"code {code}: it is not known to have lost its dots; those are "
            f"{', '.join(map(str, known))}"
        )
    return known[code]


def _name(row: ReplyCode) -> str:
    """What the enhanced code means, in a few words."""
    found = enhanced(row.enhanced_origin)
    return found.words(row.enhanced_origin[0])[0] if found else "not registered either"


def _draw(axes: Axes, row: ReplyCode, y: float) -> None:
    """One row: the meaning, the two codes with the arrow between them, and what is right."""
    style, mono = class_style(row.code), "monospace"
    axes.text(_NAME, y, fill(_name(row), 25), ha="right", va="center", fontsize=9)
    origin, ink = row.enhanced_origin, style.fill
    before = box(axes, (_WITH, y), _SIZE, origin, edge=ink, ink=ink, fontsize=12, family=mono)
    look = {"fill": NO_CLASS.fill, "edge": NO_CLASS.fill, "ink": "white", "family": mono}
    after = box(axes, (_WITHOUT, y), _SIZE, str(row.code), fontsize=12, **look)
    arrow(axes, before, after, colour=INK)
    axes.text(_REST, y, fill(row.instead, 62), va="center", fontsize=8.5)


def _sentence(rows: Sequence[ReplyCode]) -> str:
    """The picture in words."""
    pairs = ", ".join(f"{row.enhanced_origin} became {row.code}" for row in rows)
    return (
        "Enhanced status codes on the left, and on the right what is left of them in popular "
        f"lists once their dots are lost, which is very likely how it happened: {pairs}. No RFC "
        "has these as reply codes."
    )
