"""Helpers of all tests: a strict reader of replies, and two short ways to talk to the machine.

The reader is written from RFC 5321 §4.2 and shares no code with the package.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from filelock import FileLock

from smtplesson import Server, serve
from smtplesson.command.cli import main
from smtplesson.progress import FILE_NAME
from smtplesson.progress import VARIABLE as PROGRESS
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import parse_scenario, scenario
from smtplesson.protocol.session import Session
from tests.guard import sitecustomize
from tests.guard.sitecustomize import VARIABLE as GUARD
from tests.workers import Division, longest_first

REFUSED = pytest.StashKey[Path]()

_LINE = re.compile(rb"([2-5][0-5][0-9])([ -])([\x20-\x7e]*)\r\n")
_STATUS = re.compile(rb"([245])\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})(?: |\Z)")

EHLO = b"EHLO client.example\r\n"
MAIL = b"MAIL FROM:<sender@remote.example>\r\n"
RCPT = b"RCPT TO:<alice@example.test>\r\n"
DATA = b"DATA\r\n"
TEXT = b"Subject: hello\r\n\r\nhello\r\n.\r\n"
TRANSACTION = EHLO + MAIL + RCPT + DATA


class Said(NamedTuple):
    """One reply as it went over the wire: code, text of each line, enhanced code of each line."""

    code: int
    texts: tuple[bytes, ...]
    statuses: tuple[str, ...]


def read_replies(octets: bytes) -> list[Said]:
    """The replies in `octets`; fails on all that RFC 5321 §4.2 and §4.5.3.1.5 do not allow."""
    replies, codes, texts = [], set(), list[bytes]()
    for line in octets.splitlines(keepends=True):
        found = _LINE.fullmatch(line)
        assert found, f"no valid reply line: {line!r}"
        assert len(line) <= 512, f"a reply line of {len(line)} octets"
        codes.add(int(found[1]))
        texts.append(found[3])
        if found[2] == b" ":
            assert len(codes) == 1, f"codes differ between the lines of a reply: {codes}"
            replies.append(Said(codes.pop(), tuple(texts), tuple(map(_status, texts))))
            texts.clear()
    assert not texts, f"a reply without a last line: {texts}"
    return replies


def _status(text: bytes) -> str:
    found = _STATUS.match(text)
    return found[0].decode().strip() if found else ""


def codes(octets: bytes) -> list[int]:
    """The codes of the replies in `octets`."""
    return [reply.code for reply in read_replies(octets)]


def started(which: str | Scenario = "example", *octets: bytes, number: int = 0) -> Session:
    """The nth session with a server; it has sent its greeting, and answered these octets.

    The sessions before it are over; they come an hour apart. By default it is the first one that
    the server does not send away with 421: in `outage` that is the second.
    """
    number = number or (2 if which == "outage" else 1)
    found = scenario(which)
    memory = Memory()
    for nth in range(1, number + 1):
        session = Session(found, number=nth, memory=memory)
        session.open(3_600.0 * (nth - 1))
    for each in octets:
        session.receive(each)
    return session


def talk(which: str | Scenario | Session, *octets: bytes) -> list[int]:
    """The codes that the last of `octets` draws, after those before it were sent."""
    session = which if isinstance(which, Session) else started(which)
    answers = [session.receive(each) for each in octets]
    return codes(answers[-1])


def toml(text: str) -> Scenario:
    """A scenario written in the test itself."""
    return parse_scenario(text, "test")


def lines(*said: str) -> bytes:
    """The lines as a client sends them."""
    return "".join(f"{line}\r\n" for line in said).encode()


def in_chunks(octets: bytes, size: int) -> Iterable[bytes]:
    """The octets in pieces of `size`."""
    return (octets[at : at + size] for at in range(0, len(octets), size))


def cut_at(octets: bytes, places: Iterable[int]) -> list[bytes]:
    """The octets cut at these places; one beyond their end is counted on from their beginning."""
    ends = [0, *sorted(place % (len(octets) + 1) for place in places), len(octets)]
    return [octets[start:end] for start, end in pairwise(ends)]


def pytest_configure(config: pytest.Config) -> None:
    """Keeps progress out of the notebooks, and this process and its children on loopback.

    A worker of `pytest -n` is a process of its own: it has its own progress, but what it
    refuses is noted in the log of the process that started it.
    """
    folder = tempfile.TemporaryDirectory(prefix="smtplesson-")
    config.add_cleanup(folder.cleanup)
    os.environ[PROGRESS] = str(Path(folder.name) / FILE_NAME)
    config.stash[REFUSED] = Path(folder.name) / "refused"
    if GUARD not in os.environ:
        os.environ[GUARD] = str(config.stash[REFUSED])
        paths = [str(Path(sitecustomize.__file__).parent), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    sys.addaudithook(sitecustomize.guard)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run if anything tried to leave loopback, even where the error was hidden."""
    log = session.config.stash[REFUSED]
    if log.exists():
        print(f"\n\nThis tried to leave loopback:\n{log.read_text()}", file=sys.stderr)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Lets each worker begin with what takes longest."""
    if hasattr(config, "workerinput"):
        longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Division:
    """Divides the tests by what they share."""
    config.option.loadscopereorder = False  # else a group of many tests counts as a long one
    return Division(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/browser --screenshots FOLDER` keeps a picture of each widget in both themes."""
    parser.addoption("--screenshots", type=Path, metavar="FOLDER", help="keep pictures of widgets")


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """The folder for pictures, or None if none are wanted."""
    folder = request.config.getoption("--screenshots")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return folder if isinstance(folder, Path) else None


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the scenario `example`."""
    with serve() as running:
        yield running


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a folder of some name once in a run, whichever worker asks for it first."""
    mine = tmp_path_factory.getbasetemp()
    ours = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, begun = ours / name, ours / f"{name} begun"
        with FileLock(ours / f"{name}.lock"):
            if not folder.exists():
                shutil.rmtree(begun, ignore_errors=True)
                begun.mkdir()
                make(begun)
                begun.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def handouts(once: Once) -> Path:
    """A folder for each audience with the handouts of the whole course, of stored outputs."""

    def make(out: Path) -> None:
        for who in ("student", "teacher"):
            words = ["handout", "--no-run", "--audience", who, "--out", str(out / who)]
            assert main(words) == 0

    return once("handouts", make)


@pytest.fixture(scope="session")
def pyodide(once: Once) -> Path:
    """Pyodide's file, of the version that a live page is made with."""
    from tests.live.fetch import fetched

    def make(folder: Path) -> None:
        if isinstance(found := fetched(folder), str):
            pytest.skip(found)
        shutil.copy(found, folder / "pyodide.tgz")

    return once("pyodide", make) / "pyodide.tgz"


@pytest.fixture(scope="session")
def live_page(once: Once, pyodide: Path) -> Path:
    """The live page, as the command writes it."""

    def make(out: Path) -> None:
        assert main(["live", "--pyodide", str(pyodide), "--out", str(out / "lesson.html")]) == 0

    return once("live", make) / "lesson.html"
