"""The learner's folder: nothing that a learner wrote is ever lost."""

import json
import os
import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from smtplesson import LessonError, exercises
from smtplesson.command import copies
from smtplesson.command.copies import (
    GUIDE,
    MANIFEST,
    copy_notebooks,
    notebooks_folder,
    reset_notebook,
)
from smtplesson.progress import FILE_NAME
from tests.handouts.helpers import code, md, write

ALL = [FIRST, SECOND, PICTURE] = ["00-one.ipynb", "01-two.ipynb", "images/console.png"]


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package of notebooks in place of the real one."""
    source = tmp_path / "packaged"
    for name in (FIRST, SECOND, PICTURE, ".ipynb_checkpoints/00-one-checkpoint.ipynb"):
        file = source / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"version 1 of {name}")
    monkeypatch.setattr(copies, "notebooks_folder", lambda: source)
    return source


@pytest.fixture
def folder(tmp_path: Path, packaged: Path) -> Path:
    """A learner's folder with a fresh copy."""
    copy_notebooks(tmp_path / "lessons")
    return tmp_path / "lessons"


# ---- copy


def test_the_first_copy_brings_everything_but_hidden_files(tmp_path: Path, packaged: Path) -> None:
    report = copy_notebooks(tmp_path / "far" / "away")
    assert report.copied == ALL
    assert (tmp_path / "far/away" / PICTURE).read_text() == f"version 1 of {PICTURE}"
    assert sorted(os.listdir(tmp_path / "far/away")) == [MANIFEST, FIRST, SECOND, "images"]
    assert str(report) == f"copied: {FIRST}, {SECOND}, {PICTURE}"


def test_what_somebody_has_done_among_the_notebooks_is_nobody_else_s(
    tmp_path: Path, packaged: Path
) -> None:
    for name in (FILE_NAME, "anna.csv", "mail.jsonl", "old/00-one.ipynb"):
        (packaged / name).parent.mkdir(exist_ok=True)
        (packaged / name).write_text("solved")
    for teacher in (False, True):
        assert copy_notebooks(tmp_path / str(teacher), teacher=teacher).copied == ALL


def test_a_second_copy_brings_only_what_is_missing(folder: Path) -> None:
    assert str(copy_notebooks(folder)) == ""
    (folder / SECOND).unlink()
    assert copy_notebooks(folder).copied == [SECOND]


def test_a_changed_copy_is_never_overwritten(folder: Path, packaged: Path) -> None:
    (folder / FIRST).write_text("my work")
    assert str(copy_notebooks(folder)) == ""
    for version in ("version 2", "version 3"):
        (packaged / FIRST).write_text(version)
        assert re.fullmatch(rf"kept as you changed .*: {FIRST}", str(copy_notebooks(folder)))
        assert str(copy_notebooks(folder)) == ""  # which is no news any more
        assert (folder / FIRST).read_text() == "my work"


# What Jupyter does to a notebook that nobody has changed: its metadata say which Python it was,
# and Shift+Enter in the last cell adds an empty one.
OPENED = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}


@pytest.mark.parametrize("was_run", [False, True])
def test_what_jupyter_writes_is_no_change_of_the_learners(
    folder: Path, packaged: Path, was_run: bool
) -> None:
    write(packaged / FIRST, md("# One"), code("1 + 1", text_plain="2"))
    copy_notebooks(folder)
    mine = nbformat.read(folder / FIRST, 4)
    mine.metadata = OPENED
    mine.cells.append(code(""))
    mine.cells[-1].execution_count = None
    if was_run:
        mine.cells[1] = code("1 + 1", text_plain="2")
    nbformat.write(mine, folder / FIRST)
    before = (folder / FIRST).read_bytes()
    assert str(copy_notebooks(folder)) == ""
    assert (folder / FIRST).read_bytes() == before
    write(packaged / FIRST, md("# One"), code("1 + 2"))
    report = copy_notebooks(folder)
    assert report.updated == [FIRST] and report.kept == []
    assert nbformat.read(folder / FIRST, 4).cells[1].source == "1 + 2"
    backups = [path.read_bytes() for path in folder.glob("*.backup-*")]
    assert backups == ([before] if was_run else [])
    assert len(report.backups) == was_run
    assert str(copy_notebooks(folder)) == ""


def test_a_changed_source_is_a_change(folder: Path, packaged: Path) -> None:
    write(packaged / FIRST, md("# One"), code("1 + 1"))
    copy_notebooks(folder)
    write(folder / FIRST, md("# One"), code("1 + 3"))
    write(packaged / FIRST, md("# One"), code("1 + 2"))
    assert copy_notebooks(folder).kept == [FIRST]
    assert nbformat.read(folder / FIRST, 4).cells[1].source == "1 + 3"


def test_a_file_that_was_there_before_is_the_learners(tmp_path: Path, packaged: Path) -> None:
    (tmp_path / FIRST).write_text("mine, of the same name")
    assert copy_notebooks(tmp_path).kept == [FIRST]
    assert (tmp_path / FIRST).read_text() == "mine, of the same name"


@pytest.mark.parametrize("manifest", ["", "{", "[]", "[" * 100_000, '{"00-one.ipynb": 7}', "\xff"])
def test_without_a_readable_manifest_changes_are_kept(folder: Path, manifest: str) -> None:
    (folder / MANIFEST).write_text(manifest, "latin-1")
    (folder / FIRST).write_text("my work")
    assert copy_notebooks(folder).kept == [FIRST]
    assert (folder / FIRST).read_text() == "my work"
    assert SECOND in json.loads((folder / MANIFEST).read_text())


def test_a_file_where_the_folder_should_be(tmp_path: Path, packaged: Path) -> None:
    (tmp_path / "lessons").write_text("a file")
    for place in (tmp_path / "lessons", tmp_path / "lessons" / "inside"):
        with pytest.raises(LessonError, match=f"{place}: cannot be made a folder"):
            copy_notebooks(place)


# ---- what learners are given


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The real course as a learner has it, and as a teacher has it."""
    learner, teacher = tmp_path_factory.mktemp("learner"), tmp_path_factory.mktemp("teacher")
    copy_notebooks(learner)
    copy_notebooks(teacher, teacher=True)
    return learner, teacher


def everything(folder: Path) -> str:
    """All that is written in the files of a folder, as one text."""
    files = [*folder.rglob("*.ipynb"), *folder.rglob("*.md"), *folder.rglob(".*")]
    # Sources stand in JSON, whose lines end as "\\n" and whose quotation marks have a stroke.
    texts = [path.read_text("utf-8") for path in files]
    return "\n".join(texts).replace("\\n", "").replace('\\"', '"')


@pytest.mark.parametrize("path", sorted(notebooks_folder().glob("*.ipynb")), ids=lambda p: p.stem)
def test_copies_have_shown_nothing_yet_and_say_the_same(path: Path, given: list[Path]) -> None:
    original = nbformat.read(path, 4)
    for folder in given:
        copy = nbformat.read(folder / path.name, 4)
        nbformat.validate(copy)
        for cell, before in zip(copy.cells, original.cells, strict=True):
            assert (cell.id, cell.cell_type) == (before.id, before.cell_type)
            assert not cell.get("outputs") and cell.get("execution_count") is None
            without_link = before.source.replace(f"[teacher's guide]({GUIDE})", "teacher's guide")
            assert cell.source in (before.source, without_link)


def test_answers_go_only_to_who_asks_for_them(given: tuple[Path, Path]) -> None:
    learner, teacher = map(everything, given)
    guide = (notebooks_folder() / GUIDE).read_text("utf-8")
    (answers,) = re.findall(r"### Answers\n\n(.*?)\n\n### ", guide, re.S)[:1]
    assert answers in teacher and guide in teacher
    found = [line for line in guide.splitlines() if len(line) > 60 and line in learner]
    assert found == []
    solutions = [
        max(re.split(r"{\w+}", question["solution"]), key=len)
        for file in (Path(exercises.__file__).parent / "data").glob("*.toml")
        for question in tomllib.loads(file.read_text("utf-8"))["exercise"]
    ]
    told = [words for words in solutions if len(words) > 20]  # fewer may stand anywhere
    assert len(told) > 40 and [words for words in told if words in learner] == []


def test_a_learners_links_lead_somewhere(given: tuple[Path, Path]) -> None:
    for folder in given:
        found = set(re.findall(r"\]\(([\w./-]+)[^)]*\)", everything(folder)))
        local = {target for target in found if target.endswith((".md", ".ipynb", ".png"))}
        assert len(local) >= 10 and [name for name in local if not (folder / name).exists()] == []


def test_a_teachers_folder_stays_one(packaged: Path, tmp_path: Path) -> None:
    (packaged / GUIDE).write_text("answers")
    assert GUIDE not in copy_notebooks(tmp_path).copied
    assert copy_notebooks(tmp_path, teacher=True).copied == [GUIDE]
    (packaged / GUIDE).write_text("better answers")
    assert copy_notebooks(tmp_path).updated == [GUIDE]


# ---- what cannot be copied


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write anywhere")
def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / FIRST).unlink()
    folder.chmod(0o500)
    try:
        with pytest.raises(LessonError, match="cannot be written: Permission denied"):
            copy_notebooks(folder)
    finally:
        folder.chmod(0o700)


def test_a_file_that_cannot_be_written_or_read(folder: Path) -> None:
    (folder / FIRST).unlink()
    (folder / f".{FIRST}.part").mkdir()  # in the way of the file written beside
    for what in ("written", "read"):
        with pytest.raises(LessonError, match=f"{FIRST}: cannot be {what}"):
            copy_notebooks(folder)
        (folder / FIRST).mkdir(exist_ok=True)


@pytest.mark.parametrize("dangling", [True, False])
def test_a_symbolic_link_is_not_followed(folder: Path, tmp_path: Path, dangling: bool) -> None:
    secret, elsewhere = tmp_path / "secret", tmp_path / "elsewhere"
    if not dangling:
        secret.write_text("not to be touched")
    (folder / FIRST).unlink()
    (folder / FIRST).symlink_to(secret)
    for call in (copy_notebooks, lambda folder: reset_notebook(folder, FIRST)):
        with pytest.raises(LessonError, match="symbolic link"):
            call(folder)
    assert secret.exists() is not dangling
    assert dangling or secret.read_text() == "not to be touched"
    (folder / FIRST).unlink()
    (folder / "images").rename(elsewhere)  # a folder inside neither
    (elsewhere / PICTURE.split("/")[1]).unlink()
    (folder / "images").symlink_to(elsewhere)
    with pytest.raises(LessonError, match="symbolic link"):
        copy_notebooks(folder)
    assert not list(elsewhere.iterdir())


def test_a_packaged_notebook_that_cannot_be_read(
    folder: Path, packaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    unread = f"{packaged / FIRST}: cannot be read: Permission denied"
    with pytest.raises(LessonError, match=unread):
        copy_notebooks(folder)


@pytest.mark.parametrize("place", ["smtplesson/notebooks", "notebooks"])
def test_notebooks_lie_in_the_package_or_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(copies, "_PACKAGE", tmp_path / "smtplesson")
    with pytest.raises(LessonError, match="no notebooks came with"):
        copies.notebooks_folder()
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / FIRST).touch()
    assert copies.notebooks_folder() == tmp_path / place


# ---- reset


def test_reset_keeps_each_version_of_the_learner(folder: Path) -> None:
    for number in (1, 2, 3):
        (folder / FIRST).write_text(f"my work {number}")
        backup = reset_notebook(folder, FIRST)
        assert backup == folder / f"00-one.backup-{number}.ipynb"
        assert backup.read_text() == f"my work {number}"
        assert (folder / FIRST).read_text() == f"version 1 of {FIRST}"
    assert (folder / "00-one.backup-1.ipynb").read_text() == "my work 1"


@pytest.mark.parametrize("name", ["00", "00-one", FIRST])
def test_reset_takes_the_newest_version_and_updates_go_on(
    folder: Path, packaged: Path, name: str
) -> None:
    (folder / FIRST).write_text("my work")
    (packaged / FIRST).write_text("version 2")
    reset_notebook(folder, name)
    assert (folder / FIRST).read_text() == "version 2"
    (packaged / FIRST).write_text("version 3")
    assert copy_notebooks(folder).updated == [FIRST]
    assert (folder / FIRST).read_text() == "version 3"


def test_reset_of_what_is_as_it_came_needs_no_backup(folder: Path) -> None:
    assert reset_notebook(folder, FIRST) is None
    assert sorted(os.listdir(folder)) == [MANIFEST, FIRST, SECOND, "images"]


def test_reset_of_a_missing_notebook_needs_no_backup(tmp_path: Path, packaged: Path) -> None:
    assert reset_notebook(tmp_path / "new", FIRST) is None
    assert (tmp_path / "new" / FIRST).exists()


@pytest.mark.parametrize(
    "name",
    [
        *("../secret.ipynb", "..", "", "/etc/passwd", "0", "one", "00-one.ipynb/", "\0"),
        *(PICTURE, MANIFEST),
    ],
)
def test_reset_knows_its_notebooks_and_nothing_else(folder: Path, name: str) -> None:
    (folder.parent / "secret.ipynb").write_text("not to be touched")
    before = sorted(folder.rglob("*"))
    with pytest.raises(LessonError, match="it has 00-one, 01-two"):
        reset_notebook(folder, name)
    assert sorted(folder.rglob("*")) == before
    assert (folder.parent / "secret.ipynb").read_text() == "not to be touched"


def test_reset_knows_what_was_meant(folder: Path) -> None:
    with pytest.raises(LessonError, match=r"did you mean 01-two\?"):
        reset_notebook(folder, "01-tow")
