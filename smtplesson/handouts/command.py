"""The command `smtplesson handout`: finds the notebooks, runs them, writes their pages."""

import sys
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from smtplesson.errors import LessonError, nearest
from smtplesson.files import naming, write_whole
from smtplesson.handouts.index import LIVE_PAGE, course_map
from smtplesson.handouts.live import write_live
from smtplesson.handouts.options import LIVE, STUDENT, HandoutOptions
from smtplesson.handouts.page import page
from smtplesson.handouts.pdf import print_pdf
from smtplesson.handouts.poster import poster
from smtplesson.handouts.printed_exercises import asked, on_paper
from smtplesson.handouts.run import Run, run_all
from smtplesson.printable import printable

INDEX, POSTER = "index", "poster"


def handouts(words: Sequence[str], course: Path, options: HandoutOptions) -> int:
    """Writes the pages and returns an exit status: 1 if something could not be made, else 0.

    words: paths of notebooks, or names of those of the course; none for the whole course.
    course: the folder of the packaged notebooks.
    Raises: LessonError for what cannot be found, read or written; at best before anything runs.
    """
    if options.poster:
        return _hang_up(words, options)
    runs = [Run(path, read(path)) for path in find(words, course)]
    make_folder(options.out)
    if options.live:
        write_live(options.live, options.file(LIVE), options.version)
    if options.jobs:
        runs = run_all(runs, options.jobs, options.timeout, _tell_progress)
    faults = [f"{run.path.name}: {run.fault}" for run in runs if run.fault]
    faults += _written([run for run in runs if not run.fault], course, options)
    for fault in faults:
        print(f"smtplesson: {printable(fault)}", file=sys.stderr)
    return 1 if faults else 0


def _hang_up(words: Sequence[str], options: HandoutOptions) -> int:
    """Writes the sheets for the wall; no notebook is asked for."""
    if words:
        raise LessonError(f"--poster makes no page of a notebook, and {words[0]} is one: leave it")
    make_folder(options.out)
    made = options.file(POSTER)
    _write(made, page(poster(), options, ()))
    if options.pdf:
        print_pdf({made: options.file(POSTER, "pdf")}, options.paper)
    return 0


def _tell_progress(run: Run, count: int, total: int) -> None:
    """Tells who waits at a terminal that a notebook has run."""
    if sys.stderr.isatty():
        print(f"{count} of {total}: {printable(run.path.name)}", file=sys.stderr)


def find(words: Sequence[str], course: Path) -> list[Path]:
    """The files of the notebooks, each once; without words lessons by number, then the glossary.

    Raises: LessonError for a name that is unknown, and for two notebooks of one name.
    """
    known = sorted(course.glob("*.ipynb"))
    found = list(dict.fromkeys(_found(word, known) for word in words)) if words else known
    names = [INDEX, LIVE, *(path.stem for path in found)]
    if twice := [path for path in found if names.count(path.stem) > 1]:
        raise LessonError(f"{twice[0]}: there would be two pages of the name {twice[0].stem}.html")
    return found


def _found(word: str, known: Sequence[Path]) -> Path:
    """The file that a word means."""
    for path in known:
        if word in (path.name, path.stem, path.stem.partition("-")[0]):
            return path
    path = Path(word)
    if not path.is_file():
        names = ", ".join(each.stem for each in known)
        meant = nearest(word, [each.stem for each in known])
        raise LessonError(f"{word}: no such notebook; the course has {names}{meant}")
    return path


def read(path: Path) -> NotebookNode:
    """The notebook in the file.

    Raises: LessonError if the file cannot be read or is no notebook.
    """
    with naming(path, "read"):
        content = path.read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old notebooks have cells without ids
            found = nbformat.reads(content.decode("utf-8-sig"), as_version=4)
            nbformat.validate(found)
    except Exception as error:  # nbformat raises nearly any, for nearly any content
        raise LessonError(f"{path}: this is not a notebook") from error
    return found


def make_folder(folder: Path) -> None:
    """Makes the folder, if it is not there.

    Raises: LessonError if nothing can be written there.
    """
    with naming(folder, "made a folder"):
        folder.mkdir(parents=True, exist_ok=True)
    _write(folder / ".smtplesson", "")
    (folder / ".smtplesson").unlink()


def _written(good: Sequence[Run], course: Path, options: HandoutOptions) -> list[str]:
    """Writes all pages and the map; returns what could not be made, line by line."""
    faults: list[str] = []
    shelf = dict(_pages_there(good, course, options))
    if options.file(LIVE).exists():
        shelf[LIVE] = v4.new_notebook(cells=[v4.new_markdown_cell(LIVE_PAGE)])
    for run in good:
        with _noted(faults, run.path.name):
            _write(options.file(run.path.stem), _lesson(run, shelf, options))
    with _noted(faults, "the map of the course"):
        there = {name: each for name, each in shelf.items() if options.file(name).exists()}
        _write(options.file(INDEX), page(course_map(there), options, there))
    if options.pdf:
        names = [run.path.stem for run in good]
        with _noted(faults, "PDF"):
            files = {options.file(name): options.file(name, "pdf") for name in names}
            print_pdf(files, options.paper)
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
    for path in find([], course):
        if path.stem in new:
            yield path.stem, new.pop(path.stem)
        elif options.file(path.stem).exists():
            yield path.stem, read(path)
    yield from new.items()


def _lesson(run: Run, shelf: Collection[str], options: HandoutOptions) -> str:
    """The page of a notebook for its audience."""
    notebook = on_paper(run.notebook, options.audience, run.path)
    room = options.audience == STUDENT and bool(asked(run.notebook))
    return page(notebook, options, shelf, run.path, room)


def _write(path: Path, text: str) -> None:
    write_whole(path, text.encode("utf-8", "replace"))
