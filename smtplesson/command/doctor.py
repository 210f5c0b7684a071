"""The doctor: does everything work that a lesson needs, and what to do where it does not."""

import platform
import shlex
import sys
import warnings
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from typing import NamedTuple

from smtplesson import __version__
from smtplesson.command.lab import home_remedy, room_for_jupyter, writable
from smtplesson.errors import LessonError
from smtplesson.printable import printable

PACKAGES = ("jupyterlab", "ipywidgets", "anywidget", "matplotlib")
# The packages whose front end JupyterLab loads into the browser, and what it is called there.
FRONT_ENDS = {
    "jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager",
    "anywidget": "anywidget",
}
KERNEL_SECONDS = 30
# The pip of this very Python: another may come first on the PATH, or none.
PIP = f"{shlex.quote(sys.executable)} -m pip install"
LOOPBACK_REMEDY = "allow programs to connect to 127.0.0.1 (on Linux: sudo ip link set lo up)"


class Check(NamedTuple):
    """The result of one check.

    name: what was looked at.
    ok: True if it works.
    text: what was found and, if it does not work, what to do about it.
    """

    name: str
    ok: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok' if self.ok else 'PROBLEM':7}  {self.name}: {printable(self.text)}"


def checks(folder: str | Path) -> list[Check]:
    """The results of all checks, in the order in which a lesson needs things.

    folder: the lesson folder; it may not exist yet.
    """
    lessons, python = Path(folder), f"{platform.python_version()} on {platform.system()}"
    loopback = _check("server on loopback", partial(_answers, 220), LOOPBACK_REMEDY)
    anew = f"{PIP} --force-reinstall"

    def over_loopback(remedy: str) -> str:
        """The remedy, for what cannot work without a loopback."""
        return remedy if loopback.ok else LOOPBACK_REMEDY

    # What Jupyter finds under JUPYTER_PATH comes before all other kernels of the same name.
    kernel_remedy = f"{anew} ipykernel, and set JUPYTER_PATH to {sys.prefix}/share/jupyter"
    return [
        _check("Python", lambda: python, "install Python 3.11 or newer"),
        *(_check(name, partial(_package, name), f"{PIP} {name}") for name in PACKAGES),
        loopback,
        _check("STARTTLS", _starttls, over_loopback(f"{anew} trustme")),
        _check("kernel", _kernel, over_loopback(kernel_remedy)),
        *(
            _check(f"{name} in JupyterLab", partial(_front_end, name), f"{anew} --no-deps {name}")
            for name in FRONT_ENDS
        ),
        _check("home folder", room_for_jupyter, home_remedy()),
        _check("lesson folder", partial(writable, lessons), "smtplesson lab OTHER-FOLDER"),
        _check("names of files", partial(_names, lessons), "rename them"),
    ]


def _check(name: str, look: Callable[[], str], remedy: str) -> Check:
    """What a look found, or what it met and the remedy."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is looked at here anyhow
            return Check(name, True, look())
    except LessonError as error:
        return Check(name, False, f"{error}; {remedy}")
    except ModuleNotFoundError as error:
        missing = str(error.name).partition(".")[0]
        return Check(name, False, f"{missing} is not installed here; {PIP} {missing}")
    except Exception as error:  # noqa: BLE001 - whatever is broken, the other checks still run
        met = " ".join(str(error).split())
        return Check(name, False, f"{type(error).__name__}: {met}; {remedy}")


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        raise LessonError("it is not installed here") from None


def _kernel() -> str:
    """Starts the kernel of the notebooks as JupyterLab would, and lets it import the lesson.

    A kernel of the same name that belongs to another Python may come before ours.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager
    from jupyter_core.paths import jupyter_path

    # Said here, since asking it for these folders loads IPython.
    specs = KernelSpecManager(kernel_dirs=jupyter_path("kernels"))
    place = specs.get_kernel_spec("python3").resource_dir
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs)
    # In an empty folder: what lies in the lesson folder is the business of another check.
    with TemporaryDirectory() as empty:
        manager.start_kernel(cwd=empty, stdout=DEVNULL, stderr=DEVNULL)
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=KERNEL_SECONDS)
            asked = {"version": "smtplesson.__version__"}
            reply = client.execute(
                "import smtplesson", user_expressions=asked, reply=True, timeout=KERNEL_SECONDS
            )
        except RuntimeError as error:
            raise LessonError(f"the one in {place} does not start: {error}") from error
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    found = reply["content"].get("user_expressions", {}).get("version", {})
    if found.get("data") != {"text/plain": repr(__version__)}:
        raise LessonError(f"the one in {place} cannot import smtplesson {__version__}")
    return "starts and imports smtplesson"


def _front_end(name: str) -> str:
    from jupyter_core.paths import jupyter_path

    for base in jupyter_path("labextensions"):
        if Path(base, FRONT_ENDS[name], "package.json").is_file():
            return "its front end is there"
    raise LessonError("its front end is missing, so that widgets stay blank")


def _starttls() -> str:
    _answers(250, "EHLO client.example", "STARTTLS", "EHLO client.example")
    return "certificate made, handshake works"


def _answers(wanted: int, *lines: str) -> str:
    """Says these lines to a server on 127.0.0.1; the last of its codes has to be `wanted`."""
    from smtplesson.loopback.client import converse
    from smtplesson.loopback.server import serve

    with serve() as server:
        code = converse(server, lines).codes[-1]
    if code != wanted:
        raise LessonError(f"the server answers {code}, not {wanted}")
    return f"answers {code}"


def _names(lessons: Path) -> str:
    """Looks for files that a notebook beside them would import in place of the real module.

    lessons: the lesson folder, the only one of a learner's where its notebooks look for modules.
    A folder is imported so only if it is a package; what is built into Python always wins.
    """
    taken = {*sys.stdlib_module_names, *PACKAGES, "smtplesson"} - {*sys.builtin_module_names}
    found = [
        str(entry)
        for entry in sorted(lessons.iterdir() if lessons.is_dir() else ())
        if entry.stem in taken and (entry.suffix == ".py" or (entry / "__init__.py").is_file())
        if not (entry / "command" / Path(__file__).name).is_file()  # a checkout is the real one
    ]
    if found:
        raise LessonError(f"notebooks would import {', '.join(found)} in place of the real module")
    return "none hides a module"
