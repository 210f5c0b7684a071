"""JupyterLab, opened with a lesson folder as its root."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType

from smtplesson.errors import LessonError

FIRST_NOTEBOOK = "00-start-here.ipynb"
# Each moves a folder of Jupyter's away from its place in the home folder.
VARIABLES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "XDG_DATA_HOME")
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
    try:
        room_for_jupyter()
    except LessonError as error:
        raise LessonError(f"{error}; {home_remedy()}") from error
    command = [sys.executable, "-P", "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    if (root / FIRST_NOTEBOOK).is_file():
        command.append(f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}")
    if not sys.stdout.isatty():  # JupyterLab's shells would read /etc/profile, which sets the PATH
        shell = {"shell_command": [os.environ.get("SHELL") or "sh"]}
        command.append(f"--ServerApp.terminado_settings={shell}")
    # A default that keeps JupyterLab from asking to fetch news; a learner's own settings win.
    paths = (os.environ.get("JUPYTER_CONFIG_PATH", ""), str(_CONFIG))
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        # So that `smtplesson` is found in JupyterLab's terminals.
        "PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", ""))),
    }
    return _run([*command, *options], environment, root)


def room_for_jupyter() -> str:
    """Says that Jupyter can write its settings, its secrets and its address.

    Raises: LessonError if it cannot: JupyterLab would end with a traceback.
    """
    from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir

    for place in (jupyter_config_dir(), jupyter_data_dir(), jupyter_runtime_dir()):
        writable(Path(place))
    return "Jupyter can write its files"


def home_remedy() -> str:
    """What to do where Jupyter cannot write its files."""
    there = " ".join(name for name in VARIABLES if name in os.environ)
    return "set HOME to a folder that can be written" + (there and f", and unset {there}")


def writable(folder: Path) -> str:
    """Says that the folder can be written, or that it can be made.

    Raises: LessonError if nothing can be written there.
    """
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    try:
        with TemporaryFile(dir=nearest):
            return f"{nearest} can be written"
    except OSError as error:
        raise LessonError(f"{folder} cannot be written: {error.strerror}") from error


def _run(command: Sequence[str], environment: dict[str, str], folder: Path) -> int:
    """The exit status of a command that is stopped with this process, and never outlives it.

    folder: where it runs, and where JupyterLab's terminals begin.
    """
    process = subprocess.Popen(command, env=environment, cwd=folder)

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
