"""Rows about handouts: two jobs beside one, and pages from stored outputs."""

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.peers import CHECKOUT
from tests.bench.rounds import OURS, Line, Plan, interleaved, ratios

ONE = "one job"


def _seconds(*options: str) -> float:
    """How long the command takes to make the whole course."""
    with TemporaryDirectory() as out:
        command = [sys.executable, "-m", "smtplesson", "handout", "--out", out, *options]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT)
        return time.perf_counter() - start


def handouts(plan: Plan) -> list[Line]:
    """The whole course run afresh, by two jobs and by one; then from its stored outputs."""

    def entrant(*options: str) -> Callable[[], float]:
        return lambda: _seconds(*options)

    entrants = {OURS: entrant("--jobs", "2"), ONE: entrant("--jobs", "1")}
    figures = interleaved(entrants, min(plan.rounds, 3))
    note = f"{median(figures[OURS]):.1f} s"
    # One page alone tells what starting costs; the other ten notebooks are what is left.
    pages = len(list((CHECKOUT / "notebooks").glob("*.ipynb"))) - 1
    stored = (_seconds("--no-run") - _seconds("--no-run", "00")) / pages
    return [
        Line("handouts, --jobs 2", 0.75, f"x {ONE}", ratios(figures, ONE), least=False, note=note),
        Line("handouts, --no-run", 1, "s a notebook beyond start-up", [stored], least=False),
    ]


ROWS = (handouts,)
