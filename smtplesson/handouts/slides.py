"""A notebook as slides: one file with reveal.js in it, which loads nothing."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from itertools import zip_longest
from pathlib import Path

from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode

from smtplesson.errors import LessonError
from smtplesson.handouts.cells import with_cells
from smtplesson.handouts.clean import Links, clean
from smtplesson.handouts.page import exporter, with_title
from smtplesson.handouts.pictures import with_pictures

FEW = 30  # words: with fewer below a heading, the question stands on the same slide
_HERE = Path(__file__).parent
_SPLITTER = "nbconvert.exporters.slides._RevealMetadataPreprocessor"  # what `reveal` itself uses
_HEADING = re.compile(r"#{1,2} ")
_ASK = re.compile(r"\*\*(?:Predict|Try it)\b")
_CHECK = re.compile(r"\.check\(")
_EXERCISE = re.compile(r"\bexercise\(")


def slides_page(
    notebook: NotebookNode, title: str, *, theme: str = "light", pictures: Path = Path()
) -> str:
    """The HTML page of a notebook with outputs as slides.

    A heading of the first or second level begins a column of slides, each question to the class
    a slide; what was run, and then what is to be read in it, appear on it with the next keys.

    title: of the page, as a browser shows it.
    theme: light or dark.
    pictures: the folder in which markdown finds its pictures.
    Raises: LessonError if the package with reveal.js is not installed.
    """
    look = {
        "whole": partial(with_pictures, folder=pictures),
        "title": title,
        "theme": theme,
        "licence": _reveal("LICENSE"),
        "css": "\n".join([_reveal("dist/reveal.css"), _ours("handout.css"), _ours("slides.css")]),
        "script": _inline(f"{_reveal('dist/reveal.js')}\n{_ours('slides.js')}"),
    }
    titled = with_title(notebook, title)
    deck = with_cells(titled, _cells(titled.cells))
    for number, cell in enumerate(deck.cells, 1):
        cell.id = f"piece-{number}"
    slides = exporter(SlidesExporter, "slides.html.j2")
    slides.register_preprocessor(_SPLITTER, enabled=True)
    html, _ = slides.from_notebook_node(deck, {"slides": look, "handout": look})
    return clean(html, Links()).replace('<details open="">', "<details>")


def _cells(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """The cells in pieces, each with the slide type that nbconvert goes by."""
    before = ""
    for cell, after in zip_longest(cells, cells[1:]):
        if cell.cell_type == "markdown":
            runs_next = after is not None and after.cell_type == "code"
            for kind, text in _pieces(cell.source, runs_next):
                before = "subslide" if kind == "fragment" and before == "check" else kind
                yield _typed(cell, text, before)
        elif _CHECK.search(cell.source):
            before = "check"
        else:
            exercise = _EXERCISE.search(cell.source)  # its question is to be seen, at once
            begins = before in ("run", "check", "fragment")
            kind = "subslide" if begins else "-" if exercise else "fragment"
            before = "run"
            yield _typed(cell, "" if exercise else cell.source, kind)


def _pieces(text: str, runs_next: bool) -> list[tuple[str, str]]:
    """The parts of a markdown cell with their slide types.

    A heading begins a slide, a question to the class a subslide. What comes before them was to be
    read with the last output; its last paragraph is the question, if there is no other.
    """
    pieces: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        asks = _ASK.match(line) and not _is_short(pieces[-1])
        if not fenced and (asks or _HEADING.match(line)):
            pieces.append([])
        pieces[-1].append(line)
    found = [(_kind(piece[0]), "\n".join(piece)) for piece in pieces if any(piece)]
    if runs_next and found and found[-1][0] == "fragment":
        told, _, question = found.pop()[1].strip().rpartition("\n\n")
        if told:
            found.append(("fragment", told))
        found.append(("subslide", question))
    return found


def _is_short(piece: list[str]) -> bool:
    """True for a heading with so little text that a question still fits on its slide."""
    return bool(piece) and _kind(piece[0]) == "slide" and len(" ".join(piece).split()) < FEW


def _kind(line: str) -> str:
    """The slide type of what begins with this line."""
    return "slide" if _HEADING.match(line) else "subslide" if _ASK.match(line) else "fragment"


def _typed(cell: NotebookNode, source: str, kind: str) -> NotebookNode:
    """A copy of the cell with this source and slide type."""
    found = deepcopy(cell)
    found.source = source
    found.metadata["slideshow"] = {"slide_type": kind}
    return found


def _ours(name: str) -> str:
    return (_HERE / "template" / name).read_text("utf-8")


def _reveal(name: str) -> str:
    """A file of reveal.js, which the package pyreveal carries as its makers publish it."""
    try:
        path = distribution("pyreveal").locate_file(f"pyreveal/revealjs/{name}")
        return Path(str(path)).read_text("utf-8")
    except (PackageNotFoundError, FileNotFoundError):
        raise LessonError("slides need reveal.js: pip install 'smtplesson[slides]'") from None


def _inline(script: str) -> str:
    """The script in the form in which it may stand in a page: no end tag in its strings."""
    return re.sub(r"</(?=script)|<!--", lambda found: f"<\\{found[0][1:]}", script, flags=re.I)
