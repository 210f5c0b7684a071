"""Reads a drawing back: what stands where, how high it is, and how it looks."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.patches import ArrowStyle, FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation, Text
from matplotlib.typing import ColorType

from smtplesson.figures.panel import Panel
from smtplesson.show.style import ClassStyle

Point = tuple[float, float]
_BEND = [Path.MOVETO, Path.CURVE3, Path.CURVE3]
# The looks of the classes 2yz to 5yz, and of what is no reply, as the house style has them.
DONE = ClassStyle("#00694b", "●", "o", "")
MORE = ClassStyle("#0063a0", "▶", ">", "..")
LATER = ClassStyle("#8a5a00", "▲", "^", "//")
NO = ClassStyle("#a8330a", "■", "s", "xx")
NONE = ClassStyle("#555555", "◆", "D", "--")


class Bar(NamedTuple):
    """An upright bar; `x` and `y` are its middle."""

    x: float
    y: float
    base: float
    height: float
    fill: str
    hatch: str


class Arrow(NamedTuple):
    """An arrow from start to end; `curve` is its line as it is drawn, bent to the middle point."""

    start: Point
    end: Point
    curve: tuple[Point, Point, Point]
    colour: str
    width: float


class Written(NamedTuple):
    """A text; `fill` and `edge` are those of the box around it, or ""."""

    text: str
    at: Point
    colour: str
    fill: str = ""
    edge: str = ""


def alike(one: bytes, other: bytes) -> bool:
    """Whether two pictures are the same; of octets in an `assert` pytest shows every one."""
    return one == other


def own(axes: Axes) -> Panel:
    """The Axes, which are ours."""
    assert isinstance(axes, Panel)
    return axes


def bar(patch: Rectangle) -> Bar:
    """One bar as it is drawn."""
    base, height = round(patch.get_y(), 2), round(patch.get_height(), 2)
    look = to_hex(patch.get_facecolor()), patch.get_hatch() or ""
    return Bar(*_point(patch.get_center()), base, height, *look)


def bars(axes: Axes) -> list[Bar]:
    """All bars in the order in which they were drawn."""
    found = [each for each in axes.containers if isinstance(each, BarContainer)]
    return [bar(patch) for container in found for patch in container.patches]


def whiskers(axes: Axes) -> list[Point]:
    """The lower and the upper end of each error bar."""
    found = [each for each in axes.containers if isinstance(each, ErrorbarContainer)]
    segments = [each for bar in found for line in bar.lines[2] for each in line.get_segments()]
    return [_point(np.asarray(each)[:, 1]) for each in segments]


def ticks(axis: Axis, *, minor: bool = False) -> dict[float, str]:
    """The labels of an axis by their places."""
    labels = [label.get_text() for label in axis.get_ticklabels(minor=minor)]
    places = [round(float(place), 2) for place in axis.get_ticklocs(minor=minor)]
    return dict(zip(places, labels, strict=True))


def curve(axes: Axes, label: str) -> list[Point]:
    """The points of the line that the legend calls so."""
    (line,) = (each for each in axes.lines if each.get_label() == label)
    return [_point(pair) for pair in np.asarray(line.get_xydata())]


def shaded(axes: Axes) -> Point | None:
    """From where to where along the axis the picture is shaded over its whole height, if it is."""
    rectangles = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    found = [
        (patch.get_x(), patch.get_x() + patch.get_width())
        for patch in rectangles
        if patch.get_data_transform() == axes.get_xaxis_transform() and patch.get_height() == 1
    ]
    return _point(found[0]) if found else None


def marks(axes: Axes) -> list[tuple[float, float, str, str]]:
    """Place, shape and colour of each mark, in the order in which they were drawn."""
    return [
        (*_point(pair), str(line.get_marker()), to_hex(line.get_color()))
        for line in axes.lines
        if line.get_marker() != "None"
        for pair in np.asarray(line.get_xydata())
    ]


def written(axes: Axes) -> list[Written]:
    """All texts that are written into the picture."""
    return [_written(text) for text in axes.texts if text.get_text()]


def _written(text: Text) -> Written:
    at = _point(text.xy if isinstance(text, Annotation) else text.get_position())
    plain = Written(text.get_text(), at, to_hex(text.get_color()))
    if (box := text.get_bbox_patch()) is None:
        return plain
    edge = to_hex(box.get_edgecolor(), keep_alpha=True)
    seen = box.get_linewidth() and not edge.endswith("00")
    return plain._replace(fill=to_hex(box.get_facecolor()), edge=edge if seen else "")


def arrows(axes: Axes) -> list[Arrow]:
    """All arrows; each has its head at its end and nowhere else."""
    free = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    found = [_arrow(patch, *patch._posA_posB) for patch in free]  # type: ignore[attr-defined]
    for note in axes.texts:
        if isinstance(note, Annotation) and note.arrow_patch:
            found.append(_arrow(note.arrow_patch, note.xyann, note.xy))
    return found


def _arrow(patch: FancyArrowPatch, start: Point, end: Point) -> Arrow:
    assert type(patch.get_arrowstyle()) is ArrowStyle.CurveFilledB
    first, bend, last = map(_point, np.asarray(patch.get_path().vertices)[:3])
    look = to_hex(patch.get_edgecolor()), patch.get_linewidth()
    return Arrow(_point(start), _point(end), (first, bend, last), *look)


def rounded(axes: Axes) -> list[FancyBboxPatch]:
    """The boxes with round corners themselves, in the order in which they were drawn."""
    return [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]


def boxes(axes: Axes) -> dict[Point, tuple[str, str]]:
    """Fill and edge of each box with round corners, by its middle."""
    return {
        _middle(box): (to_hex(box.get_facecolor()), to_hex(box.get_edgecolor()))
        for box in rounded(axes)
    }


def in_boxes(axes: Axes) -> dict[Point, str]:
    """What is written in each box, by its middle."""
    middles = boxes(axes)
    return {each.at: each.text for each in written(axes) if each.at in middles}


def joined(axes: Axes) -> list[tuple[str, str]]:
    """The texts of the boxes at whose edges each arrow begins and, but for a bold tip, ends."""
    own(axes).png()  # an arrow has its bow, and is cut at its boxes, when it is drawn
    texts = in_boxes(axes)
    edges = {texts[_middle(box)]: box.get_bbox() for box in rounded(axes)}

    def at(end: Point) -> str:
        (text,) = (
            text
            for text, edge in edges.items()
            if edge.padded(0.08).contains(*end) and not edge.padded(-0.03).contains(*end)
        )
        return text

    return [(at(each.curve[0]), at(each.curve[2])) for each in arrows(axes)]


def crossed(axes: Panel) -> list[tuple[str, object]]:
    """Texts that an arrow runs through, or that lie on another text or on the edge of a box."""
    axes.png()  # which lays the picture out
    texts = {each: each.get_window_extent() for each in axes.texts if each.get_text()}
    free = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    paths = [Path(np.asarray(arrow.get_path().vertices)[:3], _BEND) for arrow in free]
    paths += [each.get_path() for each in axes.patches if isinstance(each, FancyBboxPatch)]
    lines = [path.transformed(axes.transData) for path in paths]
    return [
        (text.get_text(), at)
        for text, at in texts.items()
        if any(line.intersects_bbox(at, filled=False) for line in lines)
        or any(at.overlaps(other) for each, other in texts.items() if each is not text)
    ]


def near(arrow: Arrow, place: Point) -> float:
    """How near the line of an arrow comes to a place."""
    first, bend, last = map(np.asarray, arrow.curve)
    ways = np.linspace(0, 1, 99)[:, None]
    points = (1 - ways) ** 2 * first + 2 * ways * (1 - ways) * bend + ways**2 * last
    return float(np.hypot(*(points - place).T).min())


def contrast(*colours: ColorType) -> float:
    """How much two colours differ, by WCAG 2: 1 to 21."""
    dim, bright = sorted(map(_luminance, colours))
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: ColorType) -> float:
    parts = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in to_rgb(colour))
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def _middle(box: FancyBboxPatch) -> Point:
    return _point(np.mean(box.get_bbox(), axis=0))


def _point(pair: object) -> Point:
    x, y = np.asarray(pair)
    return round(float(x), 2), round(float(y), 2)
