"""`python -m tests.bench`: measures every row, or those named, and prints a Markdown table.

With `--compare COMMIT` it measures the rows there and here, in turn.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench import latency, lesson, simulation, throughput
from tests.bench.peers import CHECKOUT
from tests.bench.rounds import FULL, QUICK, Bystanders

PARTS = (throughput, latency, simulation, lesson)
ROWS = {row.__name__: row for part in PARTS for row in part.ROWS}


def main() -> None:
    """Measures and prints, line by line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter ones")
    parser.add_argument("--compare", metavar="COMMIT", help="measure there and here, in turn")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"of {', '.join(ROWS)}")
    asked = parser.parse_args()
    if unknown := set(asked.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if asked.compare:
        compare(asked.compare, asked.rows or list(ROWS))
        return
    plan = QUICK if asked.quick else FULL
    print(
        f"{date.today()}, Python {platform.python_version()}, {platform.platform()}, "
        f"{os.cpu_count()} cores, {plan.rounds} rounds\n\n"
        "| what | target | median | min..max | verdict | absolute, or why not | other load |\n"
        "| --- | --- | --- | --- | --- | --- | --- |",
        flush=True,
    )
    missed = 0
    for name in asked.rows or ROWS:
        others = Bystanders()
        lines = ROWS[name](plan)
        load = f"{others.cores():.1f} cores"
        for line in lines:
            missed += line.verdict == "MISSED"
            print("|", " | ".join([*line.cells, load]), "|", flush=True)
    print(f"\n{missed} missed", file=sys.stderr)


def compare(commit: str, rows: list[str]) -> None:
    """Prints what each row comes to at a commit and in this checkout: medians of three runs.

    A ratio to a peer is compared as such; a line that only one of the two has is left out.
    """
    print(f"| what | {commit} | here | here / {commit} |\n| --- | --- | --- | --- |", flush=True)
    with _worktree(commit) as there:
        for row in rows:
            found: dict[tuple[str, Path], list[float]] = defaultdict(list)
            for turn in range(3):
                for place in (there, CHECKOUT) if turn % 2 else (CHECKOUT, there):
                    for what, value in _medians(place, row):
                        found[what, place].append(value)
            for what in dict.fromkeys(what for what, place in found if place is CHECKOUT):
                if theirs := found.get((what, there)):
                    old, new = median(theirs), median(found[what, CHECKOUT])
                    print(f"| {what} | {old:.3g} | {new:.3g} | {new / old:.2f} |", flush=True)


def _medians(place: Path, row: str) -> Iterator[tuple[str, float]]:
    """Each line of a row, measured in the checkout at that place: what, with its unit; median."""
    command = [sys.executable, "-m", "tests.bench", "--quick", row]
    environment = {**os.environ, "PYTHONPATH": str(place)}
    out = subprocess.run(command, capture_output=True, text=True, cwd=place, env=environment)
    for line in out.stdout.splitlines():
        match [cell.strip() for cell in line.split("|")]:
            case ["", what, target, value, *_] if value.replace(".", "", 1).isdigit():
                yield f"{what}, {' '.join(target.split()[2:])}", float(value)


@contextmanager
def _worktree(commit: str) -> Iterator[Path]:
    """A checkout of the commit, for as long as it is needed."""
    with TemporaryDirectory() as folder:
        place = Path(folder, "there")
        git = ["git", "-C", str(CHECKOUT), "worktree"]
        subprocess.run([*git, "add", "-q", "--detach", str(place), commit], check=True)
        yield place
        subprocess.run([*git, "remove", "--force", str(place)], check=True)


if __name__ == "__main__":
    main()
