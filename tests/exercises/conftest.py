"""All questions of the course, a click on a board, and for each test a progress file of its own."""

from pathlib import Path

import pytest

from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.exercises.quiz_card import Quiz
from smtplesson.progress import VARIABLE

# The variants of each exercise, by its name.
VARIANTS = {name: of for notebook in notebooks() for name, of in questions(notebook).items()}
QUESTIONS = [question for variants in VARIANTS.values() for question in variants]


def click(board: Quiz, number: int, right: bool = True) -> str:
    """What is said to a click on a right or a wrong choice of a question, the first being 0."""
    asked = board.asked[number]
    wrong = next(each for each in asked.choices if each != asked.answer)
    board.choices[number].value = asked.answer if right else wrong
    return str(board.verdicts[number].value)


@pytest.fixture(autouse=True)
def progress_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv(VARIABLE, str(path))
    return path
