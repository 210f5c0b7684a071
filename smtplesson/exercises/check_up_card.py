"""The two checks on a board, and before and after side by side."""

from collections.abc import Iterator, Mapping

from smtplesson.exercises.before_after import items, keep, kept
from smtplesson.exercises.prediction import Prediction
from smtplesson.exercises.quiz_card import Quiz
from smtplesson.show.pieces import Part
from smtplesson.show.table import Table

_TITLES = {"entry": "Before the course", "exit": "After the course"}
# No verdict before the course: it would be remembered in place of what it is about.
_NOTED = {"entry": "Noted. The course has the answer."}
_RIGHT = "✓ right"


def check_up(when: str) -> Quiz:
    """Eight questions on a board: "entry" before the course, "exit" after it.

    The second one tells at once what is right, and at its end shows both checks side by side.
    Raises: LessonError if it is neither, or the progress file cannot be read.
    """
    return CheckUp(when)


class CheckUp(Quiz):
    """A check, with what was chosen in it earlier.

    when: "entry" or "exit".
    """

    def __init__(self, when: str) -> None:
        asked = items(when)
        self.when = when
        super().__init__(_TITLES[when], asked, keep, made=kept(when), noted=_NOTED.get(when, ""))

    def pieces(self) -> Iterator[Part]:
        """Before and after, once all of the second check is answered."""
        if self.when == "exit" and len(self.answers) == len(self.asked):
            yield before_and_after(kept("entry"), self.answers)


def before_and_after(before: Mapping[str, str], after: Mapping[str, str]) -> Table:
    """Idea by idea, whether it was right before the course and after it.

    before, after: what was chosen, by the question's name.
    """
    pairs = zip(items("entry"), items("exit"), strict=True)
    rows = [(old.idea, _mark(old, before), _mark(new, after)) for old, new in pairs]
    counts = [sum(row[at] == _RIGHT for row in rows) for at in (1, 2)]
    caption = f"Right before the course: {counts[0]} of {len(rows)}; after it: {counts[1]}"
    return Table(("Idea", "Before", "After"), rows, caption)


def _mark(asked: Prediction, made: Mapping[str, str]) -> str:
    """Whether the choice was right, with its mark."""
    if asked.name not in made:
        return "○ open"
    return _RIGHT if made[asked.name] == asked.answer else "✗ not right"
