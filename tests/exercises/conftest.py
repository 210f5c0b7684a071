"""All questions of the course, and a progress file of a test's own."""

from pathlib import Path

import pytest

from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.progress import VARIABLE

# The variants of each exercise, by its name.
VARIANTS = {name: of for notebook in notebooks() for name, of in questions(notebook).items()}
QUESTIONS = [question for variants in VARIANTS.values() for question in variants]


@pytest.fixture
def progress_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "kept" / "progress.json"
    path.parent.mkdir()
    monkeypatch.setenv(VARIABLE, str(path))
    return path
