"""The ladder: one conversation, client on the left and server on the right, time downwards."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from matplotlib.axes import Axes

from smtplesson.figures.panel import WIDTH, lesson_style, panel, told
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.show.style import class_style

MOST = 40  # exchanges drawn
_ROW = 0.36  # inches between two arrows
_CHARACTERS = 78  # of one line; they fit between the two sides
_LEFT, _RIGHT, _BADGE = 0.05, 0.95, 0.045


class Rung(NamedTuple):
    """One arrow of the ladder, or one remark: who spoke ("C", "S" or "!") and, in a line, what."""

    who: str
    text: str
    code: int | None = None  # of a reply, whose text is without it

    def __str__(self) -> str:
        return f"{self.code} {self.text}".rstrip() if self.code else self.text


@lesson_style()
def ladder(transcript: Transcript, ax: Axes | None = None) -> Axes:
    """Axes with an arrow for each group of lines that was said, and a badge for each reply.

    Of several lines the first is shown and the others are counted. No more than 40 exchanges
    are drawn; a note gives the number of the others.

    transcript: the conversation.
    ax: where to draw; a new figure by default.
    """
    shown, left = transcript[:MOST], max(0, len(transcript) - MOST)
    all_rungs = [rung for exchange in shown for rung in rungs(exchange)]
    if left:
        all_rungs.append(Rung("!", f"... {left:,} more exchanges are not drawn"))
    depth = _ROW * (len(all_rungs) + 1)
    axes = panel(ax, width=WIDTH, height=depth + 1.0, bare=True)
    for x, name in ((_LEFT, "client"), (_RIGHT, "server")):
        axes.plot((x, x), (0, depth), color="#222222", linewidth=1.5)
        axes.text(x, -0.15, name, ha="center", va="center", fontweight="bold")
    for place, rung in enumerate(all_rungs, start=1):
        _draw(axes, rung, _ROW * place)
    axes.set(xlim=(0, 1), ylim=(depth, -0.35))
    axes.set_title("One conversation, line by line")
    heads = ("stage", "client", "server", "notes")
    return told(axes, _sentence(shown, left), heads, [*_rows(shown)])


def rungs(exchange: Exchange, room: int = _CHARACTERS) -> Iterator[Rung]:
    """The arrows and remarks of one exchange, in the order of time.

    room: for so many characters; what is longer is cut.
    """
    for who, lines in exchange.turns():
        if who == "!":
            yield from (Rung(who, note) for note in lines)
        elif who == "S":
            yield Rung(who, _folded([line[4:] for line in lines], room), exchange.code)
        else:
            yield Rung(who, _folded(lines, room))


def _folded(lines: list[str], room: int) -> str:
    """The first line, cut if it is long, and how many lines stand behind it."""
    more = {1: "", 2: " ... 1 more line"}.get(len(lines), f" ... {len(lines) - 1} more lines")
    room -= len(more)
    first = lines[0] if len(lines[0]) <= room else lines[0][: room - 3] + "..."
    return (first + more).strip()


def _draw(axes: Axes, rung: Rung, y: float) -> None:
    """One rung: the text stands on its arrow. No text is read as a formula, whatever is in it."""
    write = partial(axes.text, va="bottom", fontsize=8, parse_math=False)
    if rung.who == "!":
        write(0.5, y, rung.text, ha="center", fontsize=8.5, style="italic", color="#444444")
        return
    tail, head, start, ink = _LEFT, _RIGHT, _LEFT + 0.02, "#222222"
    if rung.code:
        style = class_style(rung.code)
        tail, head, start, ink = _RIGHT, _LEFT, _LEFT + 0.13, style.fill
        box = {"boxstyle": "round,pad=0.2", "facecolor": ink, "linewidth": 0}
        badge = f"{style.mark} {rung.code}"
        write(_LEFT + _BADGE, y - 0.07, badge, fontweight="bold", color="white", bbox=box)
    line = {"arrowstyle": "-|>", "color": ink, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.3}
    axes.annotate("", (head, y), (tail, y), arrowprops=line)
    write(start, y - 0.05, rung.text, family="monospace")


def _rows(shown: Transcript) -> Iterator[Sequence[str]]:
    """The conversation as a table."""
    for exchange in shown:
        said = {rung.who: str(rung) for rung in rungs(exchange)}
        yield exchange.stage, said.get("C", ""), said.get("S", ""), "; ".join(exchange.notes)


def _sentence(shown: Transcript, left: int) -> str:
    """The picture in words."""
    codes = ", ".join(map(str, shown.codes)) or "none"
    more = f" {left:,} more exchanges are not drawn." if left else ""
    return (
        f"Ladder diagram of a conversation of {len(shown) + left:,} exchanges between client "
        f"and server. The reply codes in order: {codes}.{more}"
    )
