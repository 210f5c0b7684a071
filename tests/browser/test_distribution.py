"""The distribution lab in a real JupyterLab: it runs, it can be stopped, and keys are enough."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .jupyter import Lab
from .user import button, hears, picture, press, tab_to

# With small parts, so that a run can be stopped.
SHOW = (
    "from smtplesson.widgets import DistributionLab, distribution_run\n"
    "distribution_run.MOST = 50\nDistributionLab('busy')"
)
# Seconds. The kernel hears a click between two slices of a twentieth; a run takes a minute.
SOON = 10


@pytest.fixture
def page(lab: Lab) -> Any:
    """A page with a board, which shows its first thousand sessions."""
    page = lab.show(SHOW)
    picture(page, "busy: Bar chart")
    return page


def start(page: Any) -> None:
    """Starts a run that takes its time: a million patient senders."""
    page.get_by_label("Sender").select_option("patient: tries again after 4yz")
    page.get_by_role("slider", name="Sessions").focus()
    press(page, "End")


def test_a_change_changes_the_picture_and_its_words(page: Any) -> None:
    image = page.locator(".smtp-page figure img").first
    words, octets = image.get_attribute("alt"), image.get_attribute("src")
    page.get_by_label("Seed").fill("x")
    hears(page, "a whole number is expected", "alert")
    page.get_by_label("Seed").fill("7")
    hears(page, "1,000 sessions played.")
    expect(image).not_to_have_attribute("src", octets)
    expect(image).not_to_have_attribute("alt", words)
    expect(image).to_have_attribute("alt", re.compile("^busy: Bar chart"))


def test_the_slider_is_followed_while_it_moves(page: Any) -> None:
    page.get_by_role("slider", name="Sessions").focus()
    for sessions in ("2,000", "5,000", "10,000"):
        press(page, "ArrowRight")
        picture(page, f"busy: Bar chart of the replies in {sessions} sessions")


def test_a_million_sessions_can_be_stopped(page: Any) -> None:
    start(page)
    progress = page.get_by_role("progressbar", name="Sessions played")
    page.wait_for_function("document.querySelector('progress').value > 2000")
    first = page.locator(".smtp-page img").first.get_attribute("alt")
    page.wait_for_function(
        "words => document.querySelector('.smtp-page img').alt !== words", arg=first
    )
    button(page, "Stop").click()
    said = hears(page, "Stopped after", within=SOON)
    done = int(progress.evaluate("bar => bar.value"))
    assert said == f"Stopped after {done:,} of 1,000,000 sessions."
    assert 2_000 < done < 1_000_000
    page.wait_for_timeout(500)
    assert progress.evaluate("bar => bar.value") == done


def test_the_board_answers_during_a_run(page: Any) -> None:
    start(page)
    button(page, "heat map").click()
    picture(page, "busy: Heat map", within=SOON)
    page.get_by_label("Scenario").select_option("strict")
    picture(page, "strict: Heat map", within=SOON)


def test_keys_are_enough(page: Any) -> None:
    tab_to(page, page.get_by_label("Compare with"))
    page.keyboard.type("strict")
    tab_to(page, page.get_by_role("slider", name="Sessions"))
    press(page, "ArrowRight")
    page.wait_for_function("document.querySelector('[role=slider]').ariaValueText === '2,000'")
    hears(page, "2,000 sessions played.")
    picture(page, "Bar chart of the replies of busy and strict in 2,000")
    assert page.locator(".smtp-page figure").count() == 1
    chosen = tab_to(page, button(page, "heat map"))
    press(page, "Enter")
    picture(page, "strict: Heat map")
    assert chosen.get_attribute("aria-pressed") == "true"
