"""The card of a prediction: one click is the guess, and only the next cell brings the verdict."""

from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from smtplesson.exercises import export, guess, guess_card, progress
from smtplesson.exercises.classroom import classroom
from smtplesson.exercises.guess_card import Guess
from smtplesson.exercises.prediction import notebooks, predictions
from smtplesson.progress import Progress

NOTED = "Noted. Now run the next cell."
RIGHT, WRONG = "The server speaks", "The server waits for you"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An IPython of the test's own, in which the cards are."""
    make: Any = InteractiveShell  # has no types
    shell = make(config=Config({"HistoryManager": {"enabled": False}}))
    monkeypatch.setattr(guess_card, "get_ipython", lambda: shell)
    return shell


def guessed(choice: str = RIGHT) -> Guess:
    card = guess("01-1")
    card.choice.value = choice
    return card


def kept() -> object:
    return Progress().read("predictions")["01-1"]


@pytest.mark.parametrize(
    ("choice", "verdict"),
    [(RIGHT, "Right. As soon as"), (WRONG, f"Not so. The answer: {RIGHT}. A web server waits")],
)
def test_the_verdict_comes_with_the_next_cell(shell: Any, choice: str, verdict: str) -> None:
    card = guessed(choice)
    assert card.said == card.verdict() == NOTED
    assert kept() == {"choice": choice, "seen": False}
    shell.run_cell("220")
    assert card.said.startswith(verdict) and card.verdict() == card.said
    assert kept() == {"choice": choice, "seen": True}
    assert not shell.events.callbacks["post_run_cell"]


@pytest.mark.parametrize(
    "cell", ["guess = exercise = str; guess('01-1')", "exercise('02-1')", "1/0"]
)
def test_a_cell_that_asks_or_fails_brings_no_verdict(shell: Any, cell: str) -> None:
    shell.run_cell("guess = exercise = str")  # so that such a cell does not fail
    card = guessed()
    shell.run_cell(cell)
    assert card.said == NOTED
    shell.run_cell("220")
    assert card.said.startswith("Right.")


# All have run before, as those do who come back; or those above have, and this one never.
@pytest.mark.parametrize(
    ("before", "others"), [("next after last", "last after"), ("above above-too", "")]
)
def test_it_waits_for_its_own_next_cell(shell: Any, before: str, others: str) -> None:
    card = guess("01-1")
    for cell in before.split():
        shell.run_cell("220", cell_id=cell)
    card.choice.value = RIGHT
    for cell in others.split():
        shell.run_cell("220", cell_id=cell)
        assert card.said == NOTED
    shell.run_cell("220", cell_id="next")
    assert card.said.startswith("Right.")


BOARD = "from smtplesson.widgets import RetryTimeline\nboard = RetryTimeline()\nboard"
STEP = "Noted. Now press Step until the story is over."


def test_what_a_board_shows_after_some_clicks_is_waited_for(shell: Any) -> None:
    card = guess("06-4")
    card.choice.value = "After 6 minutes"
    shell.run_cell(BOARD, cell_id="next")
    for _ in range(3):
        assert card.said == STEP
        shell.user_ns["board"].step.click()
        shell.run_cell("220", cell_id="another")
    card.choice.value = "After 5 minutes"  # too late, and no news
    assert card.said == STEP
    shell.user_ns["board"].step.click()  # the fourth attempt, after 6 minutes
    assert card.said.startswith("Right. There is no attempt")
    assert not shell.events.callbacks["post_run_cell"]


def test_such_a_board_may_be_made_anew(shell: Any) -> None:
    card = guess("06-4")
    card.choice.value = "After 4 minutes"
    shell.run_cell(BOARD, cell_id="next")
    first = shell.user_ns["board"]
    shell.run_cell(BOARD, cell_id="next")
    shell.user_ns["board"].play.click()
    assert card.said.startswith("Not so. The answer: After 6 minutes.")
    first.play.click()
    assert card.said.startswith("Not so. The answer: After 6 minutes.") and not card.error


def test_a_board_that_shows_all_at_once_brings_the_verdict(shell: Any) -> None:
    card = guessed()
    shell.run_cell("from smtplesson.widgets import ServerComparison\nServerComparison()")
    assert card.said.startswith("Right.")


def test_the_first_choice_counts(shell: Any) -> None:
    card = guessed(WRONG)
    card.choice.value = RIGHT
    assert (card.choice.value, card.said) == (WRONG, NOTED)
    shell.run_cell("220")
    card.choice.value = RIGHT
    assert card.choice.value == WRONG and card.said.startswith("Not so.")
    assert kept() == {"choice": WRONG, "seen": True}


def test_tomorrow_it_is_there_again(shell: Any) -> None:
    guessed(WRONG)
    again = guess("01-1")  # before the next cell: still no verdict
    assert (again.choice.value, again.said) == (WRONG, NOTED)
    shell.run_cell("220")
    assert again.said.startswith("Not so.")
    tomorrow = guess("01-1")
    assert (tomorrow.choice.value, tomorrow.said) == (WRONG, again.said)


@pytest.mark.parametrize(
    ("choice", "said", "mark", "kind"),
    [(RIGHT, "Right.", "✓", "smtp-right"), (WRONG, "Not so.", "✗", "smtp-wrong")],
)
def test_where_no_cell_will_run_the_verdict_is_there_for_the_asking(
    choice: str, said: str, mark: str, kind: str
) -> None:
    assert guess("01-1").verdict() == ""
    card = guessed(choice)
    assert card.said == NOTED and mark not in card._news.value
    assert card.verdict().startswith(said)
    assert all(each in card._news.value for each in (mark, kind, "<strong>"))


@pytest.mark.parametrize(
    "spoiled",
    ['{"predictions": {"01-1": {"choice": "42", "seen": true}}}', '{"predictions": {"01-1": 5}}'],
)
def test_a_choice_that_is_none_was_not_made(progress_file: Path, spoiled: str) -> None:
    progress_file.write_text(spoiled)
    assert guess("01-1").choice.value is None


def test_what_cannot_be_kept_is_said_and_the_card_works(shell: Any, progress_file: Path) -> None:
    progress_file.write_text("{")
    card = guess("01-1")
    assert "progress cannot be read" in card.error
    card.choice.value = RIGHT
    assert "progress cannot be read" in card.error and card.said == NOTED
    shell.run_cell("220")
    assert card.said.startswith("Right.")


@pytest.mark.parametrize("notebook", notebooks())
def test_words_and_html_have_the_question_and_never_the_answer(notebook: str) -> None:
    for name, asked in predictions(notebook).items():
        card = Guess(asked)
        card.choice.value = asked.answer
        card.verdict()
        bundle = card._repr_mimebundle_()
        for shown in (bundle["text/plain"], card._page.value, guess(name).text()):
            assert asked.why[:30] not in shown and "Right" not in shown
        assert " ".join(asked.text.split()) in " ".join(bundle["text/plain"].split())
        assert all(f"☐ {choice}" in bundle["text/plain"] for choice in asked.choices)
        assert bundle["text/html"].count("☐") == len(asked.choices)
        assert "application/vnd.jupyter.widget-view+json" in bundle


def test_progress_and_export_have_the_predictions(shell: Any, tmp_path: Path) -> None:
    guessed(WRONG)
    assert "you predicted" not in str(progress())  # it is not seen yet
    shell.run_cell("220")
    guess("01-2").choice.value = "More than one"
    shell.run_cell("250")
    assert str(progress()).splitlines()[0].endswith("; you predicted 1 of 2")
    rows = export(tmp_path / "x.csv").read_text("utf-8").splitlines()
    assert [row for row in rows if "guess" in row] == [
        f",,guess 01-1,0,1,no,0,{WRONG}",
        ",,guess 01-2,0,1,yes,0,",
    ]
    assert classroom([tmp_path / "x.csv"])[0].rows[0][-1] == "1 of 2"
