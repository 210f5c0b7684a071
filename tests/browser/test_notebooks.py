"""The notebooks in a real JupyterLab: each runs from top to bottom, and nothing goes wrong.

Through notebook 01 goes a beginner, cell by cell, in `test_beginner.py`.
"""

import shutil
from pathlib import Path

import pytest

from .jupyter import Lab
from .test_beginner import NAME as BEGINNER

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("[0-9]*.ipynb"))


@pytest.mark.parametrize("name", [name for name in NAMES if name != BEGINNER])
def test_it_runs_in_jupyterlab(lab: Lab, name: str) -> None:
    shutil.copytree(FOLDER, lab.folder, dirs_exist_ok=True)
    page = lab.run(name)
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator(".jp-OutputArea-output").count() > 3
