"""The code map: which reply codes the standards allow at which stage."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from smtplesson.errors import LessonError
from smtplesson.facts.commands import ANY_COMMAND, command_replies
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import class_style

# The commands of RFC 5321 §4.1.1 in the order of a session, with the moments at which a server
# speaks besides (§4.3.2), and what any command may get.
_STAGES = (
    *("connect", "EHLO", "HELO", "MAIL", "RCPT", "DATA", "end-of-data"),
    *("RSET", "VRFY", "EXPN", "HELP", "NOOP", "QUIT", ANY_COMMAND),
)
_GAP = 0.5  # between two classes, where a column is 1 wide
_HEADS = ("stage", "2yz", "3yz", "4yz", "5yz")


@lesson_style()
def code_map(
    stages: Sequence[str] = (), *, codes: Sequence[int] = (), ax: Axes | None = None
) -> Axes:
    """Axes with a row for each stage, a column for each code, and a mark where the RFCs allow it.

    stages: names from `facts.stages()`, or "any command"; by default those of RFC 5321.
    codes: the only ones to draw; all by default.
    ax: where to draw; a new figure by default.
    Raises: LessonError if there is no such stage, or nothing to draw.
    Source: RFC 5321 §4.3.2, and for each mark the source in command_replies.csv.
    """
    rows = {stage: _allowed(stage, codes) for stage in stages or _STAGES}
    columns = sorted({code for allowed in rows.values() for code in allowed})
    if not columns:
        raise LessonError("none of these codes is allowed at these stages: nothing to draw")
    first = columns[0] // 100
    places = {code: n + _GAP * (code // 100 - first) for n, code in enumerate(columns)}
    width = 1.6 + 0.235 * (max(places.values()) + 1)
    axes = panel(ax, width=max(4.5, width), height=1.1 + 0.29 * len(rows))
    for y in range(1, len(rows), 2):
        axes.axhspan(y - 0.5, y + 0.5, color="#f2f2f2", linewidth=0, zorder=0)
    _mark(axes, [(places[code], y, code) for y, row in enumerate(rows.values()) for code in row])
    _heads(axes, places, list(rows))
    axes.set_title("Which code may come when")
    cells = [(stage, *_cells(allowed)) for stage, allowed in rows.items()]
    return told(axes, _sentence(rows), _HEADS, cells)


def _allowed(stage: str, codes: Sequence[int]) -> list[int]:
    """The codes that the RFCs name for a stage, in rising order, as far as they are wanted."""
    found = {row.code for row in command_replies(stage)}
    return sorted(found.intersection(codes) if codes else found)


def _mark(axes: Axes, cells: Sequence[tuple[float, int, int]]) -> None:
    """The cells, each place with its code: the mark of the class on its colour."""
    fills = [class_style(code).fill for *_, code in cells]
    axes.bar([x for x, *_ in cells], 0.8, 0.9, [y - 0.4 for _, y, _ in cells], color=fills)
    for x, y, code in cells:
        mark = class_style(code).mark
        axes.text(x, y, mark, color="white", ha="center", va="center", fontsize=7)


def _heads(axes: Axes, places: dict[int, float], stages: Sequence[str]) -> None:
    """Names of the columns, upright and in the colours of their classes, and of the rows."""
    axes.set(xlim=(-0.7, max(places.values()) + 0.7), ylim=(len(stages) - 0.5, -0.5))
    axes.set_xticks(list(places.values()), list(map(str, places)), rotation=90, fontsize=9)
    axes.set_yticks(range(len(stages)), stages)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    for tick, code in zip(axes.xaxis.get_major_ticks(), places, strict=True):
        tick.label2.set(color=class_style(code).fill, fontweight="bold")
    axes.spines[:].set_visible(False)


def _cells(allowed: Sequence[int]) -> list[str]:
    """The codes of one stage, class by class."""
    return [
        " ".join(str(code) for code in allowed if code // 100 == digit) for digit in range(2, 6)
    ]


def _sentence(rows: dict[str, list[int]]) -> str:
    """The picture in words."""
    own = {stage: allowed for stage, allowed in rows.items() if stage != ANY_COMMAND}
    most = max(own or rows, key=lambda stage: len(rows[stage]))
    text = (
        f"Map of {len(rows)} stages and {len({code for row in rows.values() for code in row})} "
        f"reply codes, with a mark where the RFCs allow a code. {most} has the most, "
        f"{len(rows[most])}."
    )
    if ANY_COMMAND in rows:
        general = ", ".join(map(str, rows[ANY_COMMAND]))
        text += f" In addition, any command may get {general}."
    return text
