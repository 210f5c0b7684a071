"""Progress is kept: through a crash, and when two notebooks write at once."""

import json
import multiprocessing
from operator import methodcaller
from pathlib import Path

import pytest

from smtplesson.errors import LessonError
from smtplesson.progress import FILE_NAME, VARIABLE, Progress


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


def test_parts_are_kept_apart_and_reset_apart(path: Path) -> None:
    progress = Progress(path)
    assert progress.read("codes") == {}
    assert list(path.parent.iterdir()) == []  # nothing is written before something is kept
    progress.update("codes", lambda part: part.update({"250": "EHLO"}))
    progress.update("exercises", lambda part: part.update(done=1))
    assert progress.read("exercises") == {"done": 1}
    progress.reset("exercises")
    assert Progress(path).read("codes") == {"250": "EHLO"}
    assert Progress(path).read("exercises") == {}


def test_it_lies_where_the_notebooks_are_or_where_the_teacher_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    Progress().update("codes", lambda part: part.update(a=1))
    assert (tmp_path / FILE_NAME).exists()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere.json"))
    assert Progress().read("codes") == {}


def test_a_change_that_fails_leaves_all_as_it_was(path: Path) -> None:
    progress = Progress(path)
    progress.update("codes", lambda part: part.update(a=1))
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        progress.update("codes", lambda part: part.update(a=1 // 0))
    with pytest.raises(TypeError):
        progress.update("codes", lambda part: part.update(a=object()))
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"codes": 5}', b"\xff\xfe"])
def test_a_file_that_is_no_progress_is_never_overwritten(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LessonError, match=FILE_NAME):
        Progress(path).update("codes", dict.clear)
    assert path.read_bytes() == content


def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(LessonError, match="a-file"):
        Progress(tmp_path / "a-file" / "p.json").update("codes", dict.clear)


def _count(path: Path, name: str) -> None:
    for number in range(100):
        Progress(path).update("codes", methodcaller("update", {f"{name}{number}": 1}))


def test_two_notebooks_at_once_lose_nothing(path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_count, args=(path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert len(Progress(path).read("codes")) == 200
    assert len(json.loads(path.read_text())["codes"]) == 200
