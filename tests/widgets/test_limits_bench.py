"""The limits bench without a browser: the reply changes at the octet that RFC 5321 names."""

import time

import pytest
from traitlets import TraitError

from smtplesson.experiments.sweep import SWEEPABLE
from smtplesson.widgets import limits_bench
from smtplesson.widgets.limits_bench import LimitsBench

# Object, limit and section by RFC 5321 §4.5.3.1, the code within it and the code beyond.
LIMITS = [
    ("local-part", 64, "§4.5.3.1.1", 250, 501),
    ("domain", 255, "§4.5.3.1.2", 250, 501),
    ("path", 256, "§4.5.3.1.3", 250, 501),
    ("command line", 512, "§4.5.3.1.4", 250, 500),
    ("text line", 1_000, "§4.5.3.1.6", 250, 500),
    ("message content", 65_536, "§4.5.3.1.7", 250, 552),
    ("recipients buffer", 100, "§4.5.3.1.8", 250, 452),
]


def code(board: LimitsBench) -> int:
    """The code in the table on top of the page."""
    return int(board.text().splitlines()[3].split()[-1])


@pytest.fixture
def board() -> LimitsBench:
    return LimitsBench()


@pytest.mark.parametrize(("limit", "last", "section", "within", "beyond"), LIMITS)
def test_one_more_than_the_limit_draws_another_code(
    board: LimitsBench, limit: str, last: int, section: str, within: int, beyond: int
) -> None:
    board.limit.value = limit
    assert (board.length.value, code(board)) == (last, within)
    board.more.click()
    assert (board.length.value, code(board)) == (last + 1, beyond)
    board.length.value = last
    assert code(board) == within
    assert f"{section}" in board.text() and f"Every server has to take {last:,} " in board.text()
    assert not board.error


def test_every_limit_that_can_be_swept_is_there(board: LimitsBench) -> None:
    assert set(board.limit.options) == set(SWEEPABLE) == {limit for limit, *_ in LIMITS}


def test_the_popular_table_is_held_against_it(board: LimitsBench) -> None:
    assert "“User name at most 256 characters”: wrong. 64 octets;" in board.text()
    assert board.length.max > 256  # so that one can go and look
    board.number.value = 256
    assert code(board) == 501


@pytest.mark.parametrize(
    ("limit", "line"),
    [
        ("local-part", "C: MAIL FROM:<uuuu… 64 octets …@client.example>"),
        ("domain", "C: EHLO dddd… 255 octets …"),
        ("path", "C: MAIL FROM:<uuuu… 60 octets …@dddd… 193 octets …>"),
        ("command line", "C: NOOP xxxx… 505 octets …"),  # and "NOOP ", CR and LF: 512
        ("text line", "C: xxxx… 998 octets …\nC: ."),
        ("message content", "C: xxxx… 78 octets …\nC: … 819 more such lines …\nC: ."),
        ("recipients buffer", "C: RCPT TO:<alice@example.test>"),
    ],
)
def test_what_is_sent_is_counted_and_not_shown(board: LimitsBench, limit: str, line: str) -> None:
    board.limit.value = limit
    assert f"\n{line}\nS: 250" in board.text()
    assert "xxxxxx" not in board.html() and "uuuuuu" not in board.html()


def test_slider_and_number_go_together(board: LimitsBench) -> None:
    board.number.value = 70
    assert (board.length.value, code(board)) == (70, 501)
    board.length.value = 60
    assert (board.number.value, code(board)) == (60, 250)


def test_both_buttons_can_be_pressed_twice(board: LimitsBench) -> None:
    for _ in range(2):
        board.more.click()
    assert board.length.value == 66
    for _ in range(2):
        board.at_limit.click()
    assert (board.length.value, code(board)) == (64, 250)


def test_the_picture_points_at_the_length(board: LimitsBench) -> None:
    assert "You are at 64, where it is 250." in board.text()
    board.more.click()
    assert "You are at 65, where it is 501." in board.text()


def test_a_number_beyond_the_bench_is_its_end(board: LimitsBench) -> None:
    board.number.value = 5_000
    assert board.length.value == board.number.value == board.length.max
    board.more.click()
    assert board.said == f"The bench ends here, at {board.length.max}."
    board.number.value = -1
    assert board.length.value == board.length.min and not board.error


def test_no_other_limit_can_be_chosen(board: LimitsBench) -> None:
    with pytest.raises(TraitError):
        board.limit.value = "reply line"
    assert code(board) == 250


def test_every_change_answers_at_once(board: LimitsBench) -> None:
    for limit in (*SWEEPABLE, *SWEEPABLE):  # there and back
        board.limit.value = limit
        start = time.process_time()
        board.length.value += 1
        assert time.process_time() - start < 1.0  # seconds of work; a tenth at home


def test_a_failure_is_shown(board: LimitsBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_bench, "_swept", lambda limit: 1 // 0)
    board.length.value = 65
    assert "The widget itself failed: ZeroDivisionError" in board.text()
    monkeypatch.undo()
    board.more.click()
    assert not board.error and code(board) == 501
