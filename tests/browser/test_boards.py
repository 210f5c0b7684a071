"""Every board in a real JupyterLab: it comes, it answers, and it shuts nobody out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smtplesson import widgets

from .jupyter import Lab, barriers

# Each board's cell, by its class: one that shows more than its first page where there is more.
BOARDS = {
    "CoverageHunt": """\
from smtplesson.exercises.store import Progress
from smtplesson.widgets import Console, CoverageHunt
hunt = CoverageHunt(Progress('boards.json'))
console = Console()
for line in ('EHLO a.example', 'HELP', 'DATA', 'MAIL FROM:<reply-451@example.test>'):
    console.say(line)
for _ in range(3):
    hunt.hint.click()
hunt""",
    "DistributionLab": """\
from smtplesson.widgets import DistributionLab
lab = DistributionLab()
lab""",
    "LimitsBench": """\
from smtplesson.widgets import LimitsBench
LimitsBench()""",
    "ReplyExplorer": """\
from smtplesson.widgets import ReplyExplorer
explorer = ReplyExplorer()
explorer.digits[0].value = '5'
explorer.search.value = 'mailbox'
explorer.code.value = 550
explorer.provoke.click()
explorer""",
    "ReplyReader": """\
from smtplesson.widgets import ReplyReader
reader = ReplyReader()
reader.example.click()
reader""",
    "RetryTimeline": """\
from smtplesson.widgets import RetryTimeline
timeline = RetryTimeline()
for _ in range(4):
    timeline.step.click()
timeline""",
    "ServerComparison": """\
from smtplesson.widgets import ServerComparison
ServerComparison()""",
}


def test_every_board_is_here() -> None:
    assert set(BOARDS) == set(widgets.__all__) - {"Console"}


@pytest.fixture(scope="module", params=BOARDS)
def board(request: pytest.FixtureRequest, module_lab: Lab) -> Iterator[tuple[str, Any]]:
    """The name of a board, and a page that shows it."""
    page = module_lab.open(BOARDS[request.param], height=2400)
    page.locator(".smtp-page").first.wait_for(timeout=10_000)
    yield request.param, page
    troubles = module_lab.troubles()
    module_lab.close()
    assert troubles == []


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_cut_off(board: tuple[str, Any], width: int, screenshots: Path | None) -> None:
    """640 pixels is a notebook at 200 % zoom; what does not fit on the page itself scrolls."""
    name, page = board
    shown = page.locator(".smtp-board").first
    shown.evaluate("(element, width) => (element.style.width = `${width}px`)", width)
    if screenshots:
        shown.screenshot(path=str(screenshots / f"{name}-{width}.png"))
    too_wide = shown.evaluate(
        """board => [...board.querySelectorAll("*")]
          .filter((element) => !element.closest(".smtp-page, .smtp-hidden, .noUi-target, select"))
          .filter((element) => element.getBoundingClientRect().right
            > board.getBoundingClientRect().right + 1)
          .map((element) => element.outerHTML.slice(0, 80))"""
    )
    shown.evaluate("element => element.style.removeProperty('width')")
    assert too_wide == []


def test_it_is_accessible_in_both_themes(
    board: tuple[str, Any], axe: str, screenshots: Path | None
) -> None:
    name, page = board
    assert barriers(page, axe, screenshots, name) == []


def test_a_bounce_is_pasted_and_explained(lab: Lab) -> None:
    page = lab.open("from smtplesson.widgets import ReplyReader\nReplyReader()")
    field = page.get_by_role("textbox", name="Bounce or log")
    field.fill("host mx.example.test said: 452 4.2.2 Full (in reply to RCPT TO command)")
    page.get_by_text("Storage short").wait_for(timeout=10_000)
    field.fill("Dear all, we meet in room 550.")
    page.get_by_text("There is no SMTP reply in this text").wait_for(timeout=10_000)


def test_a_situation_is_chosen_with_the_keyboard(lab: Lab) -> None:
    page = lab.open("from smtplesson.widgets import ServerComparison\nServerComparison()")
    chooser = page.get_by_role("combobox", name="Situation")
    chooser.focus()
    page.keyboard.press("ArrowDown")  # in JupyterLab, a key that would leave the cell
    page.get_by_text("TO:<bob@example.test>").first.wait_for(timeout=10_000)
    assert chooser.evaluate("element => element === document.activeElement")
    # ipywidgets puts no-break spaces into the labels of options.
    assert chooser.evaluate("element => element.selectedOptions[0].label") == "mailbox\N{NBSP}full"
