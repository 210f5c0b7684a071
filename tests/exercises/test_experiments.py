"""The twelve experiments: each refuses a wrong way and says why, and its own way earns the tick."""

from collections.abc import Iterable

import pytest

from smtplesson.console.finds import KERNEL_FINDS, Finds
from smtplesson.console.model import ConsoleModel
from smtplesson.exercises.experiment_list import Experiments, tasks
from smtplesson.exercises.question import Question
from smtplesson.exercises.shown import RIGHT, WRONG


def said(task: Question, lines: Iterable[str]) -> ConsoleModel:
    """A console in which these lines were said, and these buttons pressed."""
    console = ConsoleModel(task.scenario, finds=Finds())
    for line in lines:
        if line == "(Raw)":
            console.raw = True
        elif line.startswith("("):
            {"(Wait 5 minutes)": console.wait, "(Connect again)": console.reconnect}[line]()
        else:
            console.submit(line)
    return console


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task.id)
def test_a_wrong_way_is_told_and_the_right_one_earns_a_tick(task: Question) -> None:
    (mistake,), board = task.mistakes, Experiments()
    board.look(said(task, ()))
    assert not board.said
    board.look(said(task, mistake.lines))
    assert (board.said[task.id].status, board.said[task.id].message) == (WRONG, mistake.say)
    board.look(said(task, task.solve))
    assert board.said[task.id].status == RIGHT and task.solution in board.said[task.id].message
    board.look(said(task, mistake.lines))  # what was earned stays
    assert board.said[task.id].status == RIGHT


def test_there_are_twelve_with_three_hints_each_and_none_is_the_answer() -> None:
    assert len(tasks()) == 12
    for task in tasks():
        assert len(task.hints) == 3
        assert not any(line in hint for hint in task.hints for line in task.solve if " " in line)


MAIL = "EHLO a.example|MAIL FROM:<you@client.example>|RCPT TO:<alice@example.test>|"


# An address that asks for its reply; From below the header (RFC 5322 §2.1), twice; such an address
# again; no second try; one octet less; no second mail.
@pytest.mark.parametrize(
    ("number", "lines"),
    [
        (3, "EHLO a.example|MAIL FROM:<you@a.example>|RCPT TO:<reply-452@example.test>"),
        (5, f"{MAIL}DATA||From: president@bank.example|."),
        (5, f"{MAIL}DATA|Subject: x||From: president@bank.example|."),
        (8, "EHLO a.example|MAIL FROM:<reply-552@example.test>"),
        (9, "EHLO a.example|MAIL FROM:<you@a.example>|RCPT TO:<alice@example.test>|QUIT"),
        (11, "EHLO a.example|NOOP {}|NOOP {}".format("x" * 504, "x" * 506)),
        (12, "EHLO a.example|MAIL FROM:<a@a.example>|RCPT TO:<alice@example.test>|DATA|.|NOOP"),
    ],
)
def test_what_only_looks_right_earns_nothing(number: int, lines: str) -> None:
    task, board = tasks()[number - 1], Experiments()
    board.look(said(task, lines.split("|")))
    assert task.id not in board.said or board.said[task.id].status == WRONG


def test_another_server_earns_nothing() -> None:
    console, board = ConsoleModel("bulk", finds=Finds()), Experiments()
    console.submit("EHLO client.example")
    board.look(console)
    assert not board.said


def test_in_a_notebook_the_console_used_last_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Experiments()
    monkeypatch.setattr(KERNEL_FINDS, "talker", None)
    assert str(board).startswith("Experiments: 0 of 12 done.") and "✓" not in str(board)
    monkeypatch.setattr(KERNEL_FINDS, "talker", said(tasks()[0], tasks()[0].solve))
    assert str(board).startswith("Experiments: 1 of 12 done.") and "✓ Be welcomed" in str(board)
