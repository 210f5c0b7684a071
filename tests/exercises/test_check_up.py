"""The checks before and after the course: what is right, what is told when, and what a class knew.

The answers below are typed from the RFCs.
"""

import re
from base64 import b64decode
from pathlib import Path

import pytest

from smtplesson.errors import LessonError
from smtplesson.exercises import before_after, check_up, export
from smtplesson.exercises.before_after import CHECK_UPS, items
from smtplesson.exercises.classroom import classroom
from smtplesson.exercises.quiz_card import Quiz
from smtplesson.progress import VARIABLE
from tests.exercises.conftest import click

# How the right choice of each question begins, before the course and after it.
ANSWERS = [
    ("354", "354"),  # RFC 5321 §3.3: each RCPT is answered for itself, and DATA by 354
    ("It keeps it", "It tells the author"),  # §4.2.1: 452, 552
    ("It keeps the mail", "It reports"),  # §4.2: 467, 574, by the first digit
    ("This server", "Server B"),  # §4.2.5: 250 after the dot accepts the responsibility
    ("550", "452"),  # §4.2.3: no such mailbox; no storage
    ("None", "None"),  # §3.8: no reply is treated as 451, and is none
    ("501", "250"),  # §4.5.3.1.1: 64 octets
    ("The name and the password", "Everybody who saw the line, at once"),  # RFC 4616 §2
]


def answer(board: Quiz, wrong: int = 0) -> None:
    """Answers all questions, the first ones wrongly."""
    for number in range(len(board.asked)):
        click(board, number, right=number >= wrong)


@pytest.mark.parametrize("at", [0, 1])
def test_what_is_right(at: int) -> None:
    found = [each.answer for each in items(CHECK_UPS[at])]
    assert len(found) == len(ANSWERS) == 8
    for said, typed in zip(found, ANSWERS, strict=True):
        assert said.startswith(typed[at])


def test_both_checks_ask_for_the_same_ideas_and_not_the_same_questions() -> None:
    before, after = (items(when) for when in CHECK_UPS)
    assert [each.idea for each in before] == [each.idea for each in after]
    assert len({each.idea for each in before}) == 8
    assert not {each.text for each in before} & {each.text for each in after}


@pytest.mark.parametrize("when", CHECK_UPS)
def test_each_question_has_its_source_and_a_word_for_each_wrong_choice(when: str) -> None:
    for asked in items(when):
        assert "RFC " in asked.why and "§" in asked.why
        assert {choice for choice, _ in asked.replies} == {*asked.choices} - {asked.answer}


def test_the_names_are_as_long_as_the_questions_say() -> None:
    for when, octets in (("entry", 70), ("exit", 64)):
        assert str(octets) in items(when)[6].text
        lines = Path(before_after.__file__).with_name("checkup") / f"{when}.toml"
        assert f"<{'p' * octets}@" in lines.read_text("utf-8")


@pytest.mark.parametrize("when", CHECK_UPS)
def test_the_line_that_only_looks_encrypted_has_a_name_and_a_password(when: str) -> None:
    (line,) = re.findall(r"AUTH PLAIN (\S+=)", items(when)[7].text)
    assert re.fullmatch(rb"\0[a-z]+\0[a-z]+", b64decode(line))  # RFC 4616 §2


def test_before_the_course_a_choice_is_noted_and_no_more() -> None:
    board = check_up("entry")
    answer(board, wrong=3)
    said = "".join(each.value for each in board.verdicts)
    assert said.count("Noted. The course has the answer.") == 8
    assert "✓" not in said and "✗" not in said and "RFC" not in said and board.said == ""
    assert len(check_up("entry").answers) == 8
    board.choices[0].value = board.asked[0].answer  # too late
    assert check_up("entry").choices[0].value != board.asked[0].answer


def test_after_the_course_each_click_is_answered_and_then_both_are_side_by_side() -> None:
    answer(check_up("entry"), wrong=5)
    board = check_up("exit")
    assert "Before" not in board._page.value
    answer(board, wrong=1)
    assert "✗" in board.verdicts[0].value and "✓" in board.verdicts[7].value
    assert board.said == "7 of 8 right."
    shown = board._page.value
    assert "Right before the course: 3 of 8; after it: 7" in shown
    assert shown.count("✓ right") == 3 + 7 and shown.count("✗ not right") == 5 + 1
    assert check_up("exit")._page.value == shown  # and so it is tomorrow


@pytest.mark.parametrize("when", CHECK_UPS)
def test_words_and_html_are_the_questions_alone(when: str) -> None:
    board = check_up(when)
    bare = board.text(), board.html()
    answer(board)
    assert (board.text(), board.html()) == bare
    assert not re.search("RFC|✓", "".join(bare))
    assert bare[0].count("☐") == sum(len(each.choices) for each in board.asked)


@pytest.mark.parametrize("when", ["", "Entry", "03", 5])
def test_a_check_that_is_none(when: str) -> None:
    with pytest.raises(LessonError, match=r"^check_up\(.*\): allowed: 'entry', 'exit'$"):
        check_up(when)


def test_what_was_spoiled_by_hand_was_not_chosen(progress_file: Path) -> None:
    for kept in ('{"check-up": {"exit-1": 5, "exit-2": "42"}}', '{"check-up": {}}'):
        progress_file.write_text(kept)
        assert check_up("exit").answers == {}


def test_a_class_before_and_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (before, after) in {"anna": (6, 1), "ben": (8, 2), "cleo": (0, 0)}.items():
        monkeypatch.setenv(VARIABLE, str(tmp_path / f"{name}.json"))
        if name != "cleo":
            answer(check_up("entry"), wrong=before)
            answer(check_up("exit"), wrong=after)
        export(tmp_path / f"{name}.csv")
    learners, exercises, ideas = classroom([tmp_path])
    assert [row[-3:] for row in learners.rows] == [
        ("2 of 8", "7 of 8", "-"),
        ("0 of 8", "6 of 8", "-"),
        ("-", "-", "-"),
    ]
    assert not [row for row in exercises.rows if str(row[0]).startswith("e")]
    assert [row[1:3] for row in ideas.rows[:3]] == [
        ("0 of 2", "0 of 2"),
        *[("0 of 2", "1 of 2")],
        ("0 of 2", "2 of 2"),
    ]
    assert ideas.rows[7][:3] == ("unreadable is not encrypted", "1 of 2", "2 of 2")
    assert str(ideas.rows[0][3]).endswith("(2)") and ideas.rows[7][3] == "-"
