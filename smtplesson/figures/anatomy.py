"""Anatomy: a reply as it goes over the wire, part by part."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from smtplesson.facts import duty, severity, subject
from smtplesson.facts.enhanced import enhanced
from smtplesson.figures.boxes import INK, QUIET, box
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.protocol.reply import Reply, parse_reply
from smtplesson.show.style import class_style

_MOST = 52  # characters of a line's text that are drawn
_LETTER, _GAP = 0.112, 0.05  # widths in the units of the picture, of a letter and between boxes
_ROW, _STEP = 0.62, 0.34  # from line to line, and from label to label
_HEADS = ("part", "written", "what it says")
_Piece = tuple[str, str, float, float]  # a part's name and text, its left edge and its width


class _Part(NamedTuple):
    """One part of a reply line, as it is written, and what it says."""

    name: str
    written: str
    says: str


@lesson_style()
def reply_anatomy(reply: Reply | str, ax: Axes | None = None) -> Axes:
    """Axes with the first and the last line of a reply, a box and a label for each part of them.

    reply: a reply, or its lines as text, such as "550 5.1.1 No such user".
    ax: where to draw; a new figure by default.
    Raises: WireError if the text is no reply.
    Source: RFC 5321 §4.2, §4.2.1; RFC 2034 §4; RFC 3463 §2.
    """
    made = reply if isinstance(reply, Reply) else parse_reply(f"{reply}\n".encode())
    lines = str(made).split("\n")
    above, below = _digits(made, lines), [*_rest(made, lines)]
    depth = 0.0 if len(lines) == 1 else _ROW if len(lines) == 2 else _ROW + _STEP
    low, high = -depth - 0.3 - _STEP * len(below), 0.4 + _STEP * len(above)
    height = 0.4 + 1.08 * (high - low)  # with room for the title
    axes = panel(ax, width=9.6, height=height, bare=True)
    first, last = [*_pieces(made, lines[0])], [*_pieces(made, lines[-1])]
    for y, line in {0.0: first, -depth: last}.items():
        _line(axes, made.code, line, y)
    _labels(axes, first, above, 1, 0.0)
    if len(lines) > 2:
        between = f"... {len(lines) - 2} more with a hyphen ..."
        axes.text(0.0, -depth / 2, between, va="center", fontsize=10, color=INK)
    _labels(axes, last, below, -1, -depth)
    axes.set(xlim=(-0.1, 8.9), ylim=(low, high), aspect="equal")
    axes.set_title("A reply, part by part")
    return told(axes, _sentence(made, lines), _HEADS, [*above, *below])


def _digits(reply: Reply, lines: Sequence[str]) -> list[_Part]:
    """What stands before the enhanced code in the first line."""
    first, second, third = [*str(reply.code)]
    found = [
        _Part("first digit", first, f"{severity(reply.code)} ({duty(reply.code)})"),
        _Part("second digit", second, f"what it is about ({subject(reply.code)})"),
        _Part("third digit", third, "which reply of this kind it is"),
    ]
    more = "1 more line follows" if len(lines) == 2 else f"{len(lines) - 1} more lines follow"
    return [*found, _Part("hyphen", "-", more)] if len(lines) > 1 else found


def _rest(reply: Reply, lines: Sequence[str]) -> Iterator[_Part]:
    """What stands behind the three digits in the last line."""
    yield _Part("space", "␣", "this is the last line")
    if reply.enhanced:
        levels = [enhanced(reply.enhanced, level) for level in ("class", "subject", "detail")]
        words = [row.words(reply.enhanced[0])[0] if row else "not registered" for row in levels]
        yield _Part("enhanced code", reply.enhanced, " · ".join(words))
    if text := lines[-1][4:].removeprefix(reply.enhanced).strip():
        yield _Part("text", text, "mostly for people; a program goes by the code")


def _pieces(reply: Reply, line: str) -> Iterator[_Piece]:
    """The parts of a line, from left to right."""
    text, x = line[4:].removeprefix(reply.enhanced).strip(), 0.0
    mark = ("hyphen", "-") if line[3] == "-" else ("space", "␣")
    parts = [*zip(("first digit", "second digit", "third digit"), line[:3], strict=True), mark]
    parts += [("enhanced code", reply.enhanced)] if reply.enhanced else []
    parts += [("text", text if len(text) <= _MOST else f"{text[: _MOST - 3]}...")] if text else []
    for name, written in parts:
        width = 0.18 + _LETTER * len(written)
        yield name, written, x, width
        x += width + _GAP


def _line(axes: Axes, code: int, line: Sequence[_Piece], y: float) -> None:
    """One line in boxes."""
    fill = class_style(code).fill
    for name, written, x, width in line:
        ground, ink = (fill, "white") if "digit" in name else ("white", INK)
        edge = QUIET if name in ("hyphen", "space", "text") else fill
        look = {"fill": ground, "edge": edge, "ink": ink, "family": "monospace"}
        box(axes, (x + width / 2, y), (width, 0.4), written, fontsize=13, **look)


def _labels(axes: Axes, line: Sequence[_Piece], parts: Sequence[_Part], way: int, y: float) -> None:
    """A label with a leader to its part: the farther left that is, the farther off is its label.

    way: 1 for labels above, -1 for those below.
    """
    middles = {name: x + min(width / 2, 0.5) for name, _, x, width in line}
    for place, part in enumerate(parts):
        x, end = middles[part.name], y + way * (0.2 + _STEP * (len(parts) - place))
        axes.plot((x, x, x + 0.12), (y + way * 0.2, end, end), color=QUIET, linewidth=1)
        words = f"{part.name}: {part.says}"
        text = axes.text(x + 0.17, end, words, fontsize=10, parse_math=False)
        text.set(va="center")


def _sentence(reply: Reply, lines: Sequence[str]) -> str:
    """The picture in words."""
    parts = f"the code {reply.code}, digit by digit"
    if len(lines) > 1:
        parts += ", a hyphen where more lines follow and a space in the last"
    parts += f", the enhanced code {reply.enhanced}" if reply.enhanced else ""
    number = "one line" if len(lines) == 1 else f"{len(lines)} lines"
    return f"A reply of {number}, part by part: {parts}, and the text for people."
