"""The row about charts: what a live one costs at each step."""

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import cast

from tests.bench.rounds import OURS, Line, Plan, interleaved, pinned, ratios, seconds_for

# The codes of a lively server.
CODES = (220, 221, 250, 354, 421, 450, 451, 452, 500, 503, 550, 552, 554)
NEW = "new figure"


def live(plan: Plan) -> list[Line]:
    """Thirteen bars set to new heights and drawn again, beside a figure made anew; as PNG."""
    from matplotlib.container import BarContainer

    from smtplesson.figures.panel import Panel, panel

    def heights(step: int) -> list[int]:
        return [10 + (7 * step + 13 * place) % 80 for place in range(len(CODES))]

    def new(step: int) -> tuple[Panel, BarContainer]:
        axes = cast(Panel, panel())
        bars = axes.bar([str(code) for code in CODES], heights(step))
        axes.set_ylim(0, 100)
        axes.set_ylabel("share of all replies, %")
        axes.set_title("Replies so far")
        axes.png()
        return axes, bars

    axes, bars = new(0)

    def update(step: int) -> None:
        for bar, height in zip(bars, heights(step), strict=True):
            bar.set_height(height)
        axes.png()

    def entrant(step: Callable[[int], object]) -> Callable[[], float]:
        frames = range(max(3, int(25 * plan.seconds)))
        return lambda: median(seconds_for(partial(step, frame)) for frame in frames)

    with pinned():
        figures = interleaved({OURS: entrant(update), NEW: entrant(new)}, plan.rounds)
    note = f"{1000 * median(figures[OURS]):.0f} ms a frame"
    values = ratios(figures, NEW)
    return [Line("live chart update", 0.6, "x a new figure", values, least=False, note=note)]


ROWS = (live,)
