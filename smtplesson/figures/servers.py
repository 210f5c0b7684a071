"""Servers compared: what five real ones answered in the same situation, and what we do."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes

from smtplesson.errors import LessonError
from smtplesson.evidence.servers import SERVERS, Situation, server_answers
from smtplesson.figures.boxes import box
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.loopback.client import converse
from smtplesson.show.style import class_style

Answers = list[tuple[Situation, dict[str, int | None]]]  # each situation with the codes it drew
HERE = "here"
# Where the columns stand, in inches; the situation stands left of the first.
_RFC = 0.0
_COLUMNS = {
    server: 1.25 + 0.95 * place + (0.2 if server == HERE else 0)
    for place, server in enumerate((*SERVERS, HERE))
}
_ROW, _HALF = 0.3, 0.4
_SHARE = "a code that the RFCs name"
_KEY = "( ) not its own answer: set up that way, or asked in a way it does not accept; – not asked"


@lesson_style()
def server_grid(ax: Axes | None = None, *, about: str = "") -> Axes:
    """Axes with a row for each situation and a column for each server: the code it gave.

    The last column, "here", is what our own machine answers to the same lines at this moment.
    Codes in brackets are no answer of the server's own choice.

    ax: where to draw; a new figure by default.
    about: only situations with this in their name, such as "octets"; by default all.
    Raises: LessonError if there is none.
    """
    answers = [
        (each, {**each.codes, HERE: converse("example", each.lines).codes[-1]})
        for each in server_answers()
        if about in each.situation
    ]
    if not answers:
        raise LessonError(f"no situation about {about!r}; allowed: a part of a situation's name")
    depth = _ROW * len(answers)
    axes = panel(ax, width=10.4, height=depth + 1.4 + _ROW, bare=True)
    write = partial(axes.text, ha="center", va="center", fontsize=9)
    for server, x in {"RFC": _RFC, **_COLUMNS}.items():
        write(x, -_ROW, SERVERS.get(server, server).replace(" ", "\n"), fontweight="bold")
    for place, (each, codes) in enumerate(answers):
        y = _ROW * place
        if place % 2:
            axes.axhspan(y - _ROW / 2, y + _ROW / 2, color="#f2f2f2", linewidth=0)
        write(-0.55, y, each.situation, ha="right")
        write(_RFC, y, " ".join(map(str, each.rfc_codes)))
        for server, code in codes.items():
            _cell(axes, (_COLUMNS[server], y), code, aside=server in each.aside)
    write(-0.55, depth, _SHARE, ha="right", fontweight="bold")
    for server, x in _COLUMNS.items():
        write(x, depth, _agreement(server, answers), fontweight="bold")
    axes.text(-3.0, depth + _ROW, _KEY, va="center", fontsize=8.5)
    axes.set(xlim=(-3.1, 6.8), ylim=(depth + 1.5 * _ROW, -2.0 * _ROW))
    axes.set_title("The same words to five real servers, and to ours")
    heads = ("situation", "RFC", *SERVERS.values(), HERE, "clause", "note")
    return told(axes, _sentence(answers), heads, _rows(answers))


def _agreement(server: str, answers: Answers) -> str:
    """In how many situations a server's own answer is one that the RFCs name."""
    own = [(each, codes[server]) for each, codes in answers if server not in each.aside]
    asked = [(each, code) for each, code in own if code is not None]
    return f"{sum(code in each.rfc_codes for each, code in asked)} of {len(asked)}"


def _cell(axes: Axes, place: tuple[float, float], code: int | None, *, aside: bool) -> None:
    """One code on its class's colour; in brackets on white if it is no evidence."""
    x, y = place
    if code is None:
        axes.text(x, y, "–", ha="center", va="center")
        return
    style = class_style(code)
    ground, ink = ("white", style.fill) if aside else (style.fill, "white")
    text, size = f"{style.mark} {_shown(code, aside=aside)}", (2 * _HALF, 0.8 * _ROW)
    box(axes, place, size, text, fill=ground, edge=style.fill, ink=ink)


def _shown(code: int | None, *, aside: bool) -> str:
    if code is None:
        return "–"
    return f"({code})" if aside else str(code)


def _rows(answers: Answers) -> list[Sequence[str]]:
    """The picture in codes."""
    rows: list[Sequence[str]] = []
    for each, codes in answers:
        shown = [_shown(code, aside=server in each.aside) for server, code in codes.items()]
        asked = " or ".join(map(str, each.rfc_codes))
        rows.append((each.situation, asked, *shown, each.rfc, each.note))
    shares = [_agreement(server, answers) for server in _COLUMNS]
    return [*rows, (_SHARE, "", *shares, "", "")]


def _sentence(answers: Answers) -> str:
    """The picture in words."""
    alike = sum(len(set(each.codes.values())) == 1 for each, _ in answers)
    valid = sum(codes[HERE] in each.rfc_codes for each, codes in answers)
    return (
        f"Grid of the reply codes of {len(SERVERS)} real servers, and of this one, in "
        f"{len(answers)} situations. In {alike} all five gave the same code. This one gave a "
        f"code that the RFCs name in {valid}. Codes in brackets were set up, or the server "
        "was asked in a way that it does not accept; a dash means that it was not asked. Real "
        "servers err too: this is evidence, not a standard."
    )
