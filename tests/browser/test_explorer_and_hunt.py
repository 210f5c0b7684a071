"""The reply explorer and the coverage hunt in a real JupyterLab, with the keyboard alone."""

from typing import Any

import pytest

from .jupyter import Lab, barriers

EXPLORER = "from smtplesson.widgets.explorer import ReplyExplorer\nReplyExplorer()"
CONSOLE = "from smtplesson import Console\nConsole()"
HUNT = (
    "from smtplesson.exercises.store import Progress\n"
    "from smtplesson.widgets.hunt import CoverageHunt\n"
    "CoverageHunt(Progress('hunt.json'))"
)
WAIT = 10_000  # milliseconds until what does not come is a failure


def tab_to(page: Any, role: str, name: str) -> Any:
    """The control of that name, reached with the Tab key."""
    element = page.get_by_role(role, name=name, exact=True)
    element.wait_for(timeout=WAIT)
    for _ in range(80):
        if element.evaluate("element => element === document.activeElement"):
            return element
        page.keyboard.press("Tab")
    return pytest.fail(f"no way to {name} with the Tab key")


def shows(page: Any, text: str) -> Any:
    """The page of a board, once it has the text."""
    shown = page.locator(".smtp-page").filter(has_text=text)
    shown.wait_for(timeout=WAIT)
    return shown


def hears(page: Any, text: str) -> None:
    """Waits until a screen reader is told the text."""
    page.get_by_role("status").filter(has_text=text).wait_for(timeout=WAIT)


def lit(page: Any, code: int) -> Any:
    """The tile of a code, once it is lit."""
    tile = page.locator(".smtp-hunt li[style]").filter(has_text=str(code))
    tile.wait_for(timeout=WAIT)
    return tile


def choose(page: Any, list_name: str, keys: str) -> None:
    tab_to(page, "combobox", list_name)
    page.keyboard.type(keys)


def test_from_digits_to_a_transcript(lab: Lab) -> None:
    page = lab.open(EXPLORER)
    for place, digit in (("First", "5"), ("Second", "5"), ("Third", "1")):
        choose(page, f"{place} digit", digit)
    shows(page, "Codes that match: 1 of 64")
    tab_to(page, "button", "Provoke it")
    page.keyboard.press("Enter")
    said = shows(page, "C: RCPT TO:<erik@example.test>").inner_text()
    assert "551" in said and "<erik@moved.example>" in said  # RFC 5321 §3.4
    hears(page, "Provoked 551.")


def test_from_words_to_a_code_that_cannot_be_said(lab: Lab, axe: str) -> None:
    page = lab.open(EXPLORER)
    tab_to(page, "textbox", "Search")
    page.keyboard.type("econnrefused 111")
    shows(page, "111 cannot be provoked")
    assert page.get_by_role("button", name="Provoke it").is_disabled()
    assert barriers(page, axe) == []
    page.keyboard.insert_text(" " + "x" * 10_000)  # as if pasted
    shows(page, "Nothing found")


def test_the_long_list_can_be_scrolled_with_the_keyboard(lab: Lab) -> None:
    page = lab.open(EXPLORER)
    shows(page, "Codes that match: 64 of 64")
    tab_to(page, "region", "Codes that match")
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.smtp-matches').scrollTop > 500", timeout=WAIT)


def test_a_console_lights_up_the_hunt_on_its_page(lab: Lab, axe: str) -> None:
    page = lab.open(HUNT, CONSOLE, height=2400)
    lit(page, 220)
    assert page.locator(".smtp-hunt li[style]").count() == 1
    tab_to(page, "textbox", "Command")
    page.keyboard.type("EHLO client.example")
    page.keyboard.press("Enter")
    assert "drawn by EHLO client.example" in lit(page, 250).text_content()
    shows(page, "2 of 59 drawn")
    assert barriers(page, axe) == []


def test_hints_and_reset_by_keyboard(lab: Lab) -> None:
    page = lab.open(HUNT.replace("hunt.json", "hints.json"))
    choose(page, "Code", "503")
    tab_to(page, "button", "Hint 1 of 3")
    page.keyboard.press("Enter")
    shows(page, "Hint 1: It answers DATA.")
    tab_to(page, "button", "Reset")
    page.keyboard.press("Enter")
    hears(page, "Forget all finds? Click again.")
    page.keyboard.press("Enter")
    hears(page, "All finds are forgotten.")
    assert "Hint 1" not in page.locator(".smtp-page").inner_text()
