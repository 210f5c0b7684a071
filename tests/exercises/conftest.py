"""A progress file of a test's own."""

from pathlib import Path

import pytest

from smtplesson.progress import VARIABLE


@pytest.fixture
def progress_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "kept" / "progress.json"
    path.parent.mkdir()
    monkeypatch.setenv(VARIABLE, str(path))
    return path
