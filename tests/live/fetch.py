"""The file of Pyodide that a live page is made with: named by the environment, or npm's."""

import os
import shutil
import subprocess
from pathlib import Path

from smtplesson.handouts.live import TESTED

VARIABLE = "SMTPLESSON_PYODIDE"


def fetched(folder: Path) -> Path | str:
    """The file, fetched into the folder if none is named; or why there is none."""
    if not shutil.which("node"):
        return "no node, in which Pyodide could run"
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if not (npm := shutil.which("npm")):
        return f"no npm, which brings Pyodide, and no file named by {VARIABLE}"
    command = [npm, "pack", f"pyodide@{TESTED}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    if done.returncode:
        return f"npm cannot fetch Pyodide: {done.stderr[-300:]}"
    return folder / done.stdout.split()[-1]
