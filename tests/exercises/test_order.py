"""Lines that are put in order: what counts as an order, and the buttons that make one."""

import pytest

from smtplesson.exercises import exercise
from smtplesson.exercises.judge import question_page
from smtplesson.exercises.order import lettered, scrambled
from smtplesson.exercises.order_field import OrderField
from smtplesson.exercises.task import Exercise
from smtplesson.exercises.task_card import TaskCard
from tests.exercises.conftest import QUESTIONS

ORDERS = [Exercise(each.id, each.variant) for each in QUESTIONS if each.kind == "order"]
# RFC 5321 §3.3 and §4.1.1.4; recipients may change places.
RIGHT = """\
EHLO school.example
MAIL FROM:<office@school.example>
RCPT TO:<postmaster@example.test>
RCPT TO:<alice@example.test>
DATA
Subject: No school tomorrow
.
QUIT"""


@pytest.fixture
def task() -> Exercise:
    return Exercise("01-5", 1)


def test_there_are_two() -> None:
    assert {each.question.id for each in ORDERS} == {"01-5", "07-8"}


@pytest.mark.parametrize("task", ORDERS, ids=lambda task: task.question.id)
def test_as_it_is_given_it_is_wrong(task: Exercise) -> None:
    given = scrambled(task.question)
    assert sorted(given) == sorted(task.question.solve)
    assert task.check(given).status == "wrong"
    board = TaskCard(task)
    board.buttons[0].click()
    assert board.found and board.found.status == "wrong"


def test_a_list_a_text_and_letters_are_all_orders(task: Exercise) -> None:
    lines = RIGHT.split("\n")
    letters = {line: letter for letter, line in lettered(task.question).items()}
    named = [letters[line] for line in lines]
    for answer in (lines, tuple(lines), RIGHT, named, " ".join(named), "".join(named)):
        assert task.check(answer).status == "right"
    assert task.check(*named).status == "right"
    assert task.check(", ".join(named).upper()).status == "right"


def test_two_lines_that_are_the_same_have_two_letters() -> None:
    task = exercise("07-8")
    letters, place = lettered(task.question), task.question.solve.index
    # EHLO is said twice, and both letters come first here.
    hello, again, start, *rest = sorted(letters, key=lambda letter: place(letters[letter]))
    for first, second in ((hello, again), (again, hello)):
        assert task.check([first, start, second, *rest]).status == "right"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (RIGHT.replace("DATA\n", ""), "and no other: DATA"),
        (RIGHT.replace("DATA", "DATA\nDATA"), "and no other: DATA"),
        (RIGHT + "\nNOOP", "and no other: NOOP"),
        (["EHLO", 5], "That cannot be checked. Give the lines in the order"),
        (5, "That cannot be checked."),
        ("a b c", "and no other: "),
        ("", "It has no lines."),
    ],
)
def test_other_lines_are_no_order(task: Exercise, answer: object, told: str) -> None:
    found = task.check(answer)
    assert found.status == "not tried" and told in found.message


def test_what_stands_below_quit_was_never_said(task: Exercise) -> None:
    lines = RIGHT.split("\n")
    late = [*lines[:2], lines[3], *lines[4:], lines[2]]
    found = task.check(late)
    assert (found.status, found.misconception) == ("wrong", "hangs up too early")
    assert "closed the connection after QUIT" in found.message


def test_on_paper_there_are_letters_and_numbered_blanks(task: Exercise) -> None:
    shown = str(question_page(task.question))
    assert "1 ___  2 ___  3 ___  4 ___  5 ___  6 ___  7 ___  8 ___" in shown
    assert all(f"{key}  {line}" in shown for key, line in lettered(task.question).items())


# ---- the buttons


def test_buttons_move_the_chosen_line_and_say_where_it_is() -> None:
    field = OrderField(["one", "two", "three"])
    field.up.click()
    assert field.value == "one\ntwo\nthree" and "one is already first." in field._told.value
    field.down.click()
    field.down.click()
    assert field.value == "two\nthree\none" and "one is now line 3 of 3." in field._told.value
    field.down.click()
    assert "one is already last." in field._told.value
    field.rows.value = 1
    field.up.click()
    assert field.value == "three\ntwo\none"
    assert [label for label, _ in field.rows.options] == ["1  three", "2  two", "3  one"]
    assert field.rows.value == 0


def test_a_card_is_put_in_order_and_is_there_tomorrow() -> None:
    board = exercise("01-5")._card()
    (field,) = board.fields
    wanted = [*exercise("01-5").question.solve]
    for to, line in enumerate(wanted):
        field.rows.value = field.value.split("\n").index(line, to)
        while field.rows.value > to:
            field.up.click()
    board.buttons[0].click()
    assert str(board.news()).startswith("✓ Right.")
    again = exercise("01-5")._card()
    assert again.fields[0].value == "\n".join(wanted) and str(again.news()).startswith("✓")
    again.buttons[3].click()
    assert again.fields[0].value.count("RCPT") == 2 and again.found is None
