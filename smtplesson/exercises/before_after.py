"""The check before the course and the one after it: eight ideas, each asked with other numbers."""

from functools import cache
from pathlib import Path

from smtplesson.errors import LessonError, shown
from smtplesson.exercises.prediction import Prediction, parse_predictions
from smtplesson.progress import Progress

CHECK_UPS = "entry", "exit"
PART = "check-up"
_FOLDER = Path(__file__).with_name("checkup")


@cache
def items(when: str) -> tuple[Prediction, ...]:
    """The questions of a check, "entry" or "exit"; LessonError if it is neither."""
    if when not in CHECK_UPS:
        raise LessonError(f"check_up({shown(when)}): allowed: {', '.join(map(repr, CHECK_UPS))}")
    file = _FOLDER / f"{when}.toml"
    return tuple(parse_predictions(file.read_text("utf-8"), file.name).values())


def done() -> list[tuple[Prediction, str]]:
    """Each question of both checks that was answered, with what was chosen.

    Raises: LessonError if the progress file cannot be read.
    """
    made = Progress().read(PART)
    asked = (each for when in CHECK_UPS for each in items(when))
    return [(each, made[each.name]) for each in asked if made.get(each.name) in each.choices]


def kept() -> dict[str, str]:
    """The same by the question's name."""
    return {asked.name: choice for asked, choice in done()}


def keep(asked: Prediction, choice: str) -> None:
    """Keeps a choice; LessonError if the progress file cannot be written."""
    Progress().update(PART, lambda part: part.update({asked.name: choice}))
