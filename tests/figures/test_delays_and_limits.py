"""Delay curves and limit steps: drawn where they were counted, and told in words."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from smtplesson import Scenario, simulate
from smtplesson.experiments.deliveries import Deliveries
from smtplesson.experiments.schedules import every
from smtplesson.experiments.senders import Delivery, Fate, Sender
from smtplesson.experiments.sweep import sweep
from smtplesson.figures import delay_curve, limit_steps
from smtplesson.figures.panel import Panel


def line(axes: Axes, label: str) -> tuple[list[float], list[float]]:
    found = next(each for each in axes.lines if each.get_label() == label)
    return list(np.asarray(found.get_xdata())), list(np.asarray(found.get_ydata()))


def test_the_curve_climbs_where_mail_was_accepted() -> None:
    deliveries = Deliveries()
    deliveries.add([Delivery(Fate.ACCEPTED, 1, 0)] + [Delivery(Fate.ACCEPTED, 2, 600)] * 2)
    deliveries.add([Delivery(Fate.REFUSED, 1, 0)])
    axes = delay_curve(deliveries)
    times, shares = line(axes, "accepted by then")
    assert times[:3] == [0, 0, 10]
    assert shares[:3] == [0, 25, 75]
    assert isinstance(axes, Panel)
    assert axes.alternative.startswith("Of 4 recipients 3 were accepted: half of these within 10 ")
    assert axes.rows == [("1", "1"), ("2", "2")]


def test_the_attempts_of_the_schedule_are_marked() -> None:
    schedule = every(240)
    deliveries = simulate("greylist", 5, sender=Sender(retries=schedule)).deliveries
    times, _ = line(delay_curve(deliveries, schedule=schedule), "attempt by the schedule")
    assert times == [0, 4, 8]


def test_nobody_accepted_is_a_curve_too() -> None:
    axes = delay_curve(simulate("greylist", 5).deliveries)
    assert isinstance(axes, Panel)
    assert axes.alternative == "Of 5 recipients 0 were accepted; the curve stays at 0 %."


@pytest.mark.parametrize(
    ("limit", "lengths", "standard", "claim"),
    [("local-part", range(60, 300, 4), 64, 256), ("domain", range(250, 260), 255, 256)],
)
def test_both_claims_are_marked(limit: str, lengths: range, standard: int, claim: int) -> None:
    axes = limit_steps(sweep(limit, lengths))
    assert set(line(axes, f"standard: {standard}")[0]) == {standard}
    assert set(line(axes, f"popular table: {claim}")[0]) == {claim}
    assert isinstance(axes, Panel)
    assert axes.rows == [(str(standard), "250", "501")]
    assert f"A popular table claims {claim}" in axes.alternative


# RFC 5321 §4.5.3.1.8 counts recipients and not octets.
def test_a_limit_that_is_no_number_of_octets_is_marked_too() -> None:
    axes = limit_steps(sweep("recipients buffer", range(98, 103), Scenario("mine")))
    assert set(line(axes, "standard: 100")[0]) == {100}


@pytest.mark.parametrize(("here", "code"), [(64, 250), (65, 501)])
def test_a_ring_shows_where_you_are(here: int, code: int) -> None:
    axes = limit_steps(sweep("local-part", range(60, 70)), here=here)
    levels = dict(zip((250, 501), axes.get_yticks(), strict=True))
    assert line(axes, f"you are here: {here}") == ([here], [levels[code]])
    assert isinstance(axes, Panel)
    assert f"You are at {here}, where it is {code}." in axes.alternative


def test_without_a_place_nobody_is_anywhere() -> None:
    axes = limit_steps(sweep("local-part", range(60, 70)))
    assert isinstance(axes, Panel) and "You are" not in axes.alternative
