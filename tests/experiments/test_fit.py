"""The chi-squared test: right by the printed tables, and able to say no."""

from collections import Counter

import pytest

from smtplesson import Tally, simulate
from smtplesson.experiments import expected
from smtplesson.experiments.fit import Fit, chi_squared_sf, fit
from smtplesson.experiments.tally import Place
from smtplesson.protocol.scenario_file import parse_scenario

# Upper 5 % and 1 % points of chi-squared, from printed tables.
POINTS = [
    (1, 3.841, 0.05),
    (2, 5.991, 0.05),
    (3, 7.815, 0.05),
    (4, 9.488, 0.05),
    (5, 11.070, 0.05),
    (10, 18.307, 0.05),
    (15, 24.996, 0.05),
    (1, 6.635, 0.01),
    (2, 9.210, 0.01),
    (7, 18.475, 0.01),
]


@pytest.mark.parametrize(("freedom", "point", "p"), POINTS)
def test_chi_squared_agrees_with_the_tables(freedom: int, point: float, p: float) -> None:
    assert chi_squared_sf(point, freedom) == pytest.approx(p, rel=1e-3)


def test_mendels_peas() -> None:
    # 315, 108, 101 and 32 peas where 9:3:3:1 was expected: chi-squared 0.470, 3 degrees of freedom.
    peas = dict(zip((250, 450, 451, 452), (315, 108, 101, 32), strict=True))
    tally = Tally(556)
    for code, number in peas.items():
        tally.counts[Place("RCPT", code)] = number
    ratio = zip(peas, (9 / 16, 3 / 16, 3 / 16, 1 / 16), strict=True)
    found = fit(tally, {Place("RCPT", code): share for code, share in ratio})
    assert (round(found.statistic, 2), found.freedom, found.merged) == (0.47, 3, ())
    assert found.p == pytest.approx(0.925, abs=1e-3)


def test_each_stage_is_judged_by_the_replies_that_came_there() -> None:
    counts = {Place("connect", 220): 80, Place("connect", 421): 20}
    counts |= {Place("RCPT", 250): 40, Place("RCPT", 450): 40}
    means = dict(zip(counts, (0.9, 0.1, 0.45, 0.45), strict=True))
    found = fit(Tally(100, Counter(counts)), means)
    # (80 - 90)² / 90 + (20 - 10)² / 10; and half of the 80 at RCPT are what they should be.
    assert (round(found.statistic, 2), found.freedom) == (11.11, 2)


def test_a_faithful_server_passes_and_another_does_not() -> None:
    tally = simulate("busy", 4_000, seed=7)
    assert fit(tally, expected("busy")).p > 0.01
    other = parse_scenario('[[rule]]\nat = "RCPT"\nshare = 0.2\nreply = "450 4.2.1 Busy"', "other")
    assert fit(simulate(other, 4_000, seed=7), expected("busy")).p < 1e-6


@pytest.fixture(scope="module")
def days() -> list[Tally]:
    """A hundred runs of the same server, each by a seed of its own."""
    return [simulate("busy", 400, seed) for seed in range(100)]


def test_among_many_seeds_p_is_uniform(days: list[Tally]) -> None:
    # If it were not, the test would cry wolf, or sleep. 100 seeds: 5 to be expected below 5 %.
    small = sum(fit(day, expected("busy")).p < 0.05 for day in days)
    assert 0 <= small <= 14  # 99.99 % of a binomial with n = 100, p = 0.05


def test_intervals_at_a_stage_hold_the_true_share_as_often_as_they_say(days: list[Tally]) -> None:
    # The shares of scenario busy, typed from its file.
    shares = {"connect 421": 0.05, "MAIL 451": 0.04, "RCPT 450": 0.15, "RCPT 452": 0.10}
    held = 0
    for day in days:
        for place, true in shares.items():
            stage, code = place.split()
            share = day.share(code, stage=stage)
            held += share.low <= true <= share.high
    assert 364 <= held <= 395  # 99.99 % of a binomial with n = 400, p = 0.95


def test_small_cells_are_merged_and_named() -> None:
    found = fit(simulate("busy", 60, seed=7), expected("busy"))
    assert any("421" in name for name in found.merged)
    assert "put together: " in str(found)
    assert all("+" not in name for name in found.merged)


# Five to be expected in a cell is enough, by the usual rule; below, two are put together.
@pytest.mark.parametrize(
    ("replies", "freedom", "merged"), [(80, 2, ()), (64, 1, ("RCPT 452", "RCPT 450"))]
)
def test_a_cell_can_stand_alone_from_five_on(
    replies: int, freedom: int, merged: tuple[str, ...]
) -> None:
    means = {Place("RCPT", 250): 9 / 16, Place("RCPT", 450): 6 / 16, Place("RCPT", 452): 1 / 16}
    tally = Tally(replies)
    tally.counts.update({place: int(mean * replies) for place, mean in means.items()})
    found = fit(tally, means)
    assert (found.statistic, found.freedom, found.merged) == (0, freedom, merged)


def test_one_impossible_reply_refutes_all() -> None:
    tally = simulate("example", 100)
    tally.counts[Place("RCPT", 550, "5.1.1")] += 1
    assert fit(tally, expected("example"))[2] == 0.0


def test_what_leaves_nothing_to_chance_fits_perfectly() -> None:
    assert fit(simulate("example", 100), expected("example")) == Fit(0.0, 0, 1.0, ())
