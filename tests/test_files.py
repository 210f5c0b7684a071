"""A file is whole or as it was, whatever stops its writing."""

from pathlib import Path

import pytest

from smtplesson.errors import LessonError
from smtplesson.files import write_whole


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_ctrl_c_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    def interrupted() -> bytes:
        raise KeyboardInterrupt

    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", interrupted)
    assert held(tmp_path) == {"a": b"old"}
    write_whole(tmp_path / "a", lambda: b"new")
    assert held(tmp_path) == {"a": b"new"}


@pytest.mark.parametrize("name", ["no/a", "old/a", "a\0b", "\ud800", "x" * 300, "/"])
def test_where_nothing_can_be_written_one_line_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(LessonError, match=r"^[^\n]*: cannot be written: [^\n]+$"):
        write_whole(tmp_path / name, lambda: pytest.fail("it is made before its place is known"))
    assert held(tmp_path) == {"old": b"old"}


def test_a_fault_in_what_makes_the_octets_is_told_as_it_is(tmp_path: Path) -> None:
    def make() -> bytes:
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match=r"^a fault of ours$"):
        write_whole(tmp_path / "a", make)
    assert held(tmp_path) == {}
