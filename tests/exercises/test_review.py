"""Questions that come back: which, when, and what a click on them says and keeps."""

import json
from pathlib import Path

import pytest

from smtplesson.errors import LessonError
from smtplesson.exercises import check_up, enter, exercise, guess, progress, reset, review
from smtplesson.exercises.choice_exercise import as_choice
from smtplesson.exercises.judge import judge
from smtplesson.exercises.learner import learner
from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.exercises.quiz_card import Quiz
from smtplesson.exercises.spaced import WAITS, before, due
from smtplesson.exercises.values import expected
from smtplesson.progress import Progress
from tests.exercises.conftest import click

FIRST_DAY = 739_000
SPEAKS = "The server speaks"  # RFC 5321 §3.1: the server's greeting opens the session
pytestmark = pytest.mark.usefixtures("calendar")


class Calendar:
    """The day on which a test is."""

    day = FIRST_DAY

    def today(self) -> int:
        return self.day


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    made = Calendar()
    monkeypatch.setattr("smtplesson.exercises.spaced.today", made.today)
    return made


def made(name: str, choice: str) -> None:
    """A prediction that was made, and whose outcome was seen."""
    card = guess(name)
    card.choice.value = choice
    card.verdict()


def names(board: Quiz) -> list[str]:
    return [each.name for each in board.asked]


def on_day(calendar: Calendar, after: int) -> list[str]:
    calendar.day = FIRST_DAY + after
    return names(review())


# ---- which


@pytest.mark.parametrize("notebook", notebooks())
def test_before_a_notebook_three_come_from_earlier_ones(notebook: str, calendar: Calendar) -> None:
    board = review(notebook)
    calendar.day += 1_000
    assert names(review(notebook)) == names(board)
    assert all(each.removeprefix("guess ")[:2] < notebook for each in names(board))
    assert len(board.asked) == (3 if notebook > "01" else 1)  # before 01 there is one prediction
    assert len({each[:2] for each in names(board)}) == min(3, max(1, int(notebook) - 1))


def test_what_was_missed_comes_first() -> None:
    made("01-1", "The server waits for you")
    made("01-2", "More than one")
    exercise("02-4").check(8)
    exercise("02-3").check("a", 1)
    assert set(names(review("03"))[:2]) == {"guess 01-1", "02-4"}
    assert "guess 01-1" not in names(review("01"))
    assert set(names(review())[:2]) == {"guess 01-1", "02-4"}
    assert set(names(review())) == {"guess 01-1", "guess 01-2", "02-3", "02-4"}


def test_only_what_was_met_comes_back_on_any_day() -> None:
    board = review()
    assert board.asked == () and "There is nothing to review yet" in board.text()
    for number in range(1, 9):
        exercise(f"0{number}-1").check("z")
    made("01-1", SPEAKS)
    assert names(review())[-1] == "guess 01-1" and len(review().asked) <= 5


def test_an_exercise_comes_back_with_other_numbers() -> None:
    exercise("02-4").check(8)
    (asked,) = review().asked
    # RFC 5321 §4.2.1: one reply to HELP, to each of two RCPT, and to DATA.
    assert asked.answer == str(1 + 2 + 1)


# ---- when


def test_the_better_it_is_known_the_later_it_comes_back(calendar: Calendar) -> None:
    made("01-1", SPEAKS)
    day = 0
    for wait in (2, 4, 8, 16, 32, 32):
        assert on_day(calendar, day) == ["guess 01-1"]
        click(review(), 0)
        assert on_day(calendar, day + wait - 1) == []
        assert "Come back tomorrow" in review().text()
        day += wait
    assert on_day(calendar, day) == ["guess 01-1"]
    click(review(), 0, right=False)
    assert on_day(calendar, day + WAITS[0]) == ["guess 01-1"]
    assert due()[0].missed and not due()[0].right


def test_what_was_answered_today_makes_room(calendar: Calendar) -> None:
    board = review("04")
    for number in range(3):
        click(board, number)
    assert not set(names(review("04"))) & set(names(board))
    assert all(each.is_due for each in before("04"))


# ---- a click


def test_the_verdict_comes_with_the_click_and_the_first_click_counts() -> None:
    made("01-1", SPEAKS)
    board = review()
    said = click(board, 0, right=False)
    assert "✗" in said and "Not so." in said and "A web server waits" in said
    assert "RFC 5321 §3.1" in said and 'role="status"' in said
    assert click(board, 0) == said
    assert board.choices[0].value == "The server waits for you"
    assert board.said == "0 of 1 right."
    assert Progress().read("review") == {"guess 01-1": {"right": 0, "day": FIRST_DAY}}
    board = review("02")
    assert [("✓" in click(board, n)) for n in range(3)] == [True] * 3
    assert "smtp-noted" in board.box._dom_classes  # from where Shift+Enter leads to the next cell
    assert board.said == "3 of 3 right."


def test_what_cannot_be_kept_is_said_and_what_was_spoiled_is_passed(progress_file: Path) -> None:
    board = review("02")
    progress_file.write_text("{")
    click(board, 0)
    assert "progress cannot be read" in board.error and "02" not in board.said
    spoiled: list[object] = [5, [], None]
    for kept in (*spoiled, {"right": "1", "day": 2}, {"right": 1}, {"right": -1, "day": 3}):
        progress_file.write_text(json.dumps({"review": {"01-1": kept, "guess 01-1": kept}}))
        assert len(review("02").asked) == 3 and review().asked == ()


def test_reset_forgets_all_answers_and_not_who_gave_them() -> None:
    parts = ("exercises", "predictions", "review", "check-up")
    enter("oak", "Anna")
    exercise("02-1").check(5)
    made("01-1", SPEAKS)
    for board in (review("02"), check_up("exit")):
        click(board, 0)
    assert all(Progress().read(part) for part in parts)
    reset()
    assert not any(Progress().read(part) for part in parts)
    assert str(progress()).startswith("0 of") and learner().name == "Anna"


@pytest.mark.parametrize("notebook", ["3", "10", "x", "02-1"])
def test_a_notebook_that_is_none(notebook: str) -> None:
    with pytest.raises(LessonError, match=f"^there is no notebook '{notebook}'; there are 01, 02"):
        review(notebook)


# ---- an exercise as a question with choices


@pytest.mark.parametrize("notebook", notebooks())
def test_an_exercise_keeps_its_answer_and_what_is_said_to_mistakes(notebook: str) -> None:
    found = 0
    for name, variants in questions(notebook).items():
        for asked in variants:
            if not (made := as_choice(asked, name)):
                continue
            found += 1
            assert made.answer.split("  ")[0] == expected(asked)[0]
            assert made.answer in made.choices and 2 <= len(set(made.choices)) < 9
            assert asked.source in made.verdict(made.answer)
            assert {choice for choice, _ in made.replies} <= set(made.choices) - {made.answer}
            assert all(say in made.verdict(choice) for choice, say in made.replies)
            if asked.ask != "choice":  # which is judged with its reason
                judged = {each: judge(asked, (each.split("  ")[0],)) for each in made.choices}
                told = {each: it.message for each, it in judged.items() if it.misconception}
                assert dict(made.replies) == told
    assert found >= 3
