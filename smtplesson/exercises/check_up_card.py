"""The two checks on a board, and before and after side by side."""

from collections.abc import Mapping

from smtplesson.exercises.before_after import items, keep, kept
from smtplesson.exercises.prediction import Prediction
from smtplesson.exercises.quiz_card import Quiz
from smtplesson.show.table import Table

_RIGHT = "✓ right"


def check_up(when: str) -> Quiz:
    """Eight questions on a board: "entry" before the course, "exit" after it.

    The second one tells at once what is right, and at its end shows both checks side by side.
    Raises: LessonError if it is neither, or the progress file cannot be read.
    """
    asked, made = items(when), kept()
    if when == "entry":
        # No verdict before the course: it would be remembered in place of what it is about.
        noted = "Noted. The course has the answer."
        return Quiz("Before the course", asked, keep, made=made, noted=noted)
    return Quiz("After the course", asked, keep, made=made, at_end=before_and_after)


def before_and_after(after: Mapping[str, str]) -> Table:
    """Idea by idea, whether it was right before the course and after it.

    after: what was chosen in the second check, by the question's name.
    Raises: LessonError if the progress file, which has the first one, cannot be read.
    """
    before = kept()
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
