"""The method: one core, interleaved rounds, ratios inside a round, the median of them."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple

# Measures once and returns a figure: a rate, a time or a size.
Entrant = Callable[[], float]
Figures = dict[str, list[float]]
OURS = "smtplesson"


class Plan(NamedTuple):
    """How much is measured: rounds, seconds a measurement, and simulated sessions."""

    rounds: int
    seconds: float
    sessions: int


FULL = Plan(rounds=7, seconds=0.4, sessions=1_000_000)
QUICK = Plan(rounds=5, seconds=0.15, sessions=200_000)


class Line(NamedTuple):
    """One line of the table.

    what: what was measured.
    target: such as "≥ 4 x aiosmtpd".
    values: one a round, in the target's unit; none if the line had to be left out.
    note: the absolute figure behind the ratio, or why there is none.
    """

    what: str
    target: str
    values: Sequence[float]
    note: str = ""

    @property
    def verdict(self) -> str:
        """The word in the table: ok, MISSED or skipped."""
        if not self.values:
            return "skipped"
        sign, bound = self.target.split()[:2]
        middle = median(self.values)
        met = middle >= float(bound) if sign == "≥" else middle <= float(bound)
        return "ok" if met else "MISSED"

    @property
    def cells(self) -> tuple[str, ...]:
        """The line's cells: what, target, median, range, verdict, note."""
        middle, low, high = (
            f"{of(self.values):#.3g}".rstrip(".") if self.values else ""
            for of in (median, min, max)
        )
        shown = f"{low}..{high}" if self.values else "-"
        return self.what, self.target, middle or "-", shown, self.verdict, self.note


def beside(
    what: str, target: str, figures: Figures, note: str = "", scale: float = 1.0, without: str = ""
) -> Line:
    """A line with our figures beside those of the peer that the target names after " x ".

    note: a format for our median, which is multiplied by `scale`.
    without: the note if the peer is missing.
    """
    peer = target.partition(" x ")[2]
    ours = note.format(scale * median(figures[OURS]))
    return Line(what, target, ratios(figures, peer), ours if peer in figures else without)


def interleaved(entrants: Mapping[str, Entrant], rounds: int) -> Figures:
    """The figures of each entrant, one a round; a first round to warm up is thrown away.

    The order is rotated, so that nobody always comes first or after the same peer.
    """
    names = list(entrants)
    figures: Figures = {name: [] for name in names}
    for turn in range(-1, rounds):
        start = turn % len(names)
        for name in names[start:] + names[:start]:
            figure = entrants[name]()
            if turn >= 0:
                figures[name].append(figure)
    return figures


def ratios(figures: Figures, peer: str) -> list[float]:
    """Our figure divided by the peer's, round by round; none if the peer is missing."""
    theirs = figures.get(peer, [])
    return [ours / other for ours, other in zip(figures[OURS], theirs, strict=False)]


def rate(step: Callable[[], object], seconds: float, batch: int = 20) -> float:
    """How often a second `step` runs, over about so many seconds."""
    done, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        for _ in range(batch):
            step()
        done += batch
    return done / elapsed


def seconds_for(step: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


@contextmanager
def pinned() -> Iterator[None]:
    """Keeps this process, and what it starts meanwhile, on the first of its cores.

    On two cores the same pair of client and server is three to six times slower or faster,
    depending on where the system happens to place them.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Bystanders:
    """How many cores other programs were using, from when this was made to `cores`."""

    def __init__(self) -> None:
        self._start = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        """Wall-clock seconds, and core seconds used by all but this process and its children."""
        with open("/proc/stat", encoding="ascii") as stat:
            user, nice, system, _, _, irq, soft, *_ = map(int, stat.readline().split()[1:])
        machine = (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
        return time.monotonic(), machine - sum(os.times()[:4])

    def cores(self) -> float:
        """The mean number of cores."""
        (start, before), (end, after) = self._start, self._now()
        return max(0.0, (after - before) / (end - start))
