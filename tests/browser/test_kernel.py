"""A kernel that is busy, restarted or dead: the Console and the boards say so, each by itself."""

import os
import signal
from typing import Any

from playwright.sync_api import expect

from .jupyter import Lab
from .user import button, command, enter, exchanges, hears, say

CONSOLE = """\
import os
from smtplesson import Console
from smtplesson.progress import Progress
from smtplesson.widgets import *
print(os.getpid())
Console()"""
# Of the notebook on the page.
RESTART = "() => jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()"
BUSY, STOP = "The kernel is busy", "To stop what it does, interrupt"
GONE = "The kernel was restarted: run this cell again."
SOON = 3  # seconds within which it is said that nobody answers


def shown(lab: Lab, *boards: str) -> tuple[Any, list[Any], int]:
    """A page with a Console and these boards, the boards, and the number of the kernel's process.

    A Console without its greeting hears nothing yet.
    """
    page = lab.show(CONSOLE, *boards)
    exchanges(page, 1)
    found = [page.locator(".smtp-board").nth(place) for place in range(len(boards))]
    for board in found:
        board.locator(".smtp-page > *").first.wait_for()
    return page, found, int(page.locator(".jp-OutputArea-output pre").first.inner_text())


def test_a_busy_kernel_is_told_until_it_answers(lab: Lab) -> None:
    page, boards, kernel = shown(lab, "ReplyExplorer()", "ReplyExplorer()", "LimitsBench()")
    rows, words, bench = boards
    os.kill(kernel, signal.SIGSTOP)  # as a cell would that lets no thread run
    try:
        enter(page, "NOOP")
        rows.locator(".smtp-matches tr", has_text="551").click()
        words.get_by_role("textbox", name="Search").fill("551")
        bench.get_by_role("slider").press("ArrowRight")
        hears(page, f"{BUSY}: your line waits. {STOP}", within=SOON)
        for board in boards:
            hears(board, f"{BUSY}: your choice waits. {STOP}", within=SOON)
    finally:
        os.kill(kernel, signal.SIGCONT)
    exchanges(page, 2)
    expect(page.get_by_role("status").filter(has_text=BUSY)).to_have_count(0, timeout=30_000)
    assert page.get_by_role("alert").filter(has_text="kernel").count() == 0


def test_a_restarted_kernel_is_told_and_the_line_stays(lab: Lab) -> None:
    page, (hunt,), _ = shown(lab, "CoverageHunt(Progress('restarted.json'))")
    say(page, "NOOP")
    assert page.get_by_role("alert").filter(has_text=GONE).count() == 0
    page.evaluate(RESTART)
    for each in (page.locator(".smtp-console"), hunt):
        hears(each, GONE, "alert", within=SOON)
    enter(page, "RSET")
    assert command(page).input_value() == "RSET"
    assert not button(page, "Connect again").is_visible()
    hunt.locator(".smtp-tile", has_text="451").click()
    assert hears(hunt, GONE, "alert")
    page, *_ = shown(lab)
    say(page, "NOOP")
    assert page.get_by_role("alert").inner_text() == ""


def test_a_kernel_that_dies_gives_the_line_back(lab: Lab) -> None:
    page, _, kernel = shown(lab)
    os.kill(kernel, signal.SIGSTOP)
    enter(page, "NOOP")  # it is on its way when the kernel dies
    os.kill(kernel, signal.SIGKILL)
    button(page, "Ok").click()  # JupyterLab tells too, once it has seen it
    hears(page, GONE, "alert", within=SOON)
    assert command(page).input_value() == "NOOP"
