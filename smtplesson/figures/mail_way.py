"""The way of a mail: from one phone to the other, hop by hop."""

from itertools import pairwise
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from smtplesson.errors import LessonError
from smtplesson.figures.boxes import INK, arrow, box
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import CLASS_STYLES


class Hop(NamedTuple):
    """One hop: its name, what is spoken on it, on which ports, and how it comes about."""

    name: str
    protocol: str
    ports: str
    how: str
    source: str


_STATIONS = (
    "Alice's\nphone",
    "her provider's\nserver",
    "his provider's\nserver",
    "Bob's\nmailbox",
    "Bob's\nphone",
)
_HOPS = (
    Hop("submission", "SMTP", "587 or 465", "with a login", "RFC 6409 §3.1, §4.3; RFC 8314 §3.3"),
    Hop("relay", "SMTP", "25", "found by MX", "RFC 5321 §4.5.4.2, §5.1"),
    Hop("delivery", "", "", "stored", "RFC 5321 §2.3.10"),
    Hop("access", "IMAP", "993", "fetched", "RFC 8314 §3.2"),
)
_STEP, _SIZE = 2.3, (1.28, 0.62)  # from box to box, and of a box
_HERE = CLASS_STYLES[3].fill
_HEADS = ("hop", "from", "to", "protocol", "port", "how", "source")


@lesson_style()
def mail_way(here: str = "relay", ax: Axes | None = None) -> Axes:
    """Axes with the stations of a mail and its hops; one hop is pointed out.

    here: the hop that is spoken of: "submission" or "relay", where SMTP is spoken, "delivery"
        or "access", where it is not.
    ax: where to draw; a new figure by default.
    Raises: LessonError if there is no such hop.
    """
    names = [hop.name for hop in _HOPS]
    if here not in names:
        raise LessonError(f"here = {here!r}: there is no such hop; allowed: {', '.join(names)}")
    axes = panel(ax, width=9.6, height=2.2, bare=True)
    stations = [box(axes, (_STEP * n, 0), _SIZE, each) for n, each in enumerate(_STATIONS)]
    for n, hop in enumerate(_HOPS):
        _draw(axes, hop, (stations[n], stations[n + 1]), _STEP * (n + 0.5), here == hop.name)
    for start, end, words in ((0, 2, "SMTP"), (2, 4, "not SMTP")):
        _span(axes, _STEP * start, _STEP * end, words)
    axes.set(xlim=(-0.75, 4 * _STEP + 0.75), ylim=(-0.95, 0.8), aspect="equal")
    axes.set_title("The way of a mail, hop by hop")
    ends = [each.replace("\n", " ") for each in _STATIONS]
    pairs = zip(_HOPS, pairwise(ends), strict=True)
    rows = [(name, *between, *rest) for (name, *rest), between in pairs]
    return told(axes, _sentence(here), _HEADS, rows)


def _draw(
    axes: Axes, hop: Hop, ends: tuple[FancyBboxPatch, FancyBboxPatch], x: float, here: bool
) -> None:
    """One hop: its arrow, dashed where no SMTP is spoken, with its words above and below it."""
    colour, width = (_HERE, 3.0) if here else (INK, 1.3)
    arrow(axes, *ends, colour=colour, width=width, dashed=hop.protocol != "SMTP")
    weight = "bold" if here else "normal"
    below = "\n".join(filter(None, (_port(hop), hop.how)))
    for y, words, side in ((0.13, hop.name, "bottom"), (-0.14, below, "top")):
        axes.text(x, y, words, ha="center", va=side, fontsize=8.5, fontweight=weight)
    if here:
        axes.plot((x - 0.45, x + 0.45), (-0.66, -0.66), color=_HERE, linewidth=3)
        axes.text(x, -0.72, "we are here", ha="center", va="top", fontsize=9, color=_HERE)


def _span(axes: Axes, start: float, end: float, words: str) -> None:
    """A bracket over the stations from one place to another, with what is spoken there."""
    start, end, y = start + 0.06, end - 0.06, 0.52
    axes.plot((start, start, end, end), (y - 0.1, y, y, y - 0.1), color=INK, linewidth=1)
    axes.text((start + end) / 2, y + 0.06, words, ha="center", fontsize=10, fontweight="bold")


def _port(hop: Hop) -> str:
    """The ports of a hop; with the protocol, where it is another one than SMTP."""
    if hop.protocol == "SMTP":
        return f"port {hop.ports}" if hop.ports.isdigit() else hop.ports
    return ", ".join(filter(None, (hop.protocol, hop.ports)))


def _sentence(here: str) -> str:
    """The picture in words."""
    told = [
        f"{hop.name} ({', '.join(filter(None, (hop.protocol, hop.ports, hop.how)))})"
        for hop in _HOPS
    ]
    return (
        "The way of a mail from Alice's phone via her provider's server and his provider's "
        f"server into Bob's mailbox and to Bob's phone, in four hops: {', '.join(told)}. "
        f"The hop discussed here is {here}."
    )
