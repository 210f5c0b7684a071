"""A notebook on the day after, and on the day after that: nothing of it is dead without a word."""

import json
from typing import Any

from smtplesson.console.widget import QUIET

from .jupyter import EMPTY, Lab
from .test_kernel import GONE
from .user import press, say

NAME = "tomorrow.ipynb"
CONSOLE = "from smtplesson import Console\nConsole('busy', seed=3)"
BOARD = """\
from smtplesson.progress import Progress
from smtplesson.widgets import CoverageHunt
CoverageHunt(Progress('tomorrow.json'))"""


def ran(lab: Lab, *cells: str) -> Any:
    """The page with a notebook of these cells, all of them run."""
    made = [
        {"cell_type": "code", "id": f"cell-{n}", "source": source, "metadata": {}, "outputs": []}
        | {"execution_count": None}
        for n, source in enumerate(cells)
    ]
    (lab.folder / NAME).write_text(json.dumps({**EMPTY, "cells": made}))
    page = lab.run(NAME)
    page.locator(".smtp-exchange").first.wait_for()
    return page


def words(page: Any, *wanted: str) -> None:
    """Waits until the notebook's outputs say these words."""
    for each in wanted:
        page.locator(".jp-Notebook").filter(has_text=each).wait_for()


def test_a_notebook_comes_back_as_it_was_left(lab: Lab) -> None:
    page = ran(lab, CONSOLE, BOARD)
    say(page, "EHLO client.example", "NOOP to be remembered")
    page.wait_for_timeout(2_000 * QUIET)  # nothing on the page shows that the tail has been told

    for _ in range(2):  # saved each day, and never run
        page = lab.tomorrow()
        alerts = page.get_by_role("alert").filter(has_text=GONE)
        alerts.nth(1).wait_for()  # in the Console, and on the board
        page.locator(".smtp-tile", has_text="451").click()  # does nothing, and no harm
        words(page, "NOOP to be remembered", "2 of 40 drawn")
        assert page.locator(".smtp-exchange").count() == 3
        assert page.locator(".smtp-steps [aria-current]").inner_text() == "greeted"
        page.get_by_role("textbox", name="Command", exact=True).fill("RSET")
        press(page, "Enter")
        assert page.get_by_role("textbox", name="Command", exact=True).input_value() == "RSET"
        lab.nothing_is_dead()
