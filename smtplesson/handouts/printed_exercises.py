"""What becomes of exercises on paper: the question with room to write, or with its answer."""

import re
from collections.abc import Iterable, Iterator
from html import escape

from nbformat import NotebookNode, v4

from smtplesson.exercises.judge import question_page, solution_page
from smtplesson.exercises.question import ON_THE_WIRE, Mistake, Question
from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.handouts.options import STUDENT
from smtplesson.show.pieces import as_html

_ASKED = re.compile(r"""\bexercise\(\s*["'](\d\d)(-\d+)["']\s*\)""")
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


def on_paper(notebook: NotebookNode, audience: str) -> NotebookNode:
    """The notebook with its exercises as they are printed, and the hints at its end."""
    here = asked(notebook)
    more = [each for each in asked(notebook, "markdown") if each not in here] if here else []
    cells = list(_cells(notebook, audience, bool(here)))
    if more:
        cells.append(v4.new_markdown_cell("## More exercises"))
        cells += [_question(each, audience) for each in more]
    if here:
        cells.append(_html(_hints([*here, *more])))
    return NotebookNode(notebook, cells=cells)


def _cells(notebook: NotebookNode, audience: str, has_exercises: bool) -> Iterator[NotebookNode]:
    """The cells; where an exercise was asked there is its question, where it was judged nothing."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and (found := list(_questions(cell.source))):
            yield from (_question(each, audience) for each in found)
        elif not (has_exercises and cell.cell_type == "code" and _ANSWERED.search(cell.source)):
            yield cell


def _question(question: Question, audience: str) -> NotebookNode:
    page = question_page(question)
    below = _room(question) if audience == STUDENT else _answer(question)
    return _html(
        f'<section class="exercise" id="{question.id}"><h3>{escape(page.title)}</h3>'
        f"{as_html(page.body())}{below}</section>"
    )


def _html(shown: str) -> NotebookNode:
    """A cell that shows this HTML and nothing else."""
    output = v4.new_output("display_data", {"text/html": shown})
    return v4.new_code_cell("", outputs=[output])


def _room(question: Question) -> str:
    """Ruled lines to write on."""
    lines = 6 if question.kind in ON_THE_WIRE else 3 if question.kind == "choose" else 2
    return (
        f'<div class="room" aria-hidden="true">{"<i></i>" * lines}</div>'
        f'<p class="to-hints"><a href="#hints-{question.id}">Hints</a> are at the end.</p>'
    )


def _answer(question: Question) -> str:
    """The answer, really tried, and what is said to the likely mistakes."""
    mistakes = "".join(map(_mistake, question.mistakes))
    answer = as_html(solution_page(question).body())
    return (
        f'<div class="answer"><h4>Answer to {question.id}</h4>{answer}'
        f"<h4>Likely mistakes in {question.id}</h4><dl>{mistakes}</dl></div>"
    )


def _mistake(mistake: Mistake) -> str:
    given = " or ".join(mistake.given).replace("*", "any")
    return f"<dt>{escape(mistake.name)}: {escape(given)}</dt><dd>{escape(mistake.say)}</dd>"


def _hints(asked: Iterable[Question]) -> str:
    """The section with all hints, each list under its exercise's name."""
    parts = []
    for question in asked:
        hints = "".join(f"<li>{escape(hint)}</li>" for hint in question.hints)
        title = f"{question.id} · {question.title}"
        parts.append(f'<h3 id="hints-{question.id}">{escape(title)}</h3><ol>{hints}</ol>')
    told = "<p>Each hint tells a little more than the one before it. Stop as soon as you can.</p>"
    return f'<section class="hints"><h2 id="Hints">Hints</h2>{told}{"".join(parts)}</section>'
