"""The command `smtplesson handout`: finds the notebooks, runs them, has their pages written."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nbformat import NotebookNode

from smtplesson.errors import LessonError
from smtplesson.handouts.cells import read
from smtplesson.handouts.options import HandoutOptions
from smtplesson.handouts.run import Run, run_all
from smtplesson.handouts.write import INDEX, make_folder, print_pages, write_index, write_page
from smtplesson.printable import printable


def handouts(words: Sequence[str], course: Path, options: HandoutOptions) -> int:
    """Writes the pages and returns an exit status: 1 if something could not be made, else 0.

    words: paths of notebooks, or names of those of the course; none for the whole course.
    course: the folder of the packaged notebooks.
    Raises: LessonError for what cannot be found, read or written; at best before anything runs.
    """
    runs = [Run(path, read(path)) for path in find(words, course)]
    make_folder(options.out)
    if options.jobs:
        runs = run_all(runs, options.jobs, options.timeout, _tell_progress)
    faults = [f"{run.path.name}: {run.fault}" for run in runs if run.fault]
    faults += _written([run for run in runs if not run.fault], course, options)
    for fault in faults:
        print(f"smtplesson: {printable(fault)}", file=sys.stderr)
    return 1 if faults else 0


def _tell_progress(run: Run, count: int, total: int) -> None:
    """Tells who waits at a terminal that a notebook has run."""
    if sys.stderr.isatty():
        print(f"{count} of {total}: {printable(run.path.name)}", file=sys.stderr)


def find(words: Sequence[str], course: Path) -> list[Path]:
    """The files of the notebooks, each once.

    Raises: LessonError for a name that is unknown, and for two notebooks of one name.
    """
    known = _course(course)
    found = list(dict.fromkeys(_found(word, known) for word in words)) if words else known
    names = [INDEX, *(path.stem for path in found)]
    if twice := [path for path in found if names.count(path.stem) > 1]:
        raise LessonError(f"{twice[0]}: there would be two pages of the name {twice[0].stem}.html")
    return found


def _course(course: Path) -> list[Path]:
    """The notebooks of the course in its order: lessons by their numbers, then the glossary."""
    return sorted(course.glob("*.ipynb"))


def _found(word: str, known: Sequence[Path]) -> Path:
    """The file that a word means."""
    for path in known:
        if word in (path.name, path.stem, path.stem.partition("-")[0]):
            return path
    path = Path(word)
    if not path.is_file():
        names = ", ".join(each.stem for each in known)
        raise LessonError(f"{word}: no such notebook; the course has {names}")
    return path


def _written(good: Sequence[Run], course: Path, options: HandoutOptions) -> list[str]:
    """Writes all pages and the map; returns what could not be made, line by line."""
    faults: list[str] = []
    shelf = dict(_pages_there(good, course, options))
    for run in good:
        with _noted(faults, run.path.name):
            write_page(run, shelf, options)
    with _noted(faults, "the map of the course"):
        there = {name: each for name, each in shelf.items() if options.file(name).exists()}
        write_index(there, options)
    if options.pdf:
        with _noted(faults, "PDF"):
            print_pages([run.path.stem for run in good], options)
    return faults


@contextmanager
def _noted(faults: list[str], what: str) -> Iterator[None]:
    """Adds a line to the faults if something cannot be made, so that the rest still is."""
    try:
        yield
    except LessonError as error:
        faults.append(str(error))
    except Exception as error:  # noqa: BLE001 - one odd notebook costs no other its page
        faults.append(f"{what}: no page can be made of it: {' '.join(repr(error).split())}")


def _pages_there(
    good: Sequence[Run], course: Path, options: HandoutOptions
) -> Iterator[tuple[str, NotebookNode]]:
    """Name and notebook of all that have a page in the folder, now or since an earlier call."""
    new = {run.path.stem: run.notebook for run in good}
    for path in _course(course):
        if path.stem not in new and options.file(path.stem).exists():
            yield path.stem, read(path)
        elif path.stem in new:
            yield path.stem, new.pop(path.stem)
    yield from new.items()
