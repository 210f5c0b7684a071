"""The learner's view: check, hint, solution, again; names, variants, sheets; what is kept."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from smtplesson import connect
from smtplesson.errors import LessonError
from smtplesson.exercises import answer_key, enter, exercise, export, progress, worksheet
from smtplesson.exercises.classroom import classroom
from smtplesson.exercises.learner import Learner, learner, variant_of
from smtplesson.exercises.question_file import questions
from smtplesson.exercises.record import COLUMNS, Record, record
from smtplesson.exercises.task import Exercise
from smtplesson.printable import printable
from smtplesson.progress import VARIABLE
from tests.exercises.conftest import VARIANTS

NONSENSE: list[object] = [
    *(None, True, b"250", {}, {1}, [], (), "", " ", "two hundred and fifty", "\ud800", "a\0b"),
    *("{}", -1, 0, 10**5000, 1e308 * 10, float("nan"), 2 + 3j, object(), object, len, connect),
    *([None], [[1]], ["x"] * 5_000, "250 " * 1_000, "z 9", ["a", object()]),
]
ALL = [*VARIANTS]


def said(shown: object) -> str:
    """What a page or result says, as text; its repr is the same, and its HTML has the words."""
    assert repr(shown) == str(shown)
    html = shown._repr_html_()  # type: ignore[attr-defined]
    assert "<script" not in html
    assert " at 0x" not in html + str(shown)
    return str(shown)


# ---- check, hint, solution, again


def test_a_question_shows_title_kind_material_and_how_to_answer() -> None:
    shown = said(exercise("02-1"))
    assert shown.startswith("02-1 · The first digit, before it comes (predict the reply)\n")
    assert "    C: RCPT TO:<carol@example.test>\n    S: ?\n" in shown
    assert shown.endswith("Expected: one digit, as in check(1).")
    html = exercise("02-1")._repr_html_()
    assert "<pre " in html and "RCPT TO:&lt;carol@example.test&gt;" in html


def test_the_three_results_are_told_apart_in_words(progress_file: Path) -> None:
    task = exercise("02-1")
    assert said(task.check(...)).startswith("○ Not tried yet. ")
    assert not progress_file.exists()
    assert said(task.check(5)).startswith("✗ Not right. Look at the person again")
    assert said(task.check(4)).startswith("✓ Right. ")
    html = task.check(4)._repr_html_()
    assert '<span aria-hidden="true">✓</span> <strong>Right.</strong>' in html


@pytest.mark.parametrize("name", ALL)
def test_nonsense_draws_a_friendly_sentence(name: str, progress_file: Path) -> None:
    task = exercise(name)
    found = task.check({})  # which is no answer, so it is told what would be, and not kept
    assert found.status == "not tried" and "check(" in found.message
    assert not progress_file.exists()
    for answer in NONSENSE:
        found = task.check(answer)
        assert found.status != "right"
        assert found.message
        said(found)
    assert task.check(1, 2, 3, 4).status != "right"


def test_provoke_takes_client_transcript_and_exchange_and_any_way_that_works() -> None:
    client = connect("example")
    client.send("NOOP")
    exchange = client.send("MAIL FROM:<anna@client.example>")  # 503: no EHLO yet
    for answer in (client, client.transcript, exchange):
        assert exercise("03-1").check(answer).status == "right"
    assert exercise("03-1").check(connect("example")).status == "wrong"


def test_a_code_at_the_wrong_stage_is_said() -> None:
    found = Exercise("04-6").check(["FROBNICATE", "NOOP", "WIBBLE"])
    assert found.misconception == "500 because the verb is unknown"
    found = exercise("02-8").check(["EHLO a.example", "VRFY zoe"])
    assert found.message == "550 came, but at VRFY; it is expected at RCPT."


def test_a_repair_is_played_and_not_believed() -> None:
    client = connect("example")
    client.send_mail("a@company.example", "alice@example.test", "hello")
    client.send("QUIT")
    assert exercise("02-7").check(client).status == "not tried"


def test_a_repair_draws_no_refusal_at_all() -> None:
    question = VARIANTS["03-8"][0]
    found = exercise("03-8").check([*question.solve[:2], "VRFY zoe", *question.solve[2:]])
    assert found.message == "All the expected replies came, but so did a refusal: 550 at VRFY."


def test_one_code_too_many_is_one_too_many() -> None:
    right = "250 250 550 250 354 250 221"
    assert exercise("03-6").check(right).status == "right"
    assert exercise("03-6").check(f"{right} 250").status == "wrong"
    assert exercise("03-6").check(right.removesuffix(" 221")).status == "wrong"


def test_hints_come_one_after_the_other_and_the_last_one_stays() -> None:
    task = exercise("02-1")
    shown = [said(task.hint()) for _ in range(3)]
    heads = [text.splitlines()[0] for text in shown]
    assert heads == [f"02-1 · Hint {number} of 2" for number in (1, 2, 2)]
    assert "4 is not now" not in shown[0] and "4 is not now" in shown[1]


def test_a_solution_on_the_wire_is_really_executed() -> None:
    shown = said(exercise("02-8").solution())
    assert "    C: RCPT TO:<zoe@example.test>\n    S: 550 5.1.1 " in shown
    assert "(RFC 5321 §3.3, §4.1.4)" in shown


def test_long_lines_and_repetitions_are_cut_for_the_page() -> None:
    assert "(523 octets with CRLF)" not in said(exercise("04-6").solution())
    assert "(513 octets with CRLF)" in said(exercise("04-6").solution())
    flood = said(Exercise("03-3", 2).solution())
    assert flood.count("WIBBLE") < 3
    assert "   (the same 19 more times)" in flood
    assert max(map(len, flood.splitlines())) < 130


def test_again_gives_the_next_variant_and_comes_round() -> None:
    task = exercise("03-5")
    assert [task.question.variant, task.again().question.variant] == [0, 1]
    assert task.again().again().question == task.question


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("02-99", "'02-99'; there are 02-1, 02-2"),
        ("2-1", r"'2-1'; .*; did you mean 02-1\?$"),
        ("99-1", "'99-1'; there are 01-1, 02-1"),
        ([], r"\[\]; there are 01-1, 02-1"),
    ],
)
def test_an_unknown_exercise_is_named_with_those_that_exist(name: str, told: str) -> None:
    with pytest.raises(LessonError, match=f"no exercise {told}"):
        exercise(name)


def test_the_same_task_shows_the_same_twice() -> None:
    for name in ALL:
        assert str(exercise(name)) == str(exercise(name))
        assert exercise(name)._repr_html_() == exercise(name)._repr_html_()


# ---- who learns


def test_enter_greets_and_chooses_the_variant() -> None:
    assert exercise("02-1").question.variant == 0
    assert said(enter("oak", " Anna  Berg ")).startswith("Hello, Anna Berg.\n")
    assert learner() == Learner("oak", "Anna Berg")
    for name in ALL:
        assert exercise(name).question.variant == variant_of(learner(), name)


def test_the_variant_is_the_same_on_every_machine() -> None:
    anna = Learner("oak", "Anna")
    assert [variant_of(anna, f"02-{n}") for n in range(1, 9)] == [2, 0, 0, 0, 3, 2, 0, 2]
    assert variant_of(Learner("OAK", "anna"), "02-1") == 2
    assert variant_of(Learner(), "02-1") == 0


@pytest.mark.parametrize("name", ALL)
def test_a_class_of_thirty_gets_all_variants(name: str) -> None:
    found = Counter(variant_of(Learner("oak", f"pupil {n}"), name) for n in range(30))
    assert len(found) == len(VARIANTS[name])
    assert found.most_common(1)[0][1] <= 24 or name == "09-8"  # where nothing is given


@pytest.mark.parametrize("bad", ["", "  ", "x" * 61, "a\nb", "a\x1b[2Jb", 5, None])
def test_a_name_that_is_none(bad: str) -> None:
    for words in ((bad, "Anna"), ("oak", bad)):
        with pytest.raises(LessonError):
            enter(*words)
        with pytest.raises(LessonError):
            worksheet(*words, notebook="02")


def test_sheet_and_key_are_made_again_without_the_learner() -> None:
    enter("oak", "Anna")
    tasks = [exercise(name) for name in questions("02")]
    shown = [str(task) for task in tasks]
    enter("elm", "Ben")
    theirs = said(worksheet("oak", "Anna", notebook="02"))
    assert all(text in theirs for text in shown)
    answers = said(answer_key("oak", "Anna", notebook="02"))
    assert "Answer: 2\n" in answers and "One way that works:" in answers
    assert "Answer:" not in theirs
    with pytest.raises(LessonError, match="notebook '42'; there are for 01, 02, 03"):
        worksheet("oak", "Anna", notebook="42")
    assert "<b>" not in worksheet("oak", "<b>Anna</b>", notebook="02")._repr_html_()


# ---- what is kept


def test_tries_are_counted_up_to_the_first_right_one() -> None:
    task = exercise("02-1")
    for answer in (..., 5, 3, 4, 5, 4):
        task.check(answer)
    task.hint()
    task.solution()
    mistake = "every intermediate step draws a 3"
    assert record("02-1") == Record(0, 3, solved=True, misconception=mistake, answer="4")


def test_hints_and_solution_count_before_it_is_solved() -> None:
    task = exercise("02-1")
    for look in (task.hint, task.hint, exercise("02-1").hint, task.solution):
        look()
    assert record("02-1") == Record(hints=2, seen=True, open_hints=2, open_solution=True)


def test_progress_shows_the_course() -> None:
    Exercise("02-4").check(5)
    Exercise("02-1").check(5)
    shown = str(progress())
    assert shown.startswith(f"1 of {len(ALL)} solved (")
    assert "02: 1 of 8, 03: 0 of 9, 04: 0 of 9" in shown
    assert "✗ tried" in shown and "✓ solved" in shown and "○ open" in shown


def test_what_was_put_into_the_file_by_hand_is_passed_over(progress_file: Path) -> None:
    hostile = {"02-1": {"tries": "x", "solved": 7, "hints": True, "bogus": 1}, "02-2": [], "?": 5}
    progress_file.write_text(json.dumps({"exercises": hostile, "learner": {"name": 5}}))
    assert exercise("02-1").check(4).status == "right"
    assert str(progress()).startswith("1 of")


@pytest.mark.parametrize("broken", ["not JSON", "[]", '{"exercises": 5}', ""])
def test_a_file_that_cannot_be_kept_spoils_no_check(
    progress_file: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    progress_file.write_text(broken)
    if not broken:  # a place where no file can be
        monkeypatch.setenv(VARIABLE, str(progress_file / "progress.json"))
    task = exercise("02-1")
    assert task.check(4).status == "right"
    for shown in (task.check(4), task.hint(), task.solution(), enter("oak", "Anna")):
        assert "could not be saved" in said(shown)
    with pytest.raises(LessonError):
        progress()


# ---- export


def test_an_export_has_a_row_for_each_exercise(tmp_path: Path) -> None:
    enter("oak", "Anna")
    task = exercise("02-1")
    task.hint()
    for answer in (3, 2):
        task.check(answer)
    rows = list(csv.DictReader(export(tmp_path / "anna.csv").read_text("utf-8").splitlines()))
    assert [row["exercise"] for row in rows] == ALL
    misconception = "every intermediate step draws a 3"
    cells = ("oak", "Anna", "02-1", "2", "2", "yes", "1", misconception)
    place = ALL.index("02-1")
    assert rows[place] == dict(zip(COLUMNS, cells, strict=True))
    after = rows[place + 1]
    assert (after["tries"], after["solved"], after["variant"]) == ("0", "no", "0")


@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠", "\t", "\r", "\n", "\0"])
def test_no_cell_is_a_formula(progress_file: Path, tmp_path: Path, sign: str) -> None:
    """Not even what somebody has written into the progress file by hand."""
    formula = f"{sign}cmd|' /C calc'!A0"
    learner = {"class_word": f"{sign}1+1", "name": formula}
    done = {"02-1": {"tries": 1, "misconception": formula}}
    progress_file.write_text(json.dumps({"learner": learner, "exercises": done}))
    file = export(tmp_path / "x.csv")
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines, strict=True))
    assert {len(row) for row in rows} == {8} and len(rows) == 1 + len(ALL)
    row = rows[1 + ALL.index("02-1")]
    assert row[:2] == [f"'{sign}1+1", f"'{formula}"] and row[-1] == f"'{formula}"
    assert classroom([file])[1].rows[ALL.index("02-1")][-1] == f"{printable(formula)} (1)"


def test_an_export_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="cannot be written"):
        export(tmp_path)
