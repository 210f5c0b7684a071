"""The learner's folder: notebooks are copied there, updated and reset.

What a learner has written is never overwritten, and what their cells have shown is kept. A copy
has no outputs, which would answer what is asked above them; the teacher's guide, which has
answers, goes to who asks for it.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from smtplesson.errors import LessonError, nearest, shown
from smtplesson.files import naming, write_whole

# Remembers which version of each file was the newest: {relative name: SHA-256 of what it says}.
MANIFEST = ".smtplesson.json"
GUIDE = "teacher-guide.md"
_TO_GUIDE = re.compile(rf"\[([^\]]*)\]\({re.escape(GUIDE)}[^)]*\)")  # a link, with its words
_PACKAGE = Path(__file__).parents[1]


@dataclass
class CopyReport:
    """What `copy_notebooks` did; prints as one line for each kind of thing.

    copied, updated: files that are new in the folder, or were replaced by a newer version.
    backups: of updated notebooks that had been run, as they were.
    kept: files left alone because the learner has changed them, though a newer version has come.
    """

    copied: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    backups: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        newest = "smtplesson lab --reset NOTEBOOK brings the new version"
        lines = {
            "copied": self.copied,
            "updated": self.updated,
            "the earlier outputs of your cells are in": self.backups,
            f"kept as you changed them ({newest})": self.kept,
        }
        return "\n".join(f"{what}: {', '.join(names)}" for what, names in lines.items() if names)


def notebooks_folder() -> Path:
    """The folder of the packaged notebooks: inside an installed package, or in the checkout.

    Raises: LessonError if there is none.
    """
    for folder in (_PACKAGE / "notebooks", _PACKAGE.parent / "notebooks"):
        if any(folder.glob("*.ipynb")):
            return folder
    raise LessonError("no notebooks came with this installation; install smtplesson again")


def lesson_folder() -> str:
    """The lesson folder where none is named: this one if it is one, else smtplesson-lessons."""
    return "." if Path(MANIFEST).is_file() else "smtplesson-lessons"


def copy_notebooks(folder: str | Path, *, teacher: bool = False) -> CopyReport:
    """Copies the notebooks and their pictures into the folder, and tells what it did.

    Missing files are copied. Where a newer version has come, files whose words are as they were
    copied are replaced, a notebook that was run after a backup; others are the learner's own.

    folder: made if it is missing.
    teacher: whether the teacher's guide is copied too; once it was, it is kept up to date.
    Raises: LessonError if something cannot be read or written, or a target is a symbolic link.
    """
    target = _made(folder)
    manifest = _read_manifest(target)
    report = CopyReport()
    todo: dict[str, bytes] = {}
    for name, new in _packaged(teacher or GUIDE in manifest):
        old, given = _content(target, name), manifest.get(name)
        manifest[name] = newest = _digest(new)
        if old is None:
            report.copied.append(name)
            todo[name] = new
        elif newest in (given, _digest(old)):
            continue  # nothing new
        elif _digest(old) != given:
            report.kept.append(name)
        else:
            report.updated.append(name)
            todo[name] = new
            if _was_run(old):
                report.backups.append(_back_up(target / name, old).name)
    for name, content in todo.items():
        _write(target / name, content)
    _write_manifest(target, manifest)
    return report


def reset_notebook(folder: str | Path, name: str) -> Path | None:
    """Brings back the original of a notebook; returns the backup of what it was else, if any.

    name: as in the folder, with or without `.ipynb`, or its number alone, such as 02.
    Raises: LessonError if there is no such notebook, or it cannot be read or written.
    """
    manifest = _read_manifest(Path(folder))
    packaged = _packaged(GUIDE in manifest)
    originals = {key: new for key, new in packaged if key.endswith(".ipynb")}
    # A name is only ever compared with the known ones, so that none can lead elsewhere.
    stems = {key.removesuffix(".ipynb"): key for key in originals}
    known = next((stems[x] for x in stems if name in (stems[x], x, x.partition("-")[0])), None)
    if known is None:
        there = f"it has {', '.join(stems)}{nearest(name, stems)}"
        raise LessonError(f"{shown(name)} is not a notebook of the lesson; {there}")
    target = _made(folder)
    old = _content(target, known)
    backup = None if old in (None, originals[known]) else _back_up(target / known, old)
    _write(target / known, originals[known])
    _write_manifest(target, {**manifest, known: _digest(originals[known])})
    return backup


def _packaged(teacher: bool) -> Iterator[tuple[str, bytes]]:
    """Name, with forward slashes, and content of each file as it is copied, in order.

    Who works in a clone leaves their own progress and exports among the notebooks: these stay.
    """
    source = notebooks_folder()
    guide = [source / GUIDE] if teacher else []
    for path in sorted([*source.glob("*.ipynb"), *source.glob("images/*"), *guide]):
        name = path.relative_to(source).as_posix()
        if path.is_file() and "/." not in f"/{name}":
            with naming(path, "read"):
                content = path.read_bytes()
            yield name, _unrun(content, teacher) if path.suffix == ".ipynb" else content


def _unrun(content: bytes, teacher: bool) -> bytes:
    """The notebook without what its cells have shown, and without links to what is not copied."""
    notebook = _json_object(content)
    if "cells" not in notebook:
        return content
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
        elif not teacher:
            cell["source"] = _TO_GUIDE.sub(r"\1", "".join(cell["source"])).splitlines(True)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _json_object(content: bytes) -> dict[str, Any]:
    """What the JSON says; nothing if it is no object."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _made(folder: str | Path) -> Path:
    """The folder, made if it is missing."""
    path = Path(folder)
    with naming(path, "made a folder"):
        path.mkdir(parents=True, exist_ok=True)
    return path


def _content(folder: Path, name: str) -> bytes | None:
    """What the learner's file holds, or None if there is none."""
    path = folder / name
    for part in (path, *path.parents[: name.count("/")]):
        if part.is_symlink():
            raise LessonError(f"{part}: is a symbolic link, which the lesson does not follow")
    with naming(path, "read"):
        return path.read_bytes() if path.exists() else None


def _back_up(path: Path, content: bytes) -> Path:
    """A new file beside `path` with that content; no earlier backup is touched."""
    names = (f"{path.stem}.backup-{number}{path.suffix}" for number in count(1))
    backup = next(path.with_name(name) for name in names if not (path.parent / name).exists())
    with naming(backup, "written"), backup.open("xb") as file:
        file.write(content)
    return backup


def _write(path: Path, content: bytes) -> None:
    """Writes the file, in a folder that is made if it is missing; it is whole or as it was."""
    _made(path.parent)
    write_whole(path, content)


def _digest(content: bytes) -> str:
    """Tells apart what files say: of a notebook that is what its cells do, if they say anything.

    JupyterLab writes into the rest when it opens a notebook, and adds an empty cell at its end.
    """
    with suppress(ValueError, RecursionError, TypeError, KeyError):  # it is no notebook
        cells = json.loads(content)["cells"]
        said = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
        content = json.dumps([each for each in said if each[1].strip()]).encode()
    return hashlib.sha256(content).hexdigest()


def _was_run(content: bytes) -> bool:
    cells = _json_object(content).get("cells", ())
    return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def _read_manifest(folder: Path) -> dict[str, str]:
    """The manifest; without one, each file that differs counts as the learner's own."""
    try:
        return _json_object((folder / MANIFEST).read_bytes())
    except OSError:
        return {}


def _write_manifest(folder: Path, manifest: dict[str, str]) -> None:
    _write(folder / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
