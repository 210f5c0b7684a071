"""Chance: pinned for good, uniform, and without a memory of neighbouring places."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from smtplesson.protocol.chance import _mixed, draw, nonce

MILLION = np.arange(1, 1_000_001, dtype=np.uint64)
CELLS = 1_000


def chances(seed: int, session: Any, step: Any) -> Any:
    return draw(seed, session, step)


def spread(cells: Any, number: int) -> float:
    """Chi-squared of so many equal cells, in standard deviations from its mean."""
    counts = np.bincount(cells, minlength=number)
    mean = len(cells) / number
    statistic = float(((counts - mean) ** 2 / mean).sum())
    return float((statistic - (number - 1)) / (2 * (number - 1)) ** 0.5)


# SplitMix64's published output for seed 0 begins with these three; the state that is mixed grows
# by the golden ratio from one to the next.
@pytest.mark.parametrize(
    ("nth", "output"),
    [(0, 0xE220A8397B1DCDAF), (1, 0x6E789E6AA1B965F4), (2, 0x06C45D188009454F)],
)
def test_the_mixing_is_that_of_splitmix64(nth: int, output: int) -> None:
    assert _mixed(nth * 0x9E3779B97F4A7C15 % 2**64) == output


# Pinned: every stored output of every notebook, and what a class has written down, hangs on it.
@pytest.mark.parametrize(
    ("place", "number"),
    [
        ((0, 1, 0), 0x2F32A78496C67C60),
        ((7, 1, 3), 0x10490351134C1271),
        ((7, 2, 3), 0x09473A693C473A79),
        ((8, 1, 3), 0x5AE77215FBBF012F),
        ((-1, 1, 3), 0x4DE8C2C4DA30F47A),
        ((2**70 + 7, 1, 3), 0x10490351134C1271),
        ((7, 5 + 2 * 2**40, 40), 0x9BAD6D5A459198A9),
    ],
)
def test_a_draw_stays_what_it_is(place: tuple[int, int, int], number: int) -> None:
    assert nonce(*place) == f"{number:016x}"
    assert draw(*place) == number // 2**11 / 2**53


def test_a_crowd_draws_what_each_draws_alone() -> None:
    crowd = np.array([1, 2, 3, 10**9, 2**40 + 1, 2**50 + 7], dtype=np.uint64)
    for seed, step in ((0, 0), (7, 3), (2**64 - 1, 1_000), (-5, 12)):
        assert chances(seed, crowd, step).tolist() == [draw(seed, int(n), step) for n in crowd]


def test_no_draw_reaches_one() -> None:
    assert (2**64 - 1) // 2**11 / 2**53 < 1
    drawn = chances(3, MILLION, 2)
    assert drawn.min() >= 0 and drawn.max() < 1


# Each number below is normally distributed if chance is fair: five sigma is one case in a
# million.
@pytest.mark.parametrize("seed", [0, 1, 7, 2**63])
@pytest.mark.parametrize("step", [0, 1, 5])
def test_a_million_draws_fill_all_cells_alike(seed: int, step: int) -> None:
    assert abs(spread((chances(seed, MILLION, step) * CELLS).astype(int), CELLS)) < 5


NEIGHBOURS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "seeds": lambda: (chances(7, MILLION, 3), chances(8, MILLION, 3)),
    "steps": lambda: (chances(7, MILLION, 3), chances(7, MILLION, 4)),
    "sessions": lambda: (chances(7, MILLION, 3)[:-1], chances(7, MILLION, 3)[1:]),
    "sessions of one sender": lambda: (
        chances(7, MILLION, 3),
        chances(7, MILLION + np.uint64(2**40), 3),
    ),
    "steps of one session": lambda: (chances(7, 5, MILLION)[:-1], chances(7, 5, MILLION)[1:]),
    "seed and session": lambda: (chances(7, MILLION[1:], 3), chances(8, MILLION[:-1], 3)),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbours_know_nothing_of_each_other(name: str) -> None:
    first, second = NEIGHBOURS[name]()
    assert abs(np.corrcoef(first, second)[0, 1]) * len(first) ** 0.5 < 5
    side = 32
    cells = (first * side).astype(int) * side + (second * side).astype(int)
    assert abs(spread(cells, side * side)) < 5


@pytest.mark.parametrize("lag", [1, 2, 3, 10, 64, 1_000])
def test_no_serial_correlation(lag: int) -> None:
    drawn = chances(7, MILLION, 2)
    assert abs(np.corrcoef(drawn[:-lag], drawn[lag:])[0, 1]) * len(drawn) ** 0.5 < 5
