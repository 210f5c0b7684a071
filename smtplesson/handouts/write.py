"""Writing pages of notebooks that have run; each file is whole or is not there at all."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from nbformat import NotebookNode

from smtplesson.errors import LessonError
from smtplesson.files import write_whole
from smtplesson.handouts.clean import Links
from smtplesson.handouts.guide import ANCHOR, TITLE, with_guide
from smtplesson.handouts.index import HEADING, course_map
from smtplesson.handouts.options import STUDENT, TEACHER, HandoutOptions
from smtplesson.handouts.page import Look, page, provenance, title_of
from smtplesson.handouts.printed_exercises import asked, on_paper
from smtplesson.handouts.run import Run

INDEX = "index"
_TOLD = {STUDENT: "Handout", TEACHER: "Handout for teachers, with answers"}


def write_page(run: Run, names: Collection[str], options: HandoutOptions) -> None:
    """Writes the page of a notebook.

    names: of all notebooks that have a page in the folder.
    Raises: LessonError if a file cannot be written.
    """
    name, title = run.path.stem, title_of(run.notebook, run.path.stem)
    notebook = on_paper(run.notebook, options.audience)
    if options.audience == TEACHER:
        notebook = with_guide(notebook, run.path)
    has_guide = bool(notebook.cells) and notebook.cells[-1].source.startswith(f"## {TITLE}\n")
    look = Look(
        title=title,
        theme=options.theme,
        audience=_TOLD[options.audience],
        footer=provenance(options.version, run.path.name),
        room=options.audience == STUDENT and bool(asked(run.notebook)),
    )
    links = Links(names, ANCHOR if has_guide else "")
    _write(options.file(name), page(notebook, look, links, run.path.parent))


def write_index(notebooks: Mapping[str, NotebookNode], options: HandoutOptions) -> None:
    """Writes the map of the notebooks that have a page.

    notebooks: by name, in the order of the course.
    Raises: LessonError if the file cannot be written.
    """
    look = Look(
        title=HEADING,
        theme=options.theme,
        audience=_TOLD[options.audience],
        footer=provenance(options.version),
        home="",
    )
    html = page(course_map(notebooks.items()), look, Links(notebooks), options.out)
    _write(options.file(INDEX), html)


def print_pages(names: Iterable[str], options: HandoutOptions) -> None:
    """Prints the pages of these notebooks as PDF.

    Raises: LessonError if there is no program that can.
    """
    from smtplesson.handouts.pdf import print_pdf

    print_pdf(
        {options.file(name): options.file(name, "pdf") for name in names}, paper=options.paper
    )


def make_folder(folder: Path) -> None:
    """Makes the folder, if it is not there.

    Raises: LessonError if nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LessonError(f"{folder}: cannot be made a folder: {error.strerror}") from error
    _write(folder / ".smtplesson", "")
    (folder / ".smtplesson").unlink()


def _write(path: Path, text: str) -> None:
    """Writes the file; it is whole or as it was before."""
    try:
        write_whole(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise LessonError(f"{path}: cannot be written: {error.strerror}") from error
