"""The reaction grid: what each mail client did at each fault."""

from matplotlib.axes import Axes

from smtplesson.experiments.reactions import Reactions
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import CLASS_STYLES, NO_CLASS

MISSING = "not installed"
# Each word has the look of the class of replies that means the like to a client: done, go on,
# not now; and that of 5yz where the report is wrong.
_LOOKS = {
    "says delivered": CLASS_STYLES[2],
    "retries as HELO": CLASS_STYLES[3],
    "connects again": CLASS_STYLES[3],
    "next recipient": CLASS_STYLES[3],
    "gives up": CLASS_STYLES[4],
    "says failed": CLASS_STYLES[5],
}
_HEADS = ("fault", "client", "does", "says next", "reports", "message accepted", "should")


@lesson_style()
def reaction_grid(reactions: Reactions, ax: Axes | None = None) -> Axes:
    """Axes with a row for each fault, a column for each client, a mark and a word in each cell.

    Cells are filled where clients differ, and open where all did the same.

    reactions: as `client_reactions` gives them; clients that are missing have empty columns.
    ax: where to draw; a new figure by default.
    """
    faults, clients = list(reactions.should), [*reactions.clients, *reactions.missing]
    axes = panel(ax, height=0.9 + 0.45 * max(len(faults), 1))
    differing = _differing(reactions)
    words = {(row.client, row.fault): (row.word, row.is_true) for row in reactions.rows}
    for y, fault in enumerate(faults):
        is_open = fault not in differing
        for x, client in enumerate(clients):
            _cell(axes, (x, y), *words.get((client, fault), (MISSING, True)), is_open=is_open)
    axes.set_xlim(-0.5, max(len(clients), 1) - 0.5)
    axes.set_ylim(max(len(faults), 1) - 0.5, -0.5)
    axes.set_xticks(range(len(clients)), clients)
    axes.set_yticks(range(len(faults)), faults)
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    axes.set_title("What mail clients do at a fault")
    cells = [(*row.cells()[:2], row.word, *row.cells()[2:], row.should) for row in reactions.rows]
    cells += [
        (fault, client, MISSING, "", "", "", should)
        for client in reactions.missing
        for fault, should in reactions.should.items()
    ]
    return told(axes, _sentence(reactions), _HEADS, cells)


def _differing(reactions: Reactions) -> list[str]:
    """The faults at which the clients differ; all of them, if there is nothing to compare."""
    found = {
        fault: [(row.word, row.is_true) for row in reactions.rows if row.fault == fault]
        for fault in reactions.should
    }
    return [fault for fault, did in found.items() if len(did) < 2 or len({*did}) > 1]


def _cell(axes: Axes, place: tuple[int, int], word: str, is_true: bool, *, is_open: bool) -> None:
    """One cell; white is left around it."""
    (x, y), look = place, _LOOKS.get(word, NO_CLASS) if is_true else CLASS_STYLES[5]
    ground, ink = ("white", look.fill) if is_open else (look.fill, "white")
    axes.bar(x, 0.84, 0.95, y - 0.42, color=ground, edgecolor=look.fill, linewidth=1.2)
    axes.text(x, y, f"{look.mark} {word}", color=ink, ha="center", va="center", fontsize=8)


def _sentence(reactions: Reactions) -> str:
    """The picture in words."""
    wrong = [row for row in reactions.rows if not row.is_true]
    found = ", ".join(f"{row.client} ({row.word}, {row.fault})" for row in wrong) or "none"
    missing = ", ".join(reactions.missing)
    differing = ", ".join(_differing(reactions)) or "no fault"
    apart = f" They differ at {differing}." if len(reactions.clients) > 1 else ""
    return (
        f"Grid of {len(reactions.should)} faults and {len(reactions.clients)} mail clients: "
        f"what each did next and reported. Reports that are not true: {found}.{apart}"
        f"{f' Clients not installed: {missing}.' if missing else ''}"
    )
