"""The state map: the state table as a picture, with the way that a session took."""

from itertools import chain

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from smtplesson.figures.boxes import QUIET, arrow, box
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.states import TABLE, State
from smtplesson.show.style import CLASS_STYLES

Move = tuple[State, State]

# Where the middle of each state's box is: the way of a mail from left to right, the rest below it.
_PLACES = {
    State.CONNECTED: (-0.25, 1.5),
    State.GREETED: (2.1, 1.5),
    State.SENDER: (4.2, 1.5),
    State.RECIPIENT: (6.3, 1.5),
    State.CONTENT: (8.4, 1.5),
    State.TLS: (0.9, 0.0),
    State.AUTH: (3.5, 0.0),
    State.CLOSED: (8.4, 0.0),
}
_SIZE = 1.1, 0.46  # of a box
# How far an arrow bows, as a share of its length; those not named here are straight.
_BOWS = {
    (State.SENDER, State.GREETED): 0.42,
    (State.RECIPIENT, State.GREETED): 0.45,
    (State.CONTENT, State.GREETED): 0.4,
    (State.GREETED, State.AUTH): 0.25,
    (State.AUTH, State.GREETED): 0.25,
}
# How far right of the middle of its box it sets out and arrives, so that heads stand side by side.
_OFF = {
    (State.SENDER, State.GREETED): (0.0, 0.3),
    (State.RECIPIENT, State.GREETED): (-0.1, 0.05),
    (State.CONTENT, State.GREETED): (0.0, -0.2),
    (State.RECIPIENT, State.RECIPIENT): (0.3, -0.3),
}
# Where its words begin, end or have their middle, so that they cross no arrow; those of the other
# arrows stand above the middle.
_WORDS = {
    (State.SENDER, State.GREETED): (3.78, 2.02, "center"),
    (State.RECIPIENT, State.GREETED): (5.2, 2.49, "center"),
    (State.CONTENT, State.GREETED): (5.25, 2.91, "center"),
    (State.RECIPIENT, State.RECIPIENT): (6.3, 0.78, "center"),
    (State.GREETED, State.TLS): (1.33, 0.75, "right"),
    (State.TLS, State.CONNECTED): (0.22, 0.75, "right"),
    (State.GREETED, State.AUTH): (2.5, 0.55, "right"),
    (State.AUTH, State.GREETED): (3.08, 0.95, "left"),
}
# The map would drown in these: TLS may start from three states, and QUIT leads from everywhere.
_NOT_DRAWN = {(State.SENDER, State.TLS), (State.RECIPIENT, State.TLS)}
_TAKEN = CLASS_STYLES[3].fill


def moves() -> dict[Move, tuple[str, ...]]:
    """The verbs that lead from one state to another, taken from the state table."""
    found: dict[Move, list[str]] = {}
    for state, row in TABLE.items():
        for verb, after in row.items():
            if after not in (state, State.CLOSED) and state is not State.REFUSED:
                found.setdefault((state, after), []).append(verb)
    # A 334 reply, not the verb alone, leads to AUTH (RFC 4954 §4), so the table has no row for it.
    found[State.GREETED, State.AUTH] = ["AUTH"]
    # Of the commands that lead back to where they came from, the one that does something there.
    found[State.RECIPIENT, State.RECIPIENT] = ["RCPT"]
    return {move: tuple(verbs) for move, verbs in found.items()}


@lesson_style()
def state_map(transcript: Transcript | None = None, *, ax: Axes | None = None) -> Axes:
    """Axes with the states of a session and the commands that lead from one to the next.

    transcript: the way that it took is drawn bold, and its last state filled.
    ax: where to draw; a new figure by default.
    """
    axes = panel(ax, width=9.6, height=3.6, bare=True)
    moved = [each for each in transcript or () if _is_move(each)]
    way = [(each.before, each.after) for each in moved]
    here = transcript[-1].after if transcript else None
    drawn = {move: " / ".join(verbs) for move, verbs in moves().items() if move not in _NOT_DRAWN}
    for each in moved:  # a way out, or one that is usually not drawn
        drawn.setdefault((each.before, each.after), each.stage)
    boxes = {state: _box(axes, state, filled=state is here) for state in _PLACES}
    for move, label in drawn.items():
        if set(move) <= set(_PLACES):
            colour, width = (_TAKEN, 3.0) if move in way else (QUIET, 1.1)
            bow, off = _BOWS.get(move, 0.0), _OFF.get(move, (0.0, 0.0))
            ends = boxes[move[0]], boxes[move[1]]
            arrow(axes, *ends, bow=bow, off=off, colour=colour, width=width)
            _words(axes, move, "lone dot" if label == "." else label, taken=move in way)
    axes.text(8.4, -0.45, "QUIT, from anywhere", ha="center", fontsize=9)
    axes.set(xlim=(-0.95, 9.1), ylim=(-0.55, 3.1), aspect="equal")
    axes.set_title("States of an SMTP session")
    rows = [(*move, ", ".join(verbs)) for move, verbs in moves().items()]
    return told(axes, _sentence(here, way), ("from", "to", "by"), rows)


def _is_move(exchange: Exchange) -> bool:
    """True if the exchange took one of the map's arrows; a recipient more is a loop."""
    again = exchange.stage == "RCPT" and (exchange.code or 0) // 100 == 2
    return exchange.before != exchange.after or again


def _box(axes: Axes, state: State, *, filled: bool) -> FancyBboxPatch:
    """The box of a state with its name."""
    ink, ground = ("white", _TAKEN) if filled else ("black", "white")
    return box(axes, _PLACES[state], _SIZE, state.upper(), fill=ground, ink=ink)


def _words(axes: Axes, move: Move, verbs: str, *, taken: bool) -> None:
    """The verbs of an arrow beside it; on it, if it is one that is usually not drawn."""
    (x0, y0), (x1, y1) = (_PLACES[state] for state in move)
    x, y, side = _WORDS.get(move, ((x0 + x1) / 2, (y0 + y1) / 2 + 0.13 * (y0 == y1), "center"))
    on_it = move not in _WORDS and y0 != y1
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5} if on_it else None
    text = axes.text(x, y, verbs, fontsize=8.5, fontweight="bold" if taken else "normal", bbox=box)
    text.set(ha=side, va="center")


def _sentence(here: State | None, way: list[Move]) -> str:
    """The picture in words."""
    text = (
        "Map of the session's states: connected, greeted, sender, recipient and content stand "
        "in the order in which a mail passes through them."
    )
    if here is None:
        return text
    passed = ", ".join(dict.fromkeys(chain.from_iterable(way)))
    return f"{text} This session went through {passed}; it is now in state {here}."
