"""Servers compared: what five real ones answered in the same situation, and what we do."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from smtplesson.evidence.servers import SERVERS, Situation, server_answers
from smtplesson.figures.panel import Panel, lesson_style, panel
from smtplesson.loopback.client import converse
from smtplesson.show.style import class_style

HERE = "here"
# Where the columns stand, in inches; the situation stands left of the first.
_RFC = 0.0
_COLUMNS = {
    server: 1.25 + 0.95 * place + (0.2 if server == HERE else 0)
    for place, server in enumerate((*SERVERS, HERE))
}
_ROW, _HALF = 0.3, 0.4
_SHARE = "a code that the RFCs name"
_KEY = "( ) not its own answer: set up so, or asked in a way that it does not take; – not asked"


@lesson_style()
def server_grid(ax: Axes | None = None) -> Axes:
    """Axes with a row for each situation and a column for each server: the code it gave.

    The last column, "here", is what our own machine answers to the same lines at this moment.
    Codes in brackets are no answer of the server's own choice.

    ax: where to draw; a new figure by default.
    """
    situations = server_answers()
    depth = _ROW * len(situations)
    axes = panel(ax, width=10.4, height=depth + 1.4 + _ROW)
    answers = {
        each.situation: {**each.codes, HERE: converse("example", each.lines).codes[-1]}
        for each in situations
    }
    for server, x in {"RFC": _RFC, **_COLUMNS}.items():
        head = SERVERS.get(server, server).replace(" ", "\n")
        axes.text(x, -_ROW, head, ha="center", va="center", fontsize=9, fontweight="bold")
    for place, each in enumerate(situations):
        y = _ROW * place
        if place % 2:
            axes.axhspan(y - _ROW / 2, y + _ROW / 2, color="#f2f2f2", linewidth=0)
        axes.text(-0.55, y, each.situation, ha="right", va="center", fontsize=9)
        asked = " ".join(map(str, each.rfc_codes))
        axes.text(_RFC, y, asked, ha="center", va="center", fontsize=9)
        for server, code in answers[each.situation].items():
            _cell(axes, (_COLUMNS[server], y), code, aside=server in each.aside)
    axes.text(-0.55, depth, _SHARE, ha="right", va="center", fontsize=9, fontweight="bold")
    for server, x in _COLUMNS.items():
        share = _agreement(server, situations, answers)
        axes.text(x, depth, share, ha="center", va="center", fontsize=9, fontweight="bold")
    axes.text(-3.0, depth + _ROW, _KEY, va="center", fontsize=8.5)
    axes.set(xlim=(-3.1, 6.8), ylim=(depth + 1.5 * _ROW, -2.0 * _ROW))
    axes.set_axis_off()
    axes.set_title("The same words to five real servers, and to ours")
    if isinstance(axes, Panel):
        _tell(axes, situations, answers)
    return axes


def _agreement(
    server: str, situations: tuple[Situation, ...], answers: dict[str, dict[str, int | None]]
) -> str:
    """In how many situations a server's own answer is one that the RFCs name."""
    own = [each for each in situations if server not in each.aside]
    asked = [each for each in own if answers[each.situation][server] is not None]
    lawful = [each for each in asked if answers[each.situation][server] in each.rfc_codes]
    return f"{len(lawful)} of {len(asked)}"


def _cell(axes: Axes, place: tuple[float, float], code: int | None, *, aside: bool) -> None:
    """One code on its class's colour; in brackets on white if it is no evidence."""
    x, y = place
    if code is None:
        axes.text(x, y, "–", ha="center", va="center")
        return
    style = class_style(code)
    axes.add_patch(
        FancyBboxPatch(
            (x - _HALF, y - 0.4 * _ROW),
            2 * _HALF,
            0.8 * _ROW,
            boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="white" if aside else style.fill,
            edgecolor=style.fill,
        )
    )
    text, ink = _shown(code, aside=aside), style.fill if aside else "white"
    axes.text(
        x, y, f"{style.mark} {text}", ha="center", va="center",
        fontsize=9, fontweight="bold", color=ink,
    )  # fmt: skip


def _shown(code: int | None, *, aside: bool) -> str:
    if code is None:
        return "–"
    return f"({code})" if aside else str(code)


def _tell(
    axes: Panel, situations: tuple[Situation, ...], answers: dict[str, dict[str, int | None]]
) -> None:
    """Says the picture in words and codes."""
    rows = []
    for each in situations:
        given = answers[each.situation].items()
        shown = [_shown(code, aside=server in each.aside) for server, code in given]
        asked = " or ".join(map(str, each.rfc_codes))
        rows.append((each.situation, asked, *shown, each.rfc, each.note))
    shares = [_agreement(server, situations, answers) for server in (*SERVERS, HERE)]
    rows.append((_SHARE, "", *shares, "", ""))
    alike = sum(len(set(each.codes.values())) == 1 for each in situations)
    lawful = sum(answers[each.situation][HERE] in each.rfc_codes for each in situations)
    axes.tell(
        f"Grid of the reply codes of {len(SERVERS)} real servers, and of this one, in "
        f"{len(situations)} situations. In {alike} all five gave the same code. This one gave a "
        f"code that the RFCs name in {lawful}. Codes in brackets were set up, or the server "
        "was asked in a way that it does not take; a dash means that it was not asked. Real "
        "servers err too: this is evidence, not a standard.",
        ("situation", "RFC", *SERVERS.values(), HERE, "clause", "note"),
        rows,
    )
