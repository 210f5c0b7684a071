"""`python -m tests.fuzz [SECONDS] [--seed N]`: attacks until the time is up, or without end.

It prints for each attack how many inputs it took, in how many seconds, and how many faults
there were; for each fault the smallest input that shows it. Exit status 1 if there was one.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.attacks import attacks
from tests.fuzz.case import Attack, Case, smallest

# Memory is looked at rarely, because that takes a tenth of a second each time.
WEIGHTS = {"machine": 30, "client": 20, "memory": 0.2}


@dataclass
class Count:
    """What came of one attack so far."""

    inputs: int = 0
    seconds: float = 0.0
    faults: dict[str, Case] = field(default_factory=dict)  # by what went wrong: the first case


def attack(ways: dict[str, Attack], seed: int, seconds: float) -> dict[str, Count]:
    """Attacks for so many seconds; the same seed makes the same inputs in the same order."""
    chance, end = Random(seed), time.monotonic() + seconds
    counts = {name: Count() for name in ways}
    names, weights = list(ways), [WEIGHTS.get(name, 5) for name in ways]
    while (start := time.monotonic()) < end:
        (name,) = chance.choices(names, weights)
        case = ways[name].make(chance)
        if fault := ways[name].fault(case):
            counts[name].faults.setdefault(fault, case)
        counts[name].inputs += 1
        counts[name].seconds += time.monotonic() - start
    return counts


def report(ways: dict[str, Attack], counts: dict[str, Count]) -> int:
    """Prints what was found and returns how many different faults that is."""
    for name, count in counts.items():
        print(_line(name, count.inputs, count.seconds, len(count.faults)))
        for fault, case in list(count.faults.items())[:5]:
            least = smallest(case, ways[name].fault)
            print(f"  {fault}\n  smallest: {least.setup} {least.parts!r:.600}")
    found = list(counts.values())
    faults = sum(len(count.faults) for count in found)
    inputs, seconds = sum(each.inputs for each in found), sum(each.seconds for each in found)
    print(_line("all", inputs, seconds, faults))
    return faults


def _line(name: str, inputs: int, seconds: float, faults: int) -> str:
    return f"{name:<11}{inputs:>11,} inputs {seconds:>9.1f} s {faults:>4} faults"


def main() -> int:
    """Reads the command line and attacks."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    ways = attacks()
    return 1 if report(ways, attack(ways, wanted.seed, wanted.seconds)) else 0


if __name__ == "__main__":
    sys.exit(main())
