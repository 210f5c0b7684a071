"""The distribution lab without a browser: what it counts, says and draws, and how it stops."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from smtplesson import simulate
from smtplesson.errors import LessonError, ScenarioError
from smtplesson.experiments import PATIENT, fit
from smtplesson.experiments.tally import Place, Tally
from smtplesson.protocol.scenario_file import parse_scenario, scenario_names
from smtplesson.widgets import distribution
from smtplesson.widgets.distribution import SENDERS, DistributionLab
from smtplesson.widgets.distribution_run import SIZES, Run, verdict


def counted(lab: DistributionLab) -> list[Tally]:
    """What the board has counted of each scenario."""
    return lab._run.tallies


# ---- the normal way


def test_it_begins_with_a_thousand_sessions_and_counts_smaller_runs_on_the_way() -> None:
    lab = DistributionLab()
    (course,) = lab._run.courses
    assert course == [simulate("busy", size) for size in SIZES if size <= 1_000]
    assert counted(lab) == [course[-1]]
    assert "1,000 of 1,000 sessions" in lab.progress.value
    assert "Scenario busy; Compare with none" in lab.text() and "Sessions 1,000" in lab.text()


def test_a_run_counts_what_the_controls_ask_for() -> None:
    lab = DistributionLab("outage", seed=3)
    lab.sender.value = PATIENT
    lab.sessions.value = 200
    lab.seed.value = " 7 "
    assert (lab.said, lab.error) == ("200 sessions played.", "")
    assert counted(lab) == [simulate("outage", 200, seed=7, sender=PATIENT)]


def test_there_and_back_is_the_same_result() -> None:
    lab = DistributionLab("busy", seed=5)
    first = lab.text(), lab.html()
    lab.sessions.value = 20_000
    assert counted(lab) == [simulate("busy", 20_000, seed=5)]
    lab.other.value = "strict"
    lab.sessions.value, lab.other.value = 1_000, "none"
    lab.said = ""
    assert (lab.text(), lab.html()) == first


def test_fewer_sessions_are_not_played_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = DistributionLab("busy")
    lab.sessions.value = 50_000
    monkeypatch.setattr(Run, "_play_part", None)
    for sessions in (10, 2_000, 50_000, 500):
        lab.sessions.value = sessions
        assert lab.error == "" and counted(lab) == [simulate("busy", sessions)]


def test_a_scenario_of_ones_own_is_played() -> None:
    own = parse_scenario('[[rule]]\nat = "RCPT"\nreply = "450"\nshare = 0.5', "half")
    lab = DistributionLab(own, seed=2)
    assert lab.scenario.value == "half" and {*scenario_names()} < {*lab.scenario.options}
    assert counted(lab) == [simulate(own, 1_000, seed=2)]


def test_every_scenario_and_every_sender_can_be_shown() -> None:
    lab = DistributionLab()
    lab.sessions.value = 50
    senders = iter(SENDERS.values())
    for number, name in enumerate(scenario_names()):  # each pair is counted in test_outcomes.py
        lab.scenario.value = name
        assert lab.error == "" and counted(lab) == [simulate(name, 50, sender=lab.sender.value)]
        if number % 3 == 0:
            lab.sender.value = next(senders)
            assert lab.error == "" and counted(lab) == [simulate(name, 50, sender=lab.sender.value)]
    assert next(senders, None) is None


@pytest.mark.parametrize("view", ["bars", "heat map", "convergence"])
def test_a_server_that_never_says_a_word_has_no_picture(view: str) -> None:
    lab = DistributionLab(parse_scenario('[[rule]]\nat = "connect"\ndrop = true', "mute"))
    lab.view.value = view
    assert lab.error == "" and "<img " not in lab.html()


# ---- what it shows


def test_each_view_has_its_picture_and_its_words() -> None:
    lab = DistributionLab()
    for view, words in (
        ("heat map", "busy: Heat map of"),
        ("convergence", "busy: Share of 250 at RCPT against the number of sessions, from 10 to"),
        ("bars", "busy: Bar chart of the replies in 1,000 sessions: the share of each code among"),
    ):
        lab.view.value = view
        assert lab.error == "" and words in lab.text()
        assert f'alt="{words}' in lab.html() and words in lab._page.value
        assert "Share of the replies at each stage, with its 95 % interval" in lab.text()


def test_the_table_holds_share_interval_and_what_was_to_be_expected() -> None:
    own = parse_scenario('[[rule]]\nat = "RCPT"\nreply = "450"\nshare = 0.25', "quarter")
    seen = simulate(own, 1_000).to_dict()["RCPT"]["450"]
    (line,) = (line for line in DistributionLab(own).text().splitlines() if "▲ 450  " in line)
    share, low, high, wanted = (float(n) for n in re.findall(r"([\d.]+)%", line))
    assert line.split()[:3] == ["RCPT", "▲", "450"]
    assert [share, wanted] == pytest.approx([seen / 10, 25.0], abs=0.06)
    assert [share - low, high - share] == pytest.approx([2.7, 2.7], abs=0.2)  # two sigma


def test_two_scenarios_are_shown_with_one_table() -> None:
    lab = DistributionLab("busy")
    lab.other.value = "strict"
    lab.run.click()
    assert counted(lab) == [simulate("busy", 1_000), simulate("strict", 1_000)]
    assert lab.html().count("<img ") == 1  # side by side
    assert "Bar chart of the replies of busy and strict in 1,000 sessions each" in lab.text()
    table = lab.text().splitlines()
    (refused,) = (line for line in table if re.match("MAIL +■ 530 ", line))
    (busy,) = (line for line in table if re.match("RCPT +▲ 450 ", line))
    (greeted,) = (line for line in table if re.match("connect +● 220 ", line))
    assert refused.count("–") == busy.count("–") == 2 and greeted.count(" to ") == 2
    assert table.index(greeted) < table.index(refused) < table.index(busy)
    lab.view.value = "convergence"  # which shows RCPT, and so busy alone: strict refuses MAIL
    assert lab.error == "" and lab.html().count("<img ") == 1
    assert "busy: Share of 250 at RCPT" in lab.text()


MEANS = {Place("RCPT", 250): 0.5, Place("RCPT", 450): 0.5}


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        (50, "The replies are exactly as expected."),
        (52, "The replies fit the expected shares: chance alone brings a difference at least"),
        (80, "The replies hardly fit the expected shares: chance alone brings a difference"),
    ],
)
def test_the_fit_is_told_in_a_sentence(accepted: int, words: str) -> None:
    tally = Tally(100)
    tally.counts.update({Place("RCPT", 250): accepted, Place("RCPT", 450): 100 - accepted})
    said = verdict(tally, MEANS)
    assert said.startswith(words)
    assert f"p = {fit(tally, MEANS).p:.3f}" in said or accepted == 50
    assert ("less than 1%" in said) == (accepted == 80)


def test_what_is_too_much_to_compute_is_said_to_be() -> None:
    assert "there are too many ways to compute them" in verdict(Tally(1), None)


def test_what_patient_senders_draw_is_held_against_what_was_to_be_expected() -> None:
    lab = DistributionLab("busy")
    lab.sender.value = PATIENT
    assert "The replies fit the expected shares" in lab.text()


# ---- wrong input


def test_a_senseless_seed_is_told_and_the_result_stays() -> None:
    lab = DistributionLab()
    page = lab._page.value
    for seed in ("", "many", "1.5", "9" * 5_000):
        lab.seed.value = seed
        lab.run.click()
        assert lab.error.startswith("seed = ") and "a whole number is expected" in lab.error
        assert lab._page.value == page and lab.said == ""
    lab.seed.value = "-3"
    lab.run.click()
    assert lab.error == "" and counted(lab) == [simulate("busy", 1_000, seed=-3)]


def test_a_scenario_that_there_is_not_is_an_error_at_once() -> None:
    with pytest.raises(ScenarioError):
        DistributionLab("nonsense")
    with pytest.raises(LessonError, match="a whole number is expected"):
        DistributionLab(seed="seven")  # type: ignore[arg-type]


def test_stop_without_a_run_says_so() -> None:
    lab = DistributionLab()
    lab.stop.click()
    assert lab.said == "Nothing is running."


# ---- with a kernel's event loop


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock comes after a few hundred sessions, and says that time is over."""
    monkeypatch.setattr(distribution, "SLICE", 0.0)
    monkeypatch.setattr("smtplesson.widgets.distribution_run.MOST", 300)


def in_kernel(lab: DistributionLab, act: Callable[[], Awaitable[None]]) -> None:
    """Does something while an event loop runs, until the run of the board is over."""

    async def session() -> None:
        await act()
        if task := getattr(lab, "_task", None):
            await asyncio.wait_for(task, 30)

    asyncio.run(session())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("slow")
def test_a_run_in_a_kernel_counts_the_same() -> None:
    lab = DistributionLab()

    async def act() -> None:
        lab.sender.value, lab.sessions.value = PATIENT, 20_000
        assert lab._run.goes_on and lab._run.done < 20_000
        assert " a second, about " in lab.progress.value

    in_kernel(lab, act)
    assert lab.said == "20,000 sessions played."
    assert counted(lab) == [simulate("busy", 20_000, sender=PATIENT)]
    (picture,) = lab._panels.values()
    assert "in 20,000 sessions" in picture.get_title()


@pytest.mark.usefixtures("slow")
def test_a_stopped_run_is_an_honest_smaller_one_and_can_go_on() -> None:
    lab = DistributionLab()

    async def act() -> None:
        lab.sender.value, lab.sessions.value = PATIENT, 1_000_000
        await until(lambda: lab._run.done > 500)
        lab.stop.click()

    in_kernel(lab, act)
    (tally,) = counted(lab)
    assert lab.said == f"Stopped after {tally.sessions:,} of 1,000,000 sessions."
    assert 500 < tally.sessions < 1_000_000
    assert tally == simulate("busy", tally.sessions, sender=PATIENT)
    for view in lab.view.options:
        lab.view.value = view
        assert lab.error == "" and lab._shown == (lab._run.place, 1_000_000, False, view)
    assert f"{tally.sessions:,} of 1,000,000 sessions" in lab.progress.value

    async def more() -> None:
        lab.run.click()
        await until(lambda: lab._run.done > tally.sessions)
        lab.stop.click()

    in_kernel(lab, more)
    (larger,) = counted(lab)
    assert larger == simulate("busy", larger.sessions, sender=PATIENT)


@pytest.mark.usefixtures("slow")
def test_a_change_during_a_run_takes_its_place() -> None:
    lab = DistributionLab()
    runs: list[Run] = []

    async def act() -> None:
        lab.sender.value, lab.sessions.value = PATIENT, 1_000_000
        runs.append(lab._run)
        lab.seed.value = "x"  # is told, and the run goes on
        assert "a whole number is expected" in lab.error and lab._run.goes_on
        lab.seed.value = "4"
        lab.sessions.value = 2_000

    in_kernel(lab, act)
    assert not runs[0].goes_on and runs[0].done < 1_000_000
    assert counted(lab) == [simulate("busy", 2_000, seed=4, sender=PATIENT)]


@pytest.mark.usefixtures("slow")
def test_a_failure_in_the_middle_of_a_run_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = DistributionLab()
    played = Run.play

    def failing(run: Run, seconds: float) -> None:
        if run.done:
            raise ZeroDivisionError("oops")
        played(run, seconds)

    async def act() -> None:
        lab.sender.value = PATIENT
        monkeypatch.setattr(Run, "play", failing)
        lab.sessions.value = 1_000_000

    in_kernel(lab, act)
    assert lab.error == "The widget itself failed: ZeroDivisionError('oops')."
    assert lab.error in lab.text() and not lab._run.goes_on


@pytest.mark.usefixtures("slow")
def test_the_picture_is_drawn_now_and_then_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = DistributionLab()
    lab.sender.value = PATIENT
    pages: list[Any] = []
    lab._page.observe(pages.append, "value")
    monkeypatch.setattr(distribution, "FRAME", 60.0)

    async def act() -> None:
        lab.sessions.value = 20_000

    in_kernel(lab, act)
    assert len(pages) == 2  # when it began, and when it was done
