"""The classroom: exports merged, and what is no export told with file and line."""

from pathlib import Path

import pytest

from smtplesson.errors import LessonError
from smtplesson.exercises import enter, exercise, export
from smtplesson.exercises.classroom import classroom, read_export
from smtplesson.progress import VARIABLE

HEAD = "class word,name,exercise,variant,tries,solved,hints,misconception\n"


def rows(name: str, *lines: str) -> str:
    return HEAD + "".join(f"oak,{name},{line}\n" for line in lines)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    (tmp_path / "anna.csv").write_text(rows("Anna", "02-1,0,1,yes,0,", "03-1,0,4,no,2,mixes up"))
    (tmp_path / "ben.csv").write_text(rows("Ben", "02-1,1,3,yes,1,mixes up", "03-1,1,0,no,0,"))
    (tmp_path / "cleo.csv").write_text(rows("Cleo", "02-1,2,2,no,0,forgets", "03-1,0,1,yes,0,"))
    return tmp_path


def test_by_learner(three: Path) -> None:
    table = classroom([three])[0]
    work = "Learner", "02", "03", "Solved", "Tried", "Tries", "Hints"
    assert table.heads == (*work, "Before", "After", "Foreseen")
    assert list(table.rows) == [
        ("Anna (oak)", "1/1", "0/1", 1, 2, 5, 2, "-", "-", "-"),
        ("Ben (oak)", "1/1", "0/1", 1, 1, 3, 1, "-", "-", "-"),
        ("Cleo (oak)", "0/1", "1/1", 1, 2, 3, 0, "-", "-", "-"),
    ]


def test_by_exercise(three: Path) -> None:
    table = classroom([three / "anna.csv", three / "ben.csv", three / "cleo.csv"])[1]
    assert list(table.rows) == [
        ("02-1", 3, 1, "#######", "2.0", "forgets (1)"),
        ("03-1", 2, 1, "##########", "1.0", "mixes up (1)"),
    ]


def test_the_most_frequent_misconception_is_named(tmp_path: Path) -> None:
    for name, had in (("A", "rare"), ("B", "often"), ("C", "often"), ("D", ""), ("E", "also rare")):
        (tmp_path / f"{name}.csv").write_text(rows(name, f"02-1,0,1,no,0,{had}"))
    assert classroom([tmp_path])[1].rows[0][-1] == "often (2)"


def test_a_second_export_of_the_same_learner_takes_the_place_of_the_first(three: Path) -> None:
    (three / "anna-2.csv").write_text(rows("Anna", "02-1,0,1,yes,0,", "03-1,0,5,yes,2,"))
    merged = classroom([three / "anna.csv", three / "anna-2.csv"])[0]
    assert list(merged.rows) == [("Anna (oak)", "1/1", "1/1", 2, 2, 6, 2, "-", "-", "-")]
    assert merged.caption.startswith("By learner, 1 in 2 files: ")


def test_what_was_foreseen_is_counted_apart(three: Path) -> None:
    guesses = ("guess 01-1,0,1,yes,0,", "guess 01-2,0,1,no,0,One", "guess 01-3,0,1,yes,0,")
    (three / "dan.csv").write_text(rows("Dan", "02-1,0,1,yes,0,", *guesses))
    learners, exercises = classroom([three])
    assert [row[-1] for row in learners.rows] == ["-", "-", "-", "2 of 3"]
    assert learners.rows[-1][:4] == ("Dan (oak)", "1/1", "0/0", 1)
    assert [row[0] for row in exercises.rows] == ["02-1", "03-1"]


def test_what_export_writes_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, answer in (("Anna", 3), ("=Ben", 7), ("Chloé, 陳", 4)):
        monkeypatch.setenv(VARIABLE, str(tmp_path / f"{answer}.json"))
        enter("oak", name)
        exercise("02-1").check(answer)
        export(tmp_path / f"{answer}.csv")
    learners, exercises = classroom([tmp_path])
    assert [row[0] for row in learners.rows] == ["=Ben (oak)", "Anna (oak)", "Chloé, 陳 (oak)"]
    assert {row[0]: row[1] for row in exercises.rows}["02-1"] == 3


def test_a_learner_without_a_name_goes_by_the_file(tmp_path: Path) -> None:
    (tmp_path / "seat-7.csv").write_text(f"{HEAD},,02-1,0,1,yes,0,\n")
    assert classroom([tmp_path])[0].rows[0][0] == "(seat-7.csv)"


def test_a_name_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(rows("A\x1b[2Jnna", "02-1,0,1,yes,0,\x1b]0;x\x07"))
    shown = "\n\n".join(map(str, classroom([tmp_path])))
    assert all(sign.isprintable() or sign == "\n" for sign in shown)


@pytest.mark.parametrize(
    ("octets", "line", "complaint"),
    [
        (b"", 1, "it has no rows"),
        (HEAD.encode(), 1, "it has no rows"),
        (b"a,b,c\n", 1, "the column heads class word, name"),
        (HEAD.replace(",", ";").encode(), 1, "the column heads class word, name"),
        (rows("A", "02-1,0,1,yes,0,", "02-2,0,1,yes").encode(), 3, "6 cells; 8 are expected"),
        (rows("A", "zero,0,1,yes,0,").encode(), 2, "exercise = 'zero': a name such as 02-1"),
        (rows("A", "02-1,0,-1,yes,0,").encode(), 2, "tries = '-1': a number from 0"),
        (rows("A", "02-1,0,1e9,yes,0,").encode(), 2, "tries = '1e9': a number from 0"),
        (rows("A", f"02-1,0,{'9' * 190},yes,0,").encode(), 2, "a number from 0"),
        (rows("A", "02-1,0,²,yes,0,").encode(), 2, "tries = '²': a number from 0"),
        (rows("A", "02-1,0,1,maybe,0,").encode(), 2, "solved = 'maybe': allowed: yes, no"),
        (rows("A", "02-1,0,1,no,x,").encode(), 2, "hints = 'x': a number from 0"),
        (rows("A" * 300, "02-1,0,1,no,0,").encode(), 2, "a cell of more than 200 characters"),
        (rows('"A', "02-1,0,1,no,0,").encode(), 2, "unexpected end of data"),
        (rows("A", "\n").encode(), 2, "3 cells; 8 are expected"),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    tmp_path: Path, octets: bytes, line: int, complaint: str
) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(octets)
    with pytest.raises(LessonError) as error:
        read_export(file)
    text = str(error.value)
    assert text.startswith(f"{file}: line {line}: ")
    assert complaint in text


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "octets.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "big.csv").write_bytes(b"x" * 1_000_001)
    for name, complaint in (
        *(("octets.csv", "cannot be read"), ("big.csv", "more than 1,000,000 octets")),
        *(("missing.csv", "cannot be read"), ("empty", "no CSV file is in this folder")),
    ):
        with pytest.raises(LessonError, match=f"{name}: {complaint}"):
            classroom([tmp_path / name])
    with pytest.raises(LessonError, match="cannot be read"):
        classroom(["a\0b"])
