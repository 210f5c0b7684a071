"""JupyterLab, opened with a lesson folder as its root."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from smtplesson.errors import LessonError

FIRST_NOTEBOOK = "00-start-here.ipynb"
_CONFIG = Path(__file__).with_name("lab_config")


def open_lab(folder: str | Path, options: Sequence[str] = ()) -> int:
    """Runs JupyterLab with the folder as its root until it ends, and returns its exit status.

    options: passed on to JupyterLab.
    Raises: LessonError if JupyterLab is not installed or the folder is missing.
    """
    root = Path(folder).absolute()
    if not root.is_dir():
        raise LessonError(f"{root}: there is no such folder")
    if find_spec("jupyterlab") is None:
        raise LessonError("JupyterLab is not installed here: pip install jupyterlab")
    # -P keeps a random.py or email.py in the current folder from breaking JupyterLab itself.
    command = [sys.executable, "-P", "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    if (root / FIRST_NOTEBOOK).is_file():
        command.append(f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}")
    # A default that keeps JupyterLab from asking to fetch news; a learner's own settings win.
    paths = (os.environ.get("JUPYTER_CONFIG_PATH", ""), str(_CONFIG))
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}
    return _run([*command, *options], environment)


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """The exit status of a command that is stopped with this process, and never outlives it."""
    process = subprocess.Popen(command, env=environment)

    def pass_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # JupyterLab got the Ctrl-C too and asks whether to shut down
    finally:
        signal.signal(signal.SIGTERM, before)
