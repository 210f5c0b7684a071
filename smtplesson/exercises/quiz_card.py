"""Several questions with choices on one board; the first click on each counts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ipywidgets import HTML, VBox

from smtplesson.exercises import choices
from smtplesson.exercises.prediction import Prediction
from smtplesson.exercises.shown import Page, spoken
from smtplesson.show.pieces import Line, Part, Strong
from smtplesson.widgets.board import Board


class Quiz(Board):
    """Questions, one below the other. A click is the answer, and is kept.

    title: what the board is called.
    asked: the questions; with none of them, `empty` is all that it says.
    keep: is told each question and what was chosen.
    made: what was chosen earlier, by the question's name.
    noted: what is said to each choice, where right or not so is not told yet; by default it is.
    at_end: makes of the answers what is on the page once all questions have one.

    answers: what has been chosen so far, by the question's name.
    """

    def __init__(
        self,
        title: str,
        asked: Sequence[Prediction],
        keep: Callable[[Prediction, str], object],
        *,
        made: Mapping[str, str] | None = None,
        noted: str = "",
        empty: str = "",
        at_end: Callable[[Mapping[str, str]], Part] | None = None,
    ) -> None:
        self.title, self.asked, self.noted = title, tuple(asked), noted
        self._keep, self._at_end = keep, at_end
        self.answers: dict[str, str] = {}
        self.choices = [choices.buttons(q, f"Answer {n}") for n, q in enumerate(self.asked, 1)]
        self.verdicts = [HTML(spoken("")) for _ in self.asked]  # there before they speak
        self.groups = [VBox(row).add_class("smtp-item") for row in self._rows()]
        super().__init__(*[[group] for group in self.groups])
        self.said = empty
        self.box.add_class("smtp-guess")
        for each, row in zip(self.asked, self.choices, strict=True):
            if choice := (made or {}).get(each.name, ""):
                row.value = choice
                self._note(each, choice)
            self.on_change(row, partial(self._choose, each))
        self.show()

    def pieces(self) -> Iterator[Part]:
        """What comes at the end; all else is said below each question."""
        if self._at_end and len(self.answers) == len(self.asked):
            yield self._at_end(self.answers)

    def text(self) -> str:
        """The questions and their choices, and never an answer."""
        return str(self._page_of_boxes())

    def html(self) -> str:
        """The same, as static HTML."""
        return self._page_of_boxes()._repr_html_()

    def right(self) -> int:
        """How many of the answers so far are right."""
        return sum(self.answers.get(each.name) == each.answer for each in self.asked)

    def _page_of_boxes(self) -> Page:
        pages = (choices.boxes(each, self._head(n)) for n, each in enumerate(self.asked, 1))
        return Page(self.title, (*pages, *([] if self.asked else [self.said])))

    def _rows(self) -> Iterator[list[Any]]:
        rows = zip(self.asked, self.choices, self.verdicts, strict=True)
        for number, (each, row, told) in enumerate(rows, 1):
            yield [choices.question(each, Line(Strong(self._head(number)))), row, told]

    def _head(self, number: int) -> str:
        return f"{number} of {len(self.asked)}"

    def _choose(self, asked: Prediction) -> None:
        """Takes the first choice for the answer, and goes back to it from every later one."""
        row = self.choices[self.asked.index(asked)]
        if before := self.answers.get(asked.name):
            row.value = before
        elif row.value:
            self._note(asked, row.value)
            self._keep(asked, row.value)
        if len(self.answers) == len(self.asked):
            self.box.add_class("smtp-noted")  # Shift+Enter leads on
            self.said = "" if self.noted else f"{self.right()} of {len(self.asked)} right."

    def _note(self, asked: Prediction, choice: str) -> None:
        """Says what may be said of a choice."""
        self.answers[asked.name] = choice
        at = self.asked.index(asked)
        self.groups[at].add_class("smtp-noted")
        self.verdicts[at].value = spoken(self.noted or choices.verdict(asked, choice))
