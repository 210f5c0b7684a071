"""JupyterLab, opened with a lesson folder as its root."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from types import FrameType
from typing import IO

from smtplesson.errors import LessonError

FIRST_NOTEBOOK = "00-start-here.ipynb"
# Each moves a folder of Jupyter's away from its place in the home folder.
VARIABLES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "XDG_DATA_HOME")
LOG_OPTIONS = ("--debug", "--log-level", "--Application.log_level", "--ServerApp.log_level")
# Each kernel says so at its start, and no option of JupyterLab's would stop it: that whoever can
# listen on the loopback of this machine can listen to it too.
KERNELS_WARNING = b"Kernel is running over TCP without encryption."
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
    try:
        room_for_jupyter()
    except LessonError as error:
        raise LessonError(f"{error}; {home_remedy()}") from error
    # -P keeps a random.py or email.py in the folder from breaking JupyterLab itself.
    program = "smtplesson.command.without_grammar"
    command = [sys.executable, "-P", "-m", program, f"--ServerApp.root_dir={root}"]
    first = f"lab/tree/{FIRST_NOTEBOOK}" if (root / FIRST_NOTEBOOK).is_file() else "lab"
    command.append(f"--LabApp.default_url=/{first}")
    quiet = not any(word.startswith(LOG_OPTIONS) for word in options)
    if quiet:
        command += ["--ServerApp.log_level=ERROR", "--LabApp.log_level=ERROR"]
    if not sys.stdout.isatty():  # JupyterLab's shells would read /etc/profile, which sets the PATH
        shell = {"shell_command": [os.environ.get("SHELL") or "sh"]}
        command.append(f"--ServerApp.terminado_settings={shell}")

    unsaid = KERNELS_WARNING if quiet else None
    return _run([*command, *options], _environment(), root, partial(_tell, root, first), unsaid)


def _tell(root: Path, page: str, pid: int) -> bool:
    """Tells where the lesson is, once that process of Jupyter's says so; returns whether it did."""
    try:
        info = json.loads(_info_file(pid).read_bytes())
    except (OSError, ValueError):  # it is not there, or half written
        return False
    token = info["token"] and f"?token={info['token']}"  # which lets one in
    address = f"{info['url']}{page}{token}"
    print(f"Lesson  {address}\nFolder  {root}\nStop    Ctrl-C, then y", flush=True)
    return True


def _environment() -> dict[str, str]:
    """What JupyterLab, its kernels and its terminals find around them."""
    # A default that keeps JupyterLab from asking to fetch news; a learner's own settings win.
    paths = (os.environ.get("JUPYTER_CONFIG_PATH", ""), str(_CONFIG))
    return {
        # A token of Jupyter's own making would be logged as critical, with the address.
        "JUPYTER_TOKEN": secrets.token_hex(24),
        **os.environ,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        # So that `smtplesson` is found in JupyterLab's terminals.
        "PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", ""))),
    }


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


def _info_file(pid: int) -> Path:
    """Where that process of Jupyter's writes its address, once it listens."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir(), f"jpserver-{pid}.json")


def _run(
    command: Sequence[str],
    environment: dict[str, str],
    folder: Path,
    tell: Callable[[int], bool] = lambda pid: True,
    unsaid: bytes | None = None,
) -> int:
    """The exit status of a command that is stopped with this process, and never outlives it.

    folder: where it runs, and where JupyterLab's terminals begin.
    tell: called with its process id again and again, until it returns True.
    unsaid: lines with this in them are left out of its standard error; None leaves it alone.
    """
    errors = None if unsaid is None else subprocess.PIPE
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []  # signals from before it can take any

    def pass_on(number: int, frame: FrameType | None) -> None:
        if process:
            process.send_signal(number)
        else:
            early.append(number)

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        process = subprocess.Popen(command, env=environment, cwd=folder, stderr=errors)
        for number in early:
            process.send_signal(number)
        passing = Thread(target=_pass_errors_on, args=(process.stderr, unsaid), daemon=True)
        passing.start()
        _info_file(process.pid).unlink(missing_ok=True)  # of one that had this id and was killed
        status = _ended(process, tell)
        passing.join(1)  # a kernel may hold its end for a little longer
        return status
    finally:
        signal.signal(signal.SIGTERM, before)


def _ended(process: "subprocess.Popen[bytes]", tell: Callable[[int], bool]) -> int:
    """The exit status of the process, once it has ended; `tell` as `_run` takes it."""
    told = False
    while True:
        try:
            return process.wait(None if told else 0.1)
        except subprocess.TimeoutExpired:
            told = tell(process.pid)
        except KeyboardInterrupt:
            continue  # JupyterLab got the Ctrl-C too and asks whether to shut down


def _pass_errors_on(errors: IO[bytes] | None, unsaid: bytes) -> None:
    for line in errors or ():
        if unsaid not in line:
            print(line.decode("utf-8", "backslashreplace").rstrip(), file=sys.stderr, flush=True)
