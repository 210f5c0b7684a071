"""Fit: can what was observed have come from what was expected? A chi-squared test."""

from collections.abc import Iterable, Mapping
from math import erfc, exp, pi, sqrt
from typing import NamedTuple

from smtplesson.experiments.tally import Place, Tally

# The usual rule: below five replies to be expected, a cell says too little by itself.
LEAST_EXPECTED = 5.0


class Fit(NamedTuple):
    """The outcome of the test.

    statistic: chi-squared: 0 if observed and expected agree exactly.
    freedom: degrees of freedom: the cells that could have differed.
    p: how often chance alone would give a difference at least as large, 0 to 1.
    merged: cells that were put together because little was to be expected in each.
    """

    statistic: float
    freedom: int
    p: float
    merged: tuple[str, ...]

    def __str__(self) -> str:
        text = (
            f"chi-squared {self.statistic:.2f}, {self.freedom} degrees of freedom, p = {self.p:.3f}"
        )
        return f"{text}; put together: {', '.join(self.merged)}" if self.merged else text


class Cell(NamedTuple):
    """One possible outcome: its name, and how often it was observed and expected."""

    name: str
    observed: float
    expected: float


def fit(tally: Tally, expected: Mapping[Place, float]) -> Fit:
    """How well a tally fits what was to be expected of its scenario and sender.

    Each stage is a game of its own, played as often as a session reached it; the statistics
    of the games add up.

    expected: mean replies per session, from `expected`.
    """
    statistic, freedom, merged = 0.0, 0, []
    for stage in sorted({place.stage for place in (*tally.counts, *expected)}):
        cells, names = _merged(_cells(stage, tally, expected))
        merged += names
        freedom += max(0, len(cells) - 1)
        statistic += sum(_distance(cell) for cell in cells)
    return Fit(statistic, freedom, chi_squared_sf(statistic, freedom), tuple(merged))


def _cells(stage: str, tally: Tally, expected: Mapping[Place, float]) -> list[Cell]:
    """The outcomes at a stage, the expected numbers scaled to the replies that came there."""
    places = sorted({place for place in (*tally.counts, *expected) if place.stage == stage})
    observed = [tally.counts[place] for place in places]
    means = [expected.get(place, 0.0) for place in places]
    scale = sum(observed) / sum(means) if sum(means) else 0.0
    return [
        Cell(f"{stage} {place.code} {place.enhanced}".rstrip(), number, mean * scale)
        for place, number, mean in zip(places, observed, means, strict=True)
    ]


def _merged(cells: Iterable[Cell]) -> tuple[list[Cell], list[str]]:
    """The cells with the smallest put together until each can be relied on, and their names.

    What is impossible is kept apart: a single such reply refutes the expectation.
    """
    ordered = sorted(cells, key=lambda cell: cell.expected)
    kept = [cell for cell in ordered if not cell.expected]
    rest = [cell for cell in ordered if cell.expected]
    names: list[str] = []
    while len(rest) > 1 and rest[0].expected < LEAST_EXPECTED:
        first, second, *others = rest
        names += [cell.name for cell in (first, second) if cell.name not in ("", *names)]
        both = Cell("", first.observed + second.observed, first.expected + second.expected)
        rest = sorted([both, *others], key=lambda cell: cell.expected)
    return kept + rest, names


def _distance(cell: Cell) -> float:
    if not cell.expected:
        return float("inf") if cell.observed else 0.0
    return (cell.observed - cell.expected) ** 2 / cell.expected


def chi_squared_sf(statistic: float, freedom: int) -> float:
    """The probability that chi-squared with so many degrees of freedom is at least so large.

    The closed forms for whole degrees of freedom: Abramowitz and Stegun, 26.4.4 and 26.4.5.
    """
    if statistic <= 0:
        return 1.0
    if freedom == 0 or statistic == float("inf"):
        return 0.0
    half = statistic / 2
    if freedom % 2:
        total, term = erfc(sqrt(half)), exp(-half) * sqrt(half) * 2 / sqrt(pi)
        terms = range(3, freedom + 1, 2)
    else:
        total, term = 0.0, exp(-half)
        terms = range(2, freedom + 1, 2)
    for degree in terms:
        total += term
        term *= statistic / degree
    return min(1.0, total)
