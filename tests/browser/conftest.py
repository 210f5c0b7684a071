"""Fixtures of the browser tests: one JupyterLab for all of them, and axe-core.

They live as long as the package and not the session: while Playwright runs, so does an event
loop, which the tests after these do not expect.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from .jupyter import CHROMIUM, Lab, chromium, running_lab

IN_CI = os.environ.get("CI") == "true"


def absent(reason: str) -> NoReturn:
    """Skips the test for want of a tool; in CI, where it must run, fails it."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        absent("no Chromium on this machine (Debian: apt-get install chromium)")
    with chromium() as browser:
        yield browser


CARDS = """\
import os
from smtplesson.progress import VARIABLE
os.environ[VARIABLE] = '{}'
from smtplesson.exercises import check_up, exercise, guess, review
"""


class Tab:
    """A tab of the browser, and what went wrong in it or was asked for besides its address."""

    def __init__(self, page: Any) -> None:
        self.page, self.address, self.troubles = page, "", list[str]()
        page.on("console", lambda said: self.troubles.append(said.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url))

    def show(self, address: str) -> Any:
        """The page at this address. Only that may be asked for, and what it carries inside."""
        self.address = address
        self.page.goto(address)
        return self.page

    def _note(self, address: str) -> None:
        if address.partition("#")[0] != self.address and not address.startswith("data:"):
            self.troubles.append(f"asked for {address}")


@pytest.fixture(scope="package")
def the_tab(browser: Any) -> Tab:
    """One tab for all pages: a new one costs as much as the page in it."""
    return Tab(browser.new_page())


@pytest.fixture
def tab(the_tab: Tab) -> Iterator[Tab]:
    """The tab, as wide as a screen; at the end nothing must have gone wrong in it."""
    the_tab.troubles.clear()
    the_tab.page.set_viewport_size({"width": 1280, "height": 900})
    yield the_tab
    assert the_tab.troubles == []


@pytest.fixture(scope="package")
def jupyterlab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("jupyter"), browser) as lab:
        yield lab


@pytest.fixture
def lab(jupyterlab: Lab) -> Iterator[Lab]:
    """JupyterLab, on whose page nothing must go wrong."""
    jupyterlab.troubles.clear()
    yield jupyterlab
    assert jupyterlab.troubles == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, Any, Any]:
    """Adds to the report of a test that fails what JupyterLab showed and said."""
    report = yield
    lab = item.funcargs.get("lab")
    if report.when == "call" and report.failed and isinstance(lab, Lab):
        report.sections.append(("JupyterLab", lab.seen()))
    return report


@pytest.fixture
def cards(lab: Lab, tmp_path: Path) -> Callable[..., Any]:
    """Shows a sheet of cells; what is done on it is kept in a file of the test's own."""

    def show(*cells: str) -> Any:
        page = lab.show(CARDS.format(tmp_path / "progress.json") + cells[0], *cells[1:])
        page.locator(".smtp-board").first.wait_for()
        return page

    return show


@pytest.fixture(scope="package")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, which finds barriers for people with disabilities."""
    npm = shutil.which("npm")
    if npm is None:
        absent("no npm, which brings axe-core")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "axe-core@4"]
    made = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if made.returncode:
        absent(f"npm cannot install axe-core: {made.stderr[-300:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
