"""The row about the notebooks: what it takes to check all ten with nbval."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.peers import CHECKOUT
from tests.bench.rounds import OURS, Line, Plan, interleaved, ratios, seconds_for

BARE = "bare notebooks"
# The least that a notebook with a picture and widgets does. Its picture is thrown away, so
# that nbval finds the same outputs on every machine: none.
CELLS = (
    ["import ipywidgets\n", "from matplotlib.figure import Figure"],
    [
        "figure = Figure()\n",
        "figure.add_subplot().bar([1, 2, 3], [3, 1, 2])\n",
        "figure.savefig('/dev/null', format='png')",
    ],
)


def _bare(folder: Path, number: int) -> None:
    """Writes a notebook that only imports and draws, as if it had been run."""
    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": []}
    cells = [
        {**code, "id": f"cell-{n}", "execution_count": n, "source": source}
        for n, source in enumerate(CELLS, 1)
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / f"{number:02}.ipynb").write_text(json.dumps(whole), "utf-8")


def nbval(plan: Plan) -> list[Line]:
    """All ten notebooks under nbval, beside ten that only import and draw."""
    ours = sorted(str(path) for path in (CHECKOUT / "notebooks").glob("[0-9]*.ipynb"))
    with TemporaryDirectory() as home:
        for number in range(len(ours)):
            _bare(Path(home), number)

        def entrant(paths: list[str]) -> Callable[[], float]:
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval"]
            checked = [*command, "--rootdir", str(CHECKOUT), *paths]
            return lambda: seconds_for(
                lambda: subprocess.run(checked, check=True, capture_output=True, cwd=CHECKOUT)
            )

        entrants = {OURS: entrant(ours), BARE: entrant([home])}
        figures = interleaved(entrants, min(plan.rounds, 3))
    values, note = ratios(figures, BARE), f"{median(figures[OURS]):.1f} s for {len(ours)}"
    return [Line("all notebooks under nbval", 1.5, f"x {BARE}", values, least=False, note=note)]


ROWS = (nbval,)
