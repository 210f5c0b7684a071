"""The eavesdropper: what can be read on the way, before and after STARTTLS."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from matplotlib.axes import Axes

from smtplesson.figures.boxes import INK, QUIET
from smtplesson.figures.ladder import MOST, rungs
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.loopback.client import converse
from smtplesson.loopback.transcript import Transcript
from smtplesson.show.style import NO_CLASS

# A session with a server that wants TLS, then a login.
_LINES = (
    *("EHLO laptop.example", "STARTTLS", "EHLO laptop.example"),
    *("AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", "MAIL FROM:<alice@example.test>"),
    *("RCPT TO:<bob@example.test>", "DATA", "Subject: Secret", "", "Meet me at six.", "."),
)
_ROW = 0.28  # inches from line to line
_ROOM = 54  # characters of a line; they fit into a column
_SAID, _SEEN, _END = 0.35, 5.0, 9.3  # where the columns begin, and the second one ends
_HEADER = "17 03 03"  # of a TLS record with data, in clear: RFC 8446 §5.2
_UNREADABLE, _MASK = "unreadable", "****"
_HEADS = ("who", "what is said", "what is seen on the way")


class _Line(NamedTuple):
    """One line of the picture: who says it, what, and whether it can be read on the way."""

    who: str
    text: str
    is_open: bool


@lesson_style()
def eavesdropper(transcript: Transcript | None = None, ax: Axes | None = None) -> Axes:
    """Axes with what is said on the left and, on the right, what can be seen of it on the way.

    Of several lines the first is shown and the others are counted.

    transcript: a session; by default one with a server that wants STARTTLS and a login.
    ax: where to draw; a new figure by default.
    Source: RFC 3207 §4; RFC 8446 §5.2 for what of a TLS record is in clear.
    """
    shown = (converse("strict", _LINES) if transcript is None else transcript)[:MOST]
    lines = [*_lines(shown)]
    axes = panel(ax, width=9.6, height=1.2 + _ROW * (len(lines) + 1), bare=True)
    for x, head in ((_SAID, "what is said"), (_SEEN, "what is seen on the way")):
        axes.text(x, -_ROW, head, va="center", fontweight="bold", fontsize=10)
    for place, line in enumerate(lines):
        _draw(axes, line, _ROW * place)
    axes.text(_SEEN, _ROW * len(lines), _key(lines), va="center", fontsize=8.5, color=INK)
    axes.set(xlim=(0, 9.4), ylim=(_ROW * (len(lines) + 0.6), -1.6 * _ROW))
    axes.set_title("What an eavesdropper can read")
    cells = [
        (line.who, line.text, "the same" if line.is_open else _UNREADABLE)
        for line in lines
        if line.who != "!"
    ]
    return told(axes, _sentence(lines), _HEADS, cells)


def _lines(shown: Transcript) -> Iterator[_Line]:
    """The lines of a session, in the order of time."""
    is_open = True
    for exchange in shown:
        for rung in rungs(exchange, _ROOM):
            yield _Line(rung.who, str(rung), is_open)
        if exchange.stage == "STARTTLS" and exchange.code == 220:
            is_open = False


def _draw(axes: Axes, line: _Line, y: float) -> None:
    """One line on both sides; a remark stands on a rule across them."""
    if line.who == "!":
        axes.plot((0, _END), (y, y), color=QUIET, linewidth=1)
        words = axes.text(_SEEN - 0.3, y, line.text, ha="center", va="center", fontsize=8.5)
        words.set(style="italic", bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
        return
    write = partial(axes.text, va="center", family="monospace", fontsize=8.5, parse_math=False)
    write(0.0, y, f"{line.who}:")
    write(_SAID, y, line.text)
    write(_SEEN, y, line.text if line.is_open else _HEADER)
    if not line.is_open:
        start = _SEEN + 0.8
        axes.barh(
            y, _END - start, 0.2, start,
            color=NO_CLASS.fill, hatch="xxx", edgecolor="white", linewidth=0,
        )  # fmt: skip


def _key(lines: Sequence[_Line]) -> str:
    """What has to be known to read the picture."""
    if not all(line.is_open for line in lines):
        return f"{_HEADER} opens a TLS record: only its time and length can be seen."
    return f"Nothing is encrypted.{_unmasked(lines)}"


def _unmasked(lines: Sequence[_Line]) -> str:
    """A sentence, if a password could be read that the transcript does not show."""
    seen = any(_MASK in line.text for line in lines if line.is_open)
    return f" Where this shows {_MASK}, it was in full on the wire." if seen else ""


def _sentence(lines: Sequence[_Line]) -> str:
    """The picture in words."""
    said = [line for line in lines if line.who != "!"]
    readable = sum(line.is_open for line in said)
    text = f"Of the {len(said)} turns of this session an eavesdropper can read {readable}"
    hidden = "; the others are unreadable" if readable < len(said) else ""
    return f"{text}{hidden}.{_unmasked(lines)}"
