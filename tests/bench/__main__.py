"""`python -m tests.bench`: measures every row, or those named, and prints a Markdown table."""

import argparse
import os
import platform
import sys
from datetime import date

from tests.bench import latency, lesson, simulation, throughput
from tests.bench.rounds import FULL, QUICK, Bystanders

PARTS = (throughput, latency, simulation, lesson)
ROWS = {row.__name__: row for part in PARTS for row in part.ROWS}


def main() -> None:
    """Measures and prints, line by line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter ones")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"of {', '.join(ROWS)}")
    asked = parser.parse_args()
    if unknown := set(asked.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
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


if __name__ == "__main__":
    main()
