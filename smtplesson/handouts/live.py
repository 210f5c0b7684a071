"""The live page: one HTML file with Python, the server and a Console; it loads nothing."""

import gzip
import io
import json
import os
import re
import subprocess
import tarfile
import zipfile
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from smtplesson.errors import LessonError
from smtplesson.exercises.experiment_list import entry, tasks
from smtplesson.files import write_whole
from smtplesson.handouts.live_talk import LiveTalk
from smtplesson.show.front_end import module, style_sheet
from smtplesson.show.pieces import Element, Html, Line, as_html, tag

TESTED = "314.0.7"  # the version of Pyodide that the page is tested with
DIGEST = "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0"  # of its file
_PACKAGE = Path(__file__).parents[1]
_HERE = Path(__file__).parent / "live_page"
# What the page has no use for: of the lesson, and of the standard library.
_LEFT_OUT = {"command", "figures", "widgets", "notebooks", "data", "predictions", "checkup"}
_TOOLS = {"_pyrepl", "doctest.py", "multiprocessing", "pdb.py", "pydoc.py"}
_TOOLS |= {"unittest", "wsgiref", "xml", "xmlrpc"}
_KINDS = {".py", ".pyi", ".toml", ".csv", ".eml"}
_IMPORT = re.compile(r"^import .*\n", re.MULTILINE)


def write_live(pyodide: Path, out: Path, version: str) -> None:
    """Writes the live page.

    pyodide: the file that `npm pack pyodide@314.0.7` fetches.
    out: the page, which is written over.
    version: of smtplesson, for the foot of the page.
    Raises: LessonError if the file is missing or another one, or the page cannot be written.
    """
    write_whole(out, lambda: live_page(pyodide, version).encode())


def live_page(pyodide: Path, version: str) -> str:
    """The page as HTML, the same octets for the same version; SOURCE_DATE_EPOCH dates it.

    pyodide, version: as `write_live` takes them.
    Raises: LessonError as `write_live`.
    """
    parts = _parts(pyodide)
    check, script = _text("check.js"), _script()
    filled = {
        "HASHES": f"{_hash(check)} {_hash(script)}",
        "CSS": style_sheet(_PACKAGE / "console" / "console.css") + _text("live.css"),
        "CHECK": check,
        "EXPERIMENTS": as_html(entry(task, "", _start(task.scenario)) for task in tasks()),
        "FOOT": escape(_foot(version, sha256(parts["lesson"]).hexdigest())),
        "FIRST": LiveTalk().hear('{"kind": "log"}').replace("<", r"\u003c"),
        "SCRIPT": script,
        "PARTS": Html("".join(_packed(name, part) for name, part in parts.items())),
    }
    return re.sub("@@([A-Z]+)@@", lambda found: filled[found[1]], _text("page.html"))


def _parts(file: Path) -> dict[str, bytes]:
    """What the page holds, by its name there: Pyodide's parts, and the lesson."""
    fetched = f"npm pack pyodide@{TESTED} fetches the right one"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise LessonError(f"{file}: cannot be read: {error.strerror}; {fetched}") from error
    if (found := sha256(content).hexdigest()) != DIGEST:
        raise LessonError(f"{file}: SHA-256 {found[:12]}… is not Pyodide {TESTED}; {fetched}")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive, TemporaryDirectory() as made:
        folder = Path(made)
        for member in archive:
            if file_in := archive.extractfile(member):
                folder.joinpath(Path(member.name).name).write_bytes(file_in.read())
        return _compiled(folder)


def _compiled(folder: Path) -> dict[str, bytes]:
    """The parts of the page, by their names in it, from a folder with Pyodide's files."""
    library, lesson = folder / "python_stdlib.zip", folder / "lesson.zip"
    with zipfile.ZipFile(library) as old:
        names = [name for name in old.namelist() if name.split("/")[0] not in _TOOLS]
        files = [(name, old.read(name)) for name in names]
    library.write_bytes(_zipped(files))
    lesson.write_bytes(_lesson())
    command = ["node", str(_HERE / "compile.mjs"), str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    except FileNotFoundError as error:
        raise LessonError("there is no node, which comes with npm and runs Pyodide") from error
    except subprocess.SubprocessError as error:
        raise LessonError(f"Pyodide does not run in node: {error}") from error
    lock = {**json.loads((folder / "pyodide-lock.json").read_bytes()), "packages": {}}
    return {
        "wasm": (folder / "pyodide.asm.wasm").read_bytes(),
        "engine": (folder / "pyodide.asm.mjs").read_bytes(),
        "loader": (folder / "pyodide.mjs").read_bytes(),
        "stdlib": library.read_bytes(),
        "lock": json.dumps(lock).encode(),
        "lesson": lesson.read_bytes(),
    }


def _lesson() -> bytes:
    """The files of this package that the page needs."""
    paths = ((path, path.relative_to(_PACKAGE)) for path in sorted(_PACKAGE.rglob("*")))
    wanted = ((a, b) for a, b in paths if not _LEFT_OUT & {*b.parts} and a.suffix in _KINDS)
    return _zipped((f"smtplesson/{name.as_posix()}", path.read_bytes()) for path, name in wanted)


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive without dates that is not packed: as a whole it packs better than file by file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def _packed(name: str, part: bytes) -> Html:
    """A part as the page holds it: its script unpacks it by its name."""
    text = b64encode(gzip.compress(part, 9, mtime=0)).decode()
    return tag("script", Html(text), type="application/octet-stream", id=name)


def _text(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _script() -> str:
    """The page's script behind the Console's front end, both in one module."""
    console = module(_PACKAGE / "console" / "console.js")
    bare = console.replace("export default {", "const front = {").replace("export ", "")
    return bare + _IMPORT.sub("", _text("live.js"))


def _hash(script: str) -> str:
    """How a Content-Security-Policy names a script that may run."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _start(scenario: str) -> Element:
    name = f'Start over on the server "{scenario}"'
    return Line(Element("button", name, type="button", data_scenario=scenario))


def _foot(version: str, digest: str) -> str:
    """What is inside, and under which licence."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    day = f", {datetime.fromtimestamp(int(epoch), UTC):%d %B %Y}" if epoch.isdigit() else ""
    return (
        f"smtplesson {version}{day}, MIT licence (lesson: SHA-256 {digest}). Inside are Pyodide "
        f"{TESTED}, Mozilla Public License 2.0, whose source is at github.com/pyodide/pyodide "
        f"(package: SHA-256 {DIGEST}), and CPython, © Python Software Foundation, PSF License."
    )
