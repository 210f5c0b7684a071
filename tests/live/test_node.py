"""The same Python under Pyodide, in Node: the core is imported, and answers alike."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.test_floors import CORE, MODULES, room

ROOT = Path(__file__).parents[2]
PROGRAM = """
from importlib import import_module
from smtplesson import LessonError, connect, serve
from tests.live import replay
for module in {modules}:
    import_module(module)
for listen in (serve, lambda: connect(2525)):
    try:
        listen()
    except LessonError as error:
        print(error)
replay.main()
"""


@pytest.fixture(scope="module")
def said(pyodide: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines that the program prints under Pyodide."""
    folder = tmp_path_factory.mktemp("pyodide")
    with tarfile.open(pyodide) as archive:
        archive.extractall(folder, filter="data")
    modules = [name for name in MODULES if room(name) in CORE and name[-4:] != ".tls"]
    program = PROGRAM.format(modules=modules)
    script = Path(__file__).with_name("run.mjs")
    command = ["node", *map(str, (script, folder / "package", ROOT)), program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.splitlines()


def test_where_there_are_no_sockets_one_line_says_so(said: list[str]) -> None:
    server, client = said[:2]
    assert server == "no server can be started: there are no sockets here; use connect()"
    assert client.startswith("no server answers on this port of 127.0.0.1")


def test_every_recorded_session_is_answered_as_elsewhere(said: list[str]) -> None:
    command = [sys.executable, "-m", "tests.live.replay"]
    here = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    count, *digests = here.stdout.split()
    assert int(count) > 4_000 and [len(each) for each in digests] == [64, 64]
    assert said[2:] == [here.stdout.rstrip()]
