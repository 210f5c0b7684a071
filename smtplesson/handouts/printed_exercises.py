"""What paper adds: room to write and hints for students; answers and the guide for teachers."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from nbformat import NotebookNode, v4

from smtplesson.exercises.judge import question_body, question_page, solution_page
from smtplesson.exercises.question import ON_THE_WIRE, Question
from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.handouts.options import STUDENT, TEACHER
from smtplesson.handouts.printed_guesses import printed, with_boxes
from smtplesson.show.pieces import Box, Card, Element, Heading, Item, Line, Piece, Way

GUIDE, ANCHOR = "teacher-guide.md", "For-the-teacher"  # its file, its place on a page
_ASKED = re.compile(r"""\bexercise\(\s*["'](\d\d)(-\d+)["']\s*\)""")
# How an exercise on the wire is answered where there is no wire.
_WRITE = {
    "provoke": "Write what the client says, a line each, and beside it the reply that you expect.",
    "repair": "Write all lines of the client as they should be, and beside each the reply to it.",
}
_QUIZ = re.compile(r"^(?:review|check_up)\(", re.M)  # questions that no key is printed for
_RULED = {"order": 1, "policy": 12}  # lines to write on; for others two
_ANSWERED = re.compile(r"\.(?:check|hint|solution|again)\(|\b(?:answer_key|worksheet)\(")


def asked(notebook: NotebookNode, kind: str = "code") -> list[Question]:
    """The exercises that cells of this kind ask, in order and each once."""
    cells = (cell.source for cell in notebook.cells if cell.cell_type == kind)
    return list({each.id: each for source in cells for each in _questions(source)}.values())


def _questions(source: str) -> Iterator[Question]:
    """The exercises that a source asks, in the variant that all have; unknown ones are passed."""
    for lesson, number in _ASKED.findall(source):
        if lesson in notebooks() and (variants := questions(lesson).get(lesson + number)):
            yield variants[0]


def on_paper(notebook: NotebookNode, audience: str, path: Path) -> NotebookNode:
    """The notebook with its exercises as they are printed, and with what stands at its end.

    That is exercises which are named in prose only, for students what came after each guess,
    hints, and for teachers the part of the guide that belongs to the notebook.

    path: of the notebook's file; the guide lies beside it.
    """
    here = asked(notebook)
    more = [each for each in asked(notebook, "markdown") if each not in here] if here else []
    cells, said = with_boxes(_cells(notebook, audience, bool(here)), audience)
    if more:
        cells.append(v4.new_markdown_cell("## More exercises"))
        cells += [_question(each, audience) for each in more]
    if here:
        cells.append(printed(_hints([*here, *more])))
    cells += said
    guide = path.with_name(GUIDE)
    text = guide.read_text("utf-8-sig") if audience == TEACHER and guide.is_file() else ""
    if part := section(text, path.name):
        cells.append(v4.new_markdown_cell(f"## For the teacher\n\n{part}"))
    return NotebookNode(notebook, cells=cells)


def section(guide: str, name: str) -> str:
    """What stands in the guide under the heading that links to the notebook, or ""."""
    parts = re.split(r"^(## .*)$", guide, flags=re.M)
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        if f"({name})" in unquote(heading):
            return text.strip()
    return ""


def _cells(notebook: NotebookNode, audience: str, has_exercises: bool) -> Iterator[NotebookNode]:
    """The cells; where an exercise was asked there is its question, where it was judged nothing.

    Of a quiz the questions are left, without the code that asks them.
    """
    for cell in notebook.cells:
        source = cell.source if cell.cell_type == "code" else ""
        if found := list(_questions(source)):
            yield from (_question(each, audience) for each in found)
        elif _QUIZ.search(source):
            yield v4.new_code_cell("", outputs=cell.outputs)
        elif not (has_exercises and _ANSWERED.search(source)):
            yield cell


def _question(question: Question, audience: str) -> NotebookNode:
    wire = question.kind in ON_THE_WIRE
    page = question_body(question) if wire else question_page(question)
    how = [_WRITE[question.kind]] if question.kind in _WRITE else []
    below = _room(question) if audience == STUDENT else [_answer(question)]
    title = Element("h3", page.title)
    return printed(Card(title, *page.body(), *how, *below, kind="exercise", id=question.id))


def _room(question: Question) -> list[Piece]:
    """Ruled lines to write on."""
    if question.kind in _WRITE:
        line = Element("i", "C:", Element("b", "S:"))
        lines = [line] * max(6, min(len(question.solve), 12))
    else:
        lines = [Element("i")] * _RULED.get(question.kind, 2)
    hints = Element("a", "Hints", href=f"#hints-{question.id}")
    return [
        Element("div", *lines, kind="room", aria_hidden="true"),
        Line(hints, " are at the end.", kind="to-hints"),
    ]


def _answer(question: Question) -> Piece:
    """The answer, really tried, and what is said to the likely mistakes."""
    mistakes = []
    for mistake in question.mistakes:
        given = " or ".join(mistake.given).replace("*", "any")
        mistakes += [Element("dt", f"{mistake.name}: {given}"), Element("dd", mistake.say)]
    likely = Heading(f"Likely mistakes in {question.id}"), Element("dl", *mistakes)
    answer = solution_page(question).body()
    return Box(Heading(f"Answer to {question.id}"), *answer, *likely, kind="answer")


def _hints(asked: Iterable[Question]) -> Piece:
    """The section with all hints, each list under its exercise's name."""
    told = "Each hint tells a little more than the one before it. Stop as soon as you can."
    lists: list[Piece] = []
    for question in asked:
        title = f"{question.id} · {question.title}"
        lists.append(Element("h3", title, id=f"hints-{question.id}"))
        lists.append(Way(*map(Item, question.hints)))
    return Card(Element("h2", "Hints", id="Hints"), told, *lists, kind="hints")
