"""Notebook 01 in Jupyter Notebook 7: one notebook a page, and the same widgets."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from .conftest import absent
from .jupyter import KERNEL_READY, READY, ROOT, RUN_ALL, TO_CONSOLE, running_server
from .user import exchanges, say

NAME = "01-a-conversation.ipynb"


@pytest.fixture
def notebook7(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter Notebook made of this JupyterLab's parts, in a folder beside the environment.

    In the environment it would add to what JupyterLab shows. Its 7.6 belongs to JupyterLab's 4.6.
    """
    wanted = f"notebook==7.{version('jupyterlab').split('.')[1]}.*"
    # -I: the guard that keeps tests on loopback comes by PYTHONPATH, and pip has to leave it.
    pip = [sys.executable, "-I", "-m", "pip", "install", "-q", "--no-deps", "--target"]
    made = subprocess.run([*pip, tmp_path / "site", wanted], capture_output=True, text=True)
    if made.returncode:
        absent(f"pip cannot install {wanted}: {made.stderr[-300:]}")
    paths = f"{tmp_path / 'site'}", os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


@pytest.mark.usefixtures("notebook7")
def test_it_runs_and_its_console_answers(browser: Any, tmp_path: Path) -> None:
    with running_server(tmp_path, "notebook", "JupyterNotebookApp") as url:
        shutil.copy(ROOT / "notebooks" / NAME, tmp_path / "work")
        page = browser.new_page(viewport={"width": 1280, "height": 2400})
        page.goto(f"{url}notebooks/{NAME}")
        page.wait_for_function(READY)
        page.wait_for_function(KERNEL_READY)
        assert page.evaluate(RUN_ALL) is True
        page.evaluate(TO_CONSOLE)
        exchanges(page, 1)
        say(page, "EHLO client.example")
        assert "250 HELP" in exchanges(page, 2).last.inner_text()
        page.close()
