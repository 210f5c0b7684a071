"""What paper makes of predictions: boxes to tick; for students what came stands at the end."""

import re
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from nbformat import NotebookNode, v4

from smtplesson.errors import LessonError
from smtplesson.exercises.prediction import Prediction, prediction
from smtplesson.handouts.options import STUDENT
from smtplesson.show.pieces import Box, Card, Element, Heading, Item, Items, Line, Piece, as_html

_GUESSED = re.compile(r"""^guess\(\s*["'](\d\d-\d+)["']\s*\)""", re.M)
# Where prose leaves what came: at a heading, or at something to do.
_GOES_ON = re.compile(r"^(?:#{1,6} |\*\*Try it)", re.M)


def printed(shown: Piece) -> NotebookNode:
    """A cell that shows this and nothing else."""
    return v4.new_code_cell("", outputs=[_output(shown)])


def with_boxes(
    cells: Iterable[NotebookNode], audience: str
) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """The cells with boxes where a guess was asked for, and those that belong at the end.

    For students these are what came after each guess and the prose that reads it, under the
    guess's number; teachers have both in place, with the answer.
    """
    left, shown, said = deque(cells), list[NotebookNode](), list[NotebookNode]()
    while left:
        cell = left.popleft()
        asked = _asked(cell)
        shown.append(printed(_boxes(asked, audience)) if asked else cell)
        if asked and audience == STUDENT and (came := _took(asked, left, shown)):
            title = Element("h3", asked.name, id=f"said-{asked.name}")
            said += [printed(title), *came]
    heading = [v4.new_markdown_cell("## What the server said")] if said else []
    return shown, [*heading, *said]


def _took(
    asked: Prediction, left: deque[NotebookNode], shown: list[NotebookNode]
) -> list[NotebookNode]:
    """Takes what came after a guess from the cells that are left; their code is still shown.

    It ends at a heading, at something to do, and at prose that stands in a cell of its own: that
    leads on to what is next.
    """
    came: list[NotebookNode] = []
    while left and _runs(left[0]):
        cell = left.popleft()
        came.append(v4.new_code_cell("", outputs=cell.outputs))
        shown.append(NotebookNode(cell, outputs=[_output(_to_the_end(asked))]))
        if left and left[0].cell_type == "markdown":
            read, rest = _parted(left.popleft())
            came.append(read)
            if rest.source:
                left.appendleft(rest)
    return came


def _runs(cell: NotebookNode) -> bool:
    """Whether it is code that shows something, and no card."""
    return bool(cell.cell_type == "code" and cell.source and cell.outputs and not _asked(cell))


def _parted(cell: NotebookNode) -> tuple[NotebookNode, NotebookNode]:
    """What a cell of prose says of the output above it, and what it goes on with."""
    goes_on = _GOES_ON.search(cell.source)
    end = goes_on.start() if goes_on else len(cell.source)
    files = {"attachments": cell.attachments} if "attachments" in cell else {}
    read, rest = cell.source[:end], cell.source[end:]
    return v4.new_markdown_cell(read, **files), v4.new_markdown_cell(rest, **files)


def _asked(cell: NotebookNode) -> Prediction | None:
    """The prediction that a cell asks for; unknown ones are passed."""
    found = _GUESSED.search(cell.source) if cell.cell_type == "code" else None
    with suppress(LessonError):
        return prediction(found[1]) if found else None
    return None


def _boxes(asked: Prediction, audience: str) -> Piece:
    choices = Items(*[Item(f"☐ {choice}") for choice in asked.choices], kind="boxes")
    answer = Box(Heading(f"Answer to {asked.name}"), asked.answer, asked.why, kind="answer")
    below = [] if audience == STUDENT else [answer]
    title = Element("h3", f"{asked.name} · Predict")
    return Card(title, asked.text, choices, *below, kind="exercise", id=f"guess-{asked.name}")


def _to_the_end(asked: Prediction) -> Piece:
    link = Element("a", asked.name, href=f"#said-{asked.name}")
    return Line("The answers are at the end: ", link, ".", kind="to-said")


def _output(shown: Piece) -> NotebookNode:
    return v4.new_output("display_data", {"text/html": as_html([shown])})
