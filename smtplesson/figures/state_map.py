"""The state map: the state table as a picture, with the way that a session took."""

from itertools import chain

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.loopback.transcript import Transcript
from smtplesson.protocol.states import TABLE, State
from smtplesson.show.style import CLASS_STYLES

Move = tuple[State, State]

# Where each state stands, in inches: the way of a mail from left to right, the rest below it.
_PLACES = {
    State.CONNECTED: (0.0, 1.5),
    State.GREETED: (2.1, 1.5),
    State.SENDER: (4.2, 1.5),
    State.RECIPIENT: (6.3, 1.5),
    State.CONTENT: (8.4, 1.5),
    State.TLS: (1.05, 0.0),
    State.AUTH: (3.15, 0.0),
    State.CLOSED: (8.4, 0.0),
}
# How far an arrow bows, as a share of its length; those not named here are straight.
_BOWS = {
    (State.SENDER, State.GREETED): 0.33,
    (State.RECIPIENT, State.GREETED): 0.29,
    (State.CONTENT, State.GREETED): 0.29,
    (State.GREETED, State.AUTH): 0.25,
    (State.AUTH, State.GREETED): 0.25,
}
# The map would drown in these: TLS may start from three states, and QUIT leads from everywhere.
_NOT_DRAWN = {(State.SENDER, State.TLS), (State.RECIPIENT, State.TLS)}
_TAKEN, _OPEN = CLASS_STYLES[3].fill, "#767676"


def moves() -> dict[Move, tuple[str, ...]]:
    """The verbs that lead from one state to another, taken from the state table."""
    found: dict[Move, list[str]] = {}
    for state, row in TABLE.items():
        for verb, after in row.items():
            if after not in (state, State.CLOSED) and state is not State.REFUSED:
                found.setdefault((state, after), []).append(verb)
    # A 334 reply, not the verb alone, leads to AUTH (RFC 4954 §4), so the table has no row for it.
    found[State.GREETED, State.AUTH] = ["AUTH"]
    return {move: tuple(verbs) for move, verbs in found.items()}


@lesson_style()
def state_map(transcript: Transcript | None = None, *, ax: Axes | None = None) -> Axes:
    """Axes with the states of a session and the commands that lead from one to the next.

    transcript: the way that it took is drawn bold, and its last state filled.
    ax: where to draw; a new figure by default.
    """
    axes = panel(ax, width=9.6, height=3.4)
    moved = [each for each in transcript or () if each.before != each.after]
    way = [(each.before, each.after) for each in moved]
    here = transcript[-1].after if transcript else None
    drawn = {move: " / ".join(verbs) for move, verbs in moves().items() if move not in _NOT_DRAWN}
    for each in moved:  # a way out, or one that is usually not drawn
        drawn.setdefault((each.before, each.after), each.stage)
    for move, label in drawn.items():
        if set(move) <= set(_PLACES):
            _arrow(axes, move, label, taken=move in way)
    for state, place in _PLACES.items():
        ink, ground = ("white", _TAKEN) if state is here else ("black", "white")
        box = {"boxstyle": "round,pad=0.6", "facecolor": ground, "edgecolor": "#222222"}
        text = axes.text(*place, state.upper(), color=ink, fontsize=9, fontweight="bold", bbox=box)
        text.set(ha="center", va="center")
    axes.text(8.4, 0.42, "QUIT, from anywhere", ha="center", fontsize=9)
    axes.set(xlim=(-0.8, 9.2), ylim=(-0.4, 3.0), aspect="equal")
    axes.set_axis_off()
    axes.set_title("States of an SMTP session")
    rows = [(*move, ", ".join(verbs)) for move, verbs in moves().items()]
    return told(axes, _sentence(here, way), ("from", "to", "by"), rows)


def _arrow(axes: Axes, move: Move, label: str, *, taken: bool) -> None:
    """One arrow with its verbs beside the middle of it."""
    (x0, y0), (x1, y1) = _PLACES[move[0]], _PLACES[move[1]]
    bow = _BOWS.get(move, 0.0)
    gap = 24 if bow else 36
    colour, width, weight = (_TAKEN, 3.0, "bold") if taken else (_OPEN, 1.1, "normal")
    arrow = FancyArrowPatch((x0, y0), (x1, y1), color=colour, lw=width, shrinkA=gap, shrinkB=gap)
    arrow.set(arrowstyle="-|>", connectionstyle=f"arc3,rad={bow}", mutation_scale=15)
    axes.add_patch(arrow)
    # The middle of the bow: half its height off the straight line, on its right-hand side.
    x, y = (x0 + x1) / 2 + bow / 2 * (y1 - y0), (y0 + y1) / 2 - bow / 2 * (x1 - x0)
    level, verbs = y0 == y1, "lone dot" if label == "." else label
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5} if bow or not level else None
    text = axes.text(x, y + (0.13 if level else 0), verbs, fontsize=8.5, fontweight=weight)
    text.set(ha="center", va="center", bbox=box)


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
