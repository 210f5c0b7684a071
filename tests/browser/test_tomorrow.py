"""A notebook on the day after, and on the day after that: nothing of it is dead without a word."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from smtplesson.console.widget import QUIET

from .jupyter import KERNEL, Lab
from .test_kernel import GONE
from .user import command, enter, exchanges, say

NAME = "tomorrow.ipynb"
CONSOLE = "from smtplesson import Console\nConsole('busy', seed=3)"
BOARD = """\
from smtplesson.progress import Progress
from smtplesson.widgets import CoverageHunt
CoverageHunt(Progress('tomorrow.json'))"""


def test_a_notebook_comes_back_as_it_was_left(lab: Lab) -> None:
    # Not on the sheet: it keeps the widgets of all tests, and to load them takes too long.
    cells = [new_code_cell(CONSOLE), new_code_cell(BOARD)]
    made = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(made, lab.folder / NAME)
    page = lab.run(NAME)
    exchanges(page, 1)
    say(page, "EHLO client.example", "NOOP to be remembered")
    page.wait_for_timeout(2_000 * QUIET)  # nothing on the page shows that the tail has been told

    for _ in range(2):  # saved each day, and never run
        page = lab.tomorrow()
        alerts = page.get_by_role("alert").filter(has_text=GONE)
        alerts.nth(1).wait_for()  # in the Console, and on the board
        page.locator(".smtp-tile", has_text="451").click()  # does nothing, and no harm
        for words in ("NOOP to be remembered", "2 of 40 drawn"):
            page.locator(".jp-Notebook").filter(has_text=words).wait_for()
        exchanges(page, 3)
        assert page.locator(".smtp-steps [aria-current]").inner_text() == "greeted"
        enter(page, "RSET")
        assert command(page).input_value() == "RSET"
        lab.nothing_is_dead()
