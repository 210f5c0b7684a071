"""A prediction as a card: a click is the guess, and the next cell's run brings the verdict."""

import re
from collections.abc import Iterator
from typing import Any

from IPython import get_ipython

from smtplesson.exercises import choices
from smtplesson.exercises.prediction import Prediction, prediction
from smtplesson.exercises.record import Guessed, guessed, keep_guess
from smtplesson.exercises.shown import Page
from smtplesson.show.pieces import Part
from smtplesson.widgets.board import Board

# A cell that asks for something shows nothing that could have been foreseen.
_ASKS = re.compile(r"\b(?:guess|exercise|review|check_up)\(")
_EVENT = "post_run_cell"


def guess(name: str) -> "Guess":
    """The card of a prediction, with what was guessed on an earlier day.

    name: notebook and number, such as "01-3".
    Raises: LessonError if there is no such prediction.
    """
    return Guess(prediction(name))


class Guess(Board):
    """A question and its choices. The first click counts, and is kept with the progress.

    prediction: what is asked.
    choice: the buttons.
    made: what was guessed, and whether what it was about has been seen since.
    """

    def __init__(self, asked: Prediction) -> None:
        self.prediction, self.title = asked, f"{asked.name} · Predict"
        self.made = Guessed()
        self._before: list[str] = []  # the cells that have run between this one and the guess
        self._next, self._todo = "", "Now run the next cell."
        self.choice = choices.buttons(asked, "Your guess")
        super().__init__([choices.question(asked)], [self.choice])
        self.box.add_class("smtp-guess")
        self.attempt(self._recall)
        self.on_change(self.choice, self._choose)
        if not self.made.seen and (shell := get_ipython()):
            shell.events.register(_EVENT, self._ran)

    def verdict(self) -> str:
        """What the card says about the guess by now; outside IPython, where no cell will run, all.

        That is "" before the guess, and right or not so only when the next cell has run.
        """
        if self.made.choice and get_ipython() is None:
            self.attempt(self._reveal)
        return self.said

    def news(self) -> Part:
        """The verdict with its mark and its colour."""
        if not (self.said and self.made.seen):
            return self.said
        return choices.verdict(self.prediction, self.made.choice)

    def pieces(self) -> Iterator[Part]:
        """Nothing: all is said above the page."""
        yield from ()

    def text(self) -> str:
        """The question and its choices, and never the answer."""
        return str(self._page_of_choices())

    def html(self) -> str:
        """The same, as static HTML."""
        return self._page_of_choices()._repr_html_()

    def _page_of_choices(self) -> Page:
        return choices.boxes(self.prediction, self.title)

    def _recall(self) -> None:
        made = guessed(self.prediction)
        if made.choice:
            self._note(made)
            self.choice.value = made.choice

    def _choose(self) -> None:
        """Takes the first choice for the guess, and goes back to it from every later one."""
        if self.made.choice:
            self.choice.value = self.made.choice
            self._note(self.made)
        elif self.choice.value:
            self._note(Guessed(self.choice.value))
            keep_guess(self.prediction.name, self.made)

    def _note(self, made: Guessed) -> None:
        """Says what may be said of the guess by now."""
        self.made = made
        self.box.add_class("smtp-noted")
        self.said = f"Noted. {self._todo}"
        if made.seen:
            self.said = self.prediction.verdict(made.choice)

    def _ran(self, result: Any) -> None:
        """Waits for the next cell to run, which asks for nothing and does not fail.

        Of cells that have run since this one it is the first; one that has not may be it as well.
        """
        cell = result.info.cell_id
        if not result.success or _ASKS.search(result.info.raw_cell):
            return
        if not self.made.choice:
            self._before += [cell] if cell and cell not in self._before else []
        elif cell not in self._before[1:] and self._next in ("", cell):
            self._next = cell
            self.attempt(lambda: self._look_at(result.result))

    def _look_at(self, shown: object) -> None:
        """Brings the verdict as soon as what the next cell shows has been seen."""
        if isinstance(shown, Board):
            self._todo = shown.when_seen(lambda: self.attempt(self._reveal)) or self._todo
            self._note(self.made)
        else:
            self._reveal()

    def _reveal(self) -> None:
        if self.made.seen:
            return
        if shell := get_ipython():
            shell.events.unregister(_EVENT, self._ran)
        self._note(Guessed(self.made.choice, seen=True))
        keep_guess(self.prediction.name, self.made)
