"""Every notebook in a real JupyterLab: it runs from top to bottom, and nothing goes wrong."""

import shutil
from pathlib import Path

import pytest

from .jupyter import Lab

FOLDER = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize("name", [path.name for path in sorted(FOLDER.glob("[0-9]*.ipynb"))])
def test_it_runs_in_jupyterlab(lab: Lab, name: str) -> None:
    shutil.copytree(FOLDER, lab.folder, dirs_exist_ok=True)
    page = lab.run(name)
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator(".jp-OutputArea-output").count() > 3
