"""The card of an exercise: its fields, its buttons, its feedback, and what is there tomorrow."""

import json
from pathlib import Path

import pytest
from ipywidgets import Text, Textarea, ToggleButtons

from smtplesson import Console, connect
from smtplesson.console.finds import KERNEL_FINDS
from smtplesson.exercises import exercise
from smtplesson.exercises.order_field import OrderField
from smtplesson.exercises.question import ON_THE_WIRE
from smtplesson.exercises.record import record
from smtplesson.exercises.task import Exercise
from smtplesson.exercises.task_card import TAKE, TaskCard
from smtplesson.exercises.values import expected
from tests.exercises.conftest import VARIANTS

TYPED = [name for name, (each, *_) in VARIANTS.items() if each.kind in ("provoke", "repair")]
SEED = "seed 29\n"  # with which a mail meets what 05-1 asks for
MAIL = """\
C: EHLO company.example
C: MAIL FROM:<script@company.example>
C: RCPT TO:<alice@example.test>
C: DATA
S: 354 Send the text
C: Subject: Backup
C:
C: The backup has run.
C: .
C: QUIT"""


def card(name: str) -> TaskCard:
    return exercise(name)._card()


def press(card: TaskCard, name: str) -> str:
    """What the news says after a click."""
    (button,) = (each for each in card.buttons if each.description == name)
    button.click()
    return str(card.news())


@pytest.mark.parametrize("name", VARIANTS)
def test_the_right_answer_can_be_given_on_every_card(name: str) -> None:
    task = Exercise(name)
    if task.question.kind == "policy":  # a function is written in a cell; see test_policy.py
        return
    card, question = TaskCard(task), task.question
    assert press(card, "Check").startswith(("○ Not tried yet. Expected: ", "✗"))
    if question.kind in ON_THE_WIRE:
        assert isinstance(card.fields[0], Textarea | OrderField)
        lines = [line for line in question.solve if not line.startswith("?+")]
        card.fields[0].value = (SEED if name == "05-1" else "") + "\n".join(lines)
    elif isinstance(card.fields[0], ToggleButtons):
        for field, word in zip(card.fields, expected(question), strict=True):
            field.value = word
    else:
        assert isinstance(card.fields[0], Text)
        card.fields[0].value = " ".join(expected(question))
    assert press(card, "Check").startswith("✓ Right. ")
    assert card.error == ""
    shown = card._news.value + card._page.value
    assert "check(" not in shown and "hint()" not in shown


@pytest.fixture
def nobody_talked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KERNEL_FINDS, "talker", None)


@pytest.mark.usefixtures("nobody_talked")
@pytest.mark.parametrize("name", TYPED)
def test_a_console_s_session_is_taken_and_judged(name: str) -> None:
    board = card(name)
    question = board.task.question
    console = Console(question.scenario, seed=29 if name == "05-1" else 0)
    for line in question.solve:
        if not line.startswith("?+"):
            console.say(line)
    taken = f'Taken from the Console on "{question.scenario}". Check sends these lines again.'
    assert press(board, TAKE) == taken
    hidden = "****" in board.fields[0].value
    assert press(board, "Check").startswith("○ Not tried yet. **** hides" if hidden else "✓ Right.")
    assert board.error == ""


@pytest.mark.usefixtures("nobody_talked")
def test_the_last_console_is_the_one_that_was_talked_to() -> None:
    board = card("02-8")
    nothing = 'Nothing to take yet. Run Console("example") in a cell, and talk to it.'
    assert press(board, TAKE) == nothing
    first, second = Console(), Console("helpful", seed=7)
    assert press(board, TAKE) == nothing  # they have said nothing yet
    second.say("EHLO a.example")
    first.say("HELP")
    Console("busy")
    press(board, TAKE)
    assert board.fields[0].value == "HELP"
    second.say(" DATA ")
    said = 'Taken from the Console on "helpful". Check sends these lines again, to the server'
    assert press(board, TAKE).startswith(f'{said} "example".')
    assert board.fields[0].value == "seed 7\nEHLO a.example\n DATA "
    second.restart()
    assert press(board, TAKE) == nothing
    assert board.fields[0].value  # what was there stays


def test_only_where_a_conversation_is_wanted_one_can_be_taken() -> None:
    for name in VARIANTS:
        names = [each.description for each in card(name).buttons]
        assert (TAKE in names) == (name in TYPED)


def test_a_value_is_read_as_people_write_it() -> None:
    board = card("02-4")
    for typed, told in (
        ("many", "○ Not tried yet. 'many' cannot be checked. Expected: a number."),
        ("8 lines", "✗ Not right. You have counted lines."),
        (" 5 ", "✓ Right."),
    ):
        board.fields[0].value = typed
        assert press(board, "Check").startswith(told)


def test_a_conversation_is_taken_as_it_is_pasted() -> None:
    board = card("02-7")
    assert board.fields[0].value.startswith("EHLO company.example")  # the one to repair
    assert press(board, "Check").startswith("✗ Not right. After 354 every line is text")
    board.fields[0].value = MAIL
    assert press(board, "Check").startswith("✓ Right.")


@pytest.mark.parametrize(
    ("variant", "answer", "status"),
    [
        (0, "Seed = 29\n\n  EHLO a.example\n  MAIL FROM:<a@a.example>", "wrong"),
        (0, "seed 30\n" + MAIL, "wrong"),
        (0, "29\n" + MAIL, "wrong"),
        (2, "seed {seed}", "right"),
        (2, "seed 29", "wrong"),
    ],
)
def test_a_seed_may_be_the_first_line(variant: int, answer: str, status: str) -> None:
    seeds = (seed for seed in range(1, 100) if connect("busy", seed=seed).transcript.codes == [421])
    assert Exercise("05-1", variant).check(answer.format(seed=next(seeds))).status == status


def test_enter_in_a_field_checks() -> None:
    board = card("02-4")
    board.fields[0].value = "8"
    assert board.news() == ""
    board.fields[0]._handle_custom_msg({"event": "submit"}, [])  # it comes before the text
    assert board.news() == ""
    board.fields[0].value = "5"
    assert str(board.news()).startswith("✓ Right.")
    board.fields[0].value = "8"
    assert str(board.news()).startswith("✓ Right.")


def test_hints_come_one_by_one_and_the_solution_below_them() -> None:
    board = card("02-1")
    press(board, "Hint")
    assert "Hint 1 of 2" in board._page.value and "Hint 2" not in board._page.value
    for name in ("Hint", "Hint", "Solution"):
        press(board, name)
    for words in ("Hint 1 of 2", "Hint 2 of 2", "solution"):
        assert board._page.value.count(words) == 1
    assert board._page.value.index("Hint 2 of 2") < board._page.value.index('role="status"')


def test_again_asks_another_variant_with_empty_fields() -> None:
    board = card("02-1")
    board.fields[0].value = "5"
    press(board, "Check")
    press(board, "Hint")
    asked = board._asked.value
    assert press(board, "Again") == ""
    assert board.fields[0].value is None and "Hint" not in board._page.value
    assert board._asked.value != asked
    board.fields[0].value = "5"
    assert press(board, "Check").startswith("✓")  # variant 1: zoe has no mailbox


@pytest.mark.parametrize(
    ("name", "answers", "said"),
    [
        ("02-1", ["5"], "✗ Not right. Look at the person again"),
        ("02-3", ["a", "2"], "✗ Not right. The third digit"),
        ("02-4", ["8"], "✗ Not right. You have counted lines."),
        ("02-7", [MAIL], "✓ Right."),
    ],
)
def test_tomorrow_it_is_as_it_was(name: str, answers: list[str], said: str) -> None:
    today = card(name)
    for field, answer in zip(today.fields, answers, strict=True):
        field.value = answer
    press(today, "Check")
    tomorrow = card(name)
    assert [field.value for field in tomorrow.fields] == answers
    assert str(tomorrow.news()).startswith(said)


def helped(board: TaskCard) -> list[str]:
    """The titles of the hints and the solution that are on a card."""
    return [page.title.partition(" · ")[2] for page in board._help]


def test_tomorrow_what_was_opened_is_open() -> None:
    today = card("02-1")
    for name in ("Hint", "Solution"):
        press(today, name)
    tomorrow = card("02-1")
    first, solution = helped(tomorrow)
    assert first == "Hint 1 of 2" and solution.endswith(": solution")
    assert "Hint 1 of 2" in tomorrow._page.value and "Answer: 4" in tomorrow._page.value
    press(tomorrow, "Hint")  # the next one, and not the first again
    assert helped(card("02-1")) == [first, "Hint 2 of 2", solution]
    kept = record("02-1")
    assert (kept.hints, kept.seen, kept.tries) == (2, True, 0)


def test_what_was_opened_at_other_numbers_is_not() -> None:
    today = card("02-1")
    press(today, "Again")
    press(today, "Solution")
    assert helped(card("02-1")) == []
    exercise("02-1").check(5)  # a try at the learner's own numbers does not open it either
    assert helped(card("02-1")) == []
    assert card("02-1").fields[0].value == "5"
    other = Exercise("02-1", 1)
    other.hint()
    assert card("02-1").fields[0].value is None
    assert helped(other._card()) == ["Hint 1 of 2"]


def test_looking_at_it_again_is_no_try() -> None:
    exercise("02-4").check(8)
    board = card("02-4")
    assert board.fields[0].value == "8" and str(board.news()).startswith("✗")
    assert record("02-4").tries == 1


def test_what_was_kept_by_hand_does_no_harm(progress_file: Path) -> None:
    for kept in ("z 9", "\0", "b", "x" * 20_000):
        progress_file.write_text(json.dumps({"exercises": {"02-3": {"answer": kept}}}))
        assert card("02-3").error == ""
    progress_file.write_text('{"exercises": {"02-3": {"open_hints": 99, "variant": 0}}}')
    assert helped(card("02-3"))[-1] == f"Hint {len(exercise('02-3').question.hints)} of 2"
    progress_file.write_text("{")
    assert card("02-3").fields[0].value is None


def test_words_and_html_are_the_question_alone() -> None:
    task = exercise("02-1")
    task.check(4)
    bundle = task._repr_mimebundle_()
    assert bundle["text/plain"] == str(task) and bundle["text/html"] == task._repr_html_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "Right" not in bundle["text/plain"] + bundle["text/html"]
