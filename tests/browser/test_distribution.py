"""The distribution lab in a real JupyterLab: it runs, it can be stopped, and keys are enough."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .jupyter import Lab, barriers

SHOW = "from smtplesson.widgets.distribution import DistributionLab\nDistributionLab('busy')"
WAIT = 20_000  # milliseconds until what does not come is a failure
STOP_WITHIN = 3_000  # the kernel hears a click between two slices of a twentieth of a second


@pytest.fixture(scope="module")
def lesson(module_lab: Lab) -> Any:
    """A page with the board."""
    return module_lab.open(SHOW, height=2400)


@pytest.fixture
def page(module_lab: Lab, lesson: Any) -> Iterator[Any]:
    """The same page with a new board on it, which shows its first thousand sessions."""
    lesson.evaluate("document.querySelector('.smtp-board')?.setAttribute('data-old', '')")
    module_lab.run_again(lesson)
    lesson.locator(".smtp-board:not([data-old]) figure img").first.wait_for(timeout=WAIT)
    yield lesson
    assert module_lab.troubles() == []


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def picture(page: Any) -> tuple[str, str]:
    """The words and the octets of the first picture."""
    image = page.locator(".smtp-page figure img").first
    return image.get_attribute("alt"), image.get_attribute("src")


def says(page: Any, words: str, timeout: int = WAIT) -> str:
    """What the board says, once these words are in it."""
    news = page.get_by_role("status").filter(has_text=words)
    news.wait_for(timeout=timeout)
    return str(news.inner_text())


def focus(page: Any, element: Any) -> None:
    """Tabs to an element."""
    for _ in range(80):
        if element.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("no way there with the Tab key")


def start_long(page: Any) -> None:
    """Starts a run that takes its time: a million patient senders."""
    page.get_by_label("Sender").select_option("patient: tries again after 4yz")
    slider = page.get_by_role("slider", name="Sessions")
    slider.focus()
    page.keyboard.press("End")


def test_a_change_changes_the_picture_and_its_words(page: Any) -> None:
    words, octets = picture(page)
    page.get_by_label("Seed").fill("7")
    page.wait_for_function(
        "words => document.querySelector('.smtp-page img').alt !== words", arg=words, timeout=WAIT
    )
    new_words, new_octets = picture(page)
    assert new_words.startswith("busy: Bar chart") and new_octets != octets


def test_the_slider_is_followed_while_it_moves(page: Any) -> None:
    slider = page.get_by_role("slider", name="Sessions")
    slider.focus()
    for sessions in ("2,000", "5,000", "10,000", "20,000", "50,000", "100,000"):
        page.keyboard.press("ArrowRight")
        shown = f".smtp-page img[alt^='busy: Bar chart of the replies in {sessions} sessions']"
        page.locator(shown).wait_for(timeout=WAIT)


def test_a_million_sessions_can_be_stopped(page: Any) -> None:
    start_long(page)
    progress = page.get_by_role("progressbar", name="Sessions played")
    page.wait_for_function("document.querySelector('progress').value > 2000", timeout=WAIT)
    first, _ = picture(page)
    page.wait_for_function(
        "words => document.querySelector('.smtp-page img').alt !== words", arg=first, timeout=WAIT
    )
    button(page, "Stop").click()
    said = says(page, "Stopped after", STOP_WITHIN)
    done = int(progress.evaluate("bar => bar.value"))
    assert said == f"Stopped after {done:,} of 1,000,000 sessions."
    assert 2_000 < done < 1_000_000
    page.wait_for_timeout(500)
    assert progress.evaluate("bar => bar.value") == done


def test_the_board_answers_during_a_run(page: Any) -> None:
    start_long(page)
    button(page, "heat map").click()
    page.locator(".smtp-page img[alt^='busy: Heat map']").wait_for(timeout=STOP_WITHIN)
    page.get_by_label("Scenario").select_option("strict")
    page.locator(".smtp-page img[alt^='strict: Heat map']").wait_for(timeout=STOP_WITHIN)


def test_keys_are_enough(page: Any) -> None:
    focus(page, page.get_by_label("Compare with"))
    page.keyboard.type("strict")
    slider = page.get_by_role("slider", name="Sessions")
    focus(page, slider)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "document.querySelector('[role=slider]').ariaValueText === '2,000'", timeout=WAIT
    )
    says(page, "2,000 sessions played.")
    assert page.locator(".smtp-page figure").count() == 1
    assert picture(page)[0].startswith("Bar chart of the replies of busy and strict in 2,000")
    chosen = button(page, "heat map")
    focus(page, chosen)
    page.keyboard.press("Enter")
    page.locator(".smtp-page img[alt^='strict: Heat map']").wait_for(timeout=WAIT)
    assert chosen.get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("view", ["bars", "heat map", "convergence"])
def test_nobody_is_shut_out_after_a_run(
    page: Any, view: str, axe: str, screenshots: Path | None
) -> None:
    page.get_by_label("Compare with").select_option("greylist")
    page.get_by_label("Seed").fill("x")
    page.get_by_role("alert").filter(has_text="a whole number is wanted").wait_for(timeout=WAIT)
    page.get_by_label("Seed").fill("3")
    says(page, "1,000 sessions played.")
    button(page, view).click()
    name = f"Distribution-{view.replace(' ', '-')}"
    assert barriers(page, axe, screenshots, name) == []
