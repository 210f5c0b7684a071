"""Running notebooks: each in a fresh kernel of this Python, in a copy of its folder."""

import os
import shutil
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from smtplesson.errors import LessonError
from smtplesson.progress import FILE_NAME, VARIABLE

MAX_FOLDER = 100_000_000  # octets that are copied for one run


@dataclass(frozen=True, slots=True)
class Run:
    """A notebook with its outputs; `fault` says where and why it failed, or is ""."""

    path: Path
    notebook: NotebookNode
    fault: str = ""


class _ThisPython(KernelSpecManager):
    """Knows one kernel, of the Python that runs here, whatever else is installed as python3."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


def run_all(
    runs: Sequence[Run], jobs: int, timeout: int, done: Callable[[Run, int, int], object]
) -> list[Run]:
    """The notebooks with fresh outputs, in the same order.

    jobs: how many run at the same time.
    timeout: seconds that one cell may take.
    done: called after each with it, how many have run by then, and how many there are.
    """
    clients = [_client(deepcopy(each.notebook), timeout) for each in runs]
    with ThreadPoolExecutor(jobs) as pool:
        pairs = zip(runs, clients, strict=True)
        futures = [pool.submit(_run, each.path, client) for each, client in pairs]
        try:
            for count, future in enumerate(as_completed(futures), 1):
                done(future.result(), count, len(futures))
        except BaseException:  # Ctrl-C too: the kernels end, and with them the threads
            pool.shutdown(wait=False, cancel_futures=True)
            for client in clients:
                if pid := getattr(client.km and client.km.provisioner, "pid", None):
                    with suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
            raise
    return [future.result() for future in futures]


def _client(notebook: NotebookNode, timeout: int) -> NotebookClient:
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        shutdown_kernel="immediate",
        store_widget_state=False,
        coalesce_streams=True,
    )
    client.create_kernel_manager().kernel_spec_manager = _ThisPython()
    return client


def _run(path: Path, client: NotebookClient) -> Run:
    """The notebook after its run, with the fault that ended it early; no code needs no kernel."""
    if not any(map(_is_code, client.nb.cells)):
        return Run(path, client.nb)
    started: list[NotebookNode] = []
    client.on_cell_start = lambda cell, **_: started.append(cell) if _is_code(cell) else None
    try:
        with TemporaryDirectory(prefix="smtplesson-", ignore_cleanup_errors=True) as home:
            lessons = Path(home, "lessons")
            _copy(path.parent, lessons)
            client.execute(
                cwd=str(lessons), env=_environment(Path(home)), stdout=DEVNULL, stderr=DEVNULL
            )
    except LessonError as error:
        fault = str(error)
    except CellTimeoutError:
        fault = f"code cell {len(started)}: not done after {client.timeout} seconds"
    except CellExecutionError as error:
        fault = _raised(started) or f"code cell {len(started)}: {error.ename}: {error.evalue}"
    except Exception as error:  # noqa: BLE001 - whatever ends one notebook, the others go on
        fault = f"code cell {len(started)}: {error}"
    else:
        fault = _raised(started)
    return Run(path, client.nb, " ".join(fault.split()))


def _raised(cells: Sequence[NotebookNode]) -> str:
    """The first cell that raised something, and what; "" if none did, or only where it may.

    The output tells it: where an object fails while it is shown, as a figure may, a kernel's
    reply names no error, or even says that all went well.
    """
    for number, cell in enumerate(cells, 1):
        if "raises-exception" not in cell.metadata.get("tags", ()):
            for each in cell.outputs:
                if each.output_type == "error":
                    return f"code cell {number}: {each.ename}: {each.evalue}"
    return ""


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and cell.source.strip())


def _environment(home: Path) -> dict[str, str]:
    """The environment in which a kernel writes to `home` only, and starts as on any machine."""
    own = {VARIABLE: str(home / FILE_NAME), "IPYTHONDIR": str(home / "ipython")}
    checkout = Path(__file__).parents[2]  # there the kernel looks first, unless it does anyway
    first = "" if checkout.name == "site-packages" else str(checkout)
    paths = filter(None, [first, os.environ.get("PYTHONPATH")])
    return {**os.environ, **own, "PYTHONPATH": os.pathsep.join(paths)}


def _copy(source: Path, target: Path) -> None:
    """Copies a folder without what is hidden in it.

    Raises: LessonError if that is very much, or cannot be done.
    """
    size = 0

    def copied(path: str, to: str) -> None:
        nonlocal size
        size += os.path.getsize(path)
        if size > MAX_FOLDER:
            raise LessonError(
                f"{source} holds more than {MAX_FOLDER // 1_000_000} MB, which are not copied for "
                "a run; put the notebook into a folder of its own, or give --no-run"
            )
        shutil.copyfile(path, to)

    try:
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns(".*", "__pycache__"), copy_function=copied
        )
    except (OSError, shutil.Error) as error:
        raise LessonError(f"{source}: cannot be copied: {error}") from error
