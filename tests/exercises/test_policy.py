"""The open task: what a policy is asked, and which of its decisions are wrong.

The rules are typed from RFC 5321: §4.2.1 (2yz, 4yz, 5yz), §3.8 (no reply is treated as 451),
§4.5.4.1 (30 minutes between attempts at least, four to five days until one gives up).
"""

from collections.abc import Callable
from typing import Any

import pytest

from smtplesson.exercises import exercise
from smtplesson.exercises.policy import FAULTS, Call, fault_of, played, session
from smtplesson.exercises.record import record
from smtplesson.exercises.task import Exercise
from tests.test_lessons import core
from tests.test_notebooks import LESSONS

DAY = 24 * 60


def patient(code: int | None, minutes: int) -> str | int:
    """What a client does that keeps to RFC 5321."""
    first = code // 100 if code else 4
    if first == 4:
        return "bounce" if minutes > 5 * DAY else 180
    return "done" if first == 2 else "bounce"


@pytest.fixture
def task() -> Exercise:
    return exercise("09-8")


@pytest.mark.parametrize(
    ("code", "minutes", "decision", "fault"),
    [
        (250, 0, "done", ""),
        (251, 0, "done", ""),  # §3.4: accepted, and forwarded
        (250, 0, "bounce", "bounces 2yz"),
        (250, 0, 60, "retries 2yz"),
        (550, 0, "bounce", ""),
        (599, 0, "bounce", ""),  # §4.2: an unknown code, by its first digit
        (550, 0, 60, "retries 5yz"),
        (550, 0, "done", "forgets 5yz"),
        (450, 0, 30, ""),
        (450, 0, 29, "too soon"),
        (450, 0, 120, ""),
        (450, 0, 2 * DAY, "too late"),
        (450, 0, "bounce", "bounces 4yz"),
        (421, 0, "bounce", "bounces 421"),
        (None, 0, "bounce", "bounces no reply"),
        (None, 0, 60, ""),
        (422, 0, 60, ""),
        (450, 3 * DAY, "bounce", "bounces 4yz"),
        (450, 4 * DAY, "bounce", ""),
        (421, 5 * DAY, "bounce", ""),
        (450, 5 * DAY, 60, ""),
        (450, 11 * DAY, 60, "never gives up"),
        (450, 0, "done", "forgets 4yz"),
        (None, 0, "done", "forgets 4yz"),
    ],
)
def test_a_decision(code: int | None, minutes: int, decision: str | float, fault: str) -> None:
    assert fault_of(Call("", "alice", code, minutes, decision)) == fault


def test_a_client_that_keeps_to_the_rfc_is_right(task: Exercise) -> None:
    assert task.check(patient).status == "right"


def test_each_kind_of_end_is_among_what_is_asked(task: Exercise) -> None:
    codes = {call.code for call in played(task.question, patient)}
    # §4.2.3: 452, 450, 550; §3.8: 421 and none; §3.1: 554; and two codes that no RFC has.
    assert {250, 421, 450, 451, 452, 550, 554, 422, 510, None} <= codes


def test_who_was_accepted_is_not_sent_the_mail_again(task: Exercise) -> None:
    calls = [
        call
        for call in played(task.question, patient)
        if call.session == "busy seed 1: alice bob carol"
    ]
    assert [(call.recipient, call.minutes) for call in calls].count(("alice", 0)) == 1
    assert {call.minutes for call in calls if call.recipient == "bob"} >= {0, 180}
    assert {call.minutes for call in calls if call.recipient == "alice"} == {0}


def test_nobody_is_asked_about_before_the_wait_is_over(task: Exercise) -> None:
    def waits(code: int | None, minutes: int) -> str | int:
        said = patient(code, minutes)
        return said if isinstance(said, str) else 30 if code == 450 else 180

    due: dict[tuple[str, str], float] = {}
    for call in played(task.question, waits):
        assert call.minutes == due.get(call[:2], 0)
        if not isinstance(call.decision, str):
            due[call[:2]] = call.minutes + call.decision
    assert {30, 180} < set(due.values())


def test_every_fault_has_its_words(task: Exercise) -> None:
    told = [each for mistake in task.question.mistakes for each in mistake.given]
    assert sorted(told) == sorted(FAULTS)


def test_what_is_wrong_is_told_with_the_call_that_showed_it(task: Exercise) -> None:
    found = task.check(lambda code, minutes: "done" if code == 250 else 60)
    assert (found.status, found.misconception) == ("wrong", "retries a 5yz")
    assert found.message.startswith("policy(550, 0) gave 60. A 5 means no")
    assert (record("09-8").tries, record("09-8").answer) == (1, "")


BLANKS: list[tuple[Callable[..., Any], str]] = [
    (lambda code, minutes: ..., "policy(250, 0) gave Ellipsis. Expected: 'done', 'bounce' or"),
    (lambda code, minutes: None, "gave None."),
    (lambda code, minutes: True, "gave True."),
    (lambda code, minutes: 0, "gave 0."),
    (lambda code, minutes: -5, "gave -5."),
    (lambda code, minutes: float("nan"), "gave nan."),
    (lambda code, minutes: "later", "gave 'later'."),
    (lambda code: 60, "policy(250, 0) failed: TypeError"),
    (lambda code, minutes: 1 / 0, "failed: ZeroDivisionError"),
]


@pytest.mark.parametrize(("policy", "told"), BLANKS)
def test_what_decides_nothing_is_no_try(
    task: Exercise, policy: Callable[..., Any], told: str
) -> None:
    found = task.check(policy)
    assert found.status == "not tried" and told in found.message


@pytest.mark.parametrize("answer", [(5,), ("def policy",), (patient, patient), ([patient],)])
def test_what_is_no_function_is_told_what_is_wanted(
    task: Exercise, answer: tuple[object, ...]
) -> None:
    assert "Write a function policy(code, minutes)" in task.check(*answer).message


def test_the_card_says_where_a_function_is_written(task: Exercise) -> None:
    board = task._card()
    assert board.fields == []
    assert 'exercise("09-8").check(policy)' in board._asked.value.replace("&quot;", '"')
    board.buttons[0].click()
    assert str(board.news()).startswith("○ Not tried yet. Expected: a function")
    board.buttons[1].click()
    assert "Hint 1 of 3" in board._page.value


@pytest.mark.parametrize(
    "text", ["", "example", "example: ", "busy seed x: alice", "a: b, c", "bogus: alice"]
)
def test_a_session_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="a server and recipients"):
        session(text)


def test_the_policy_is_the_last_exercise_of_the_core() -> None:
    assert [task for section in core(LESSONS[-1]) for task in section.exercises][-1] == "09-8"
