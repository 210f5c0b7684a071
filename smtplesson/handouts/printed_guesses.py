"""What paper makes of predictions: boxes to tick; for students what came stands at the end."""

import re
from collections.abc import Iterable
from contextlib import suppress

from nbformat import NotebookNode, v4

from smtplesson.errors import LessonError
from smtplesson.exercises.prediction import Prediction, prediction
from smtplesson.handouts.options import STUDENT
from smtplesson.show.pieces import Box, Card, Element, Heading, Item, Items, Line, Piece, as_html

_GUESSED = re.compile(r"""^guess\(\s*["'](\d\d-\d+)["']\s*\)""", re.M)


def printed(shown: Piece) -> NotebookNode:
    """A cell that shows this and nothing else."""
    return v4.new_code_cell("", outputs=[_output(shown)])


def with_boxes(
    cells: Iterable[NotebookNode], audience: str
) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """The cells with boxes where a guess was asked for, and those that belong at the end.

    For students these are the outputs of the cells right after the guesses, each under the
    guess's number; teachers have them in place, with the answer.
    """
    shown: list[NotebookNode] = []
    said: list[NotebookNode] = []
    asked: Prediction | None = None
    for cell in cells:
        if asked and audience == STUDENT and cell.get("outputs"):
            title = Element("h3", asked.name, id=f"said-{asked.name}")
            said += [printed(title), v4.new_code_cell("", outputs=cell.outputs)]
            cell = NotebookNode(cell, outputs=[_output(_to_the_end(asked))])
        asked = _asked(cell)
        shown.append(printed(_boxes(asked, audience)) if asked else cell)
    heading = [v4.new_markdown_cell("## What the server said")] if said else []
    return shown, [*heading, *said]


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
    return Line("What came stands at the end: ", link, ".", kind="to-said")


def _output(shown: Piece) -> NotebookNode:
    return v4.new_output("display_data", {"text/html": as_html([shown])})
