"""Fixtures of the browser tests: one JupyterLab for all of them, and axe-core.

They live as long as the package and not the session: while Playwright runs, so does an event
loop, which the tests after these do not expect.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
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
