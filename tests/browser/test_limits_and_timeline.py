"""The limits bench and the retry timeline in a real JupyterLab, with the keyboard alone."""

from typing import Any

import pytest

from smtplesson.evidence.limits import limits
from smtplesson.figures.limit_steps import standard

from .jupyter import Lab, barriers

BENCH = "from smtplesson.widgets.limits_bench import LimitsBench\nLimitsBench()"
TIMELINE = "from smtplesson.widgets.retry_timeline import RetryTimeline\nRetryTimeline()"
WAIT = 10_000  # milliseconds until something that does not come is a failure


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def tab_to(page: Any, element: Any) -> None:
    for _ in range(60):
        if element.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("no way there with the Tab key")


def picture(page: Any, words: str) -> None:
    """Waits until the alternative text of the picture has these words."""
    page.locator(f'.smtp-page img[alt*="{words}"]').wait_for(timeout=WAIT)


def test_arrow_keys_go_across_the_limit_octet_by_octet(lab: Lab) -> None:
    page = lab.open(BENCH)
    picture(page, "You are at 64, where it is 250.")
    slider = page.get_by_role("slider", name="Length")
    tab_to(page, slider)
    for key, length, code in (
        ("ArrowRight", 65, 501),
        ("ArrowRight", 66, 501),
        ("ArrowLeft", 65, 501),
        ("ArrowLeft", 64, 250),
    ):
        page.keyboard.press(key)
        picture(page, f"You are at {length}, where it is {code}.")
        assert slider.get_attribute("aria-valuetext") == str(length)
        assert page.get_by_label("In figures").input_value() == str(length)


def test_a_number_can_be_typed_and_the_buttons_pressed(lab: Lab) -> None:
    page = lab.open(BENCH)
    tab_to(page, page.get_by_label("In figures"))
    page.keyboard.press("Control+A")
    page.keyboard.type("256")
    page.keyboard.press("Enter")
    picture(page, "You are at 256, where it is 501.")
    tab_to(page, button(page, "At the limit"))
    page.keyboard.press("Enter")
    picture(page, "You are at 64, where it is 250.")
    tab_to(page, button(page, "One more"))
    page.keyboard.press("Space")
    picture(page, "You are at 65, where it is 501.")


# A slider whose ends are moved answers with old values: each limit needs one of its own.
def test_every_limit_begins_where_it_is(lab: Lab) -> None:
    page = lab.open(BENCH)
    choice = page.get_by_label("Object")
    names = [each.replace("\xa0", " ") for each in choice.locator("option").all_inner_texts()]
    for name in (*names, *reversed(names)):
        choice.select_option(name)
        picture(page, f"Reply codes to a {name} of")
        at_limit = standard(limits()[name])
        picture(page, f"You are at {at_limit:,}, where it is 250.")
        assert page.get_by_label("In figures").input_value() == str(at_limit)


def test_step_by_step_to_the_end_of_the_story(lab: Lab) -> None:
    page = lab.open(TIMELINE)
    tab_to(page, button(page, "Step"))
    for count, code in ((1, "450"), (2, "450"), (3, "450"), (4, "250")):
        page.keyboard.press("Enter")
        picture(page, f"Timeline of {count} attempt")
        told = page.get_by_role("status").filter(has_text=f"Attempt {count}")
        assert f": {code} at " in told.inner_text()
    assert "Delivered after 6 minutes" in page.locator(".smtp-page").inner_text()


def test_it_plays_by_itself_and_can_be_paused(lab: Lab) -> None:
    page = lab.open(TIMELINE)
    tab_to(page, button(page, "Play"))
    page.keyboard.press("Enter")
    picture(page, "Timeline of 2 attempts")
    page.keyboard.press("Enter")  # the same button is "Pause" now
    button(page, "Play").wait_for(timeout=WAIT)
    shown = page.locator(".smtp-page img").get_attribute("alt")
    page.wait_for_timeout(1_500)
    assert page.locator(".smtp-page img").get_attribute("alt") == shown
    page.keyboard.press("Enter")
    picture(page, "Timeline of 4 attempts in 6 minutes. The replies in order: 450, 450, 450, 250.")
    button(page, "Play").wait_for(timeout=WAIT)


@pytest.mark.parametrize("cell", [BENCH, TIMELINE], ids=["bench", "timeline"])
def test_nobody_is_shut_out_when_something_was_done(lab: Lab, cell: str, axe: str) -> None:
    page = lab.open(cell)
    name = "One more" if cell == BENCH else "Step"
    button(page, name).click()
    page.locator(".smtp-page img").wait_for(timeout=WAIT)
    if cell == TIMELINE:
        page.get_by_label("Sender").select_option("no retry")  # a field is switched off
        page.get_by_text("Nothing has been tried yet.").wait_for(timeout=WAIT)
    assert barriers(page, axe) == []
