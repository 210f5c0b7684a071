"""The limits bench without a browser: the reply changes at the octet that RFC 5321 names."""

import pytest
from traitlets import TraitError

from smtplesson.experiments.sweep import SWEEPABLE
from smtplesson.figures import limit_steps
from smtplesson.widgets import limits_bench
from smtplesson.widgets.limits_bench import LimitsBench
from tests.figures.reading import own

# Object, limit and section by RFC 5321 §4.5.3.1, the code beyond it (within it, it is 250), and
# what is shown of an object at its limit.
LIMITS = [
    ("local-part", 64, "1", 501, "C: MAIL FROM:<uuuu… 64 octets …@client.example>"),
    ("domain", 255, "2", 501, "C: EHLO dddd… 255 octets …"),
    ("path", 256, "3", 501, "C: MAIL FROM:<uuuu… 60 octets …@dddd… 193 octets …>"),
    # With "NOOP ", CR and LF these are 512.
    ("command line", 512, "4", 500, "C: NOOP xxxx… 505 octets …"),
    ("text line", 1_000, "6", 500, "C: xxxx… 998 octets …\nC: ."),
    ("message content", 65_536, "7", 552, "C: xxxx… 78 octets …\nC: … 819 more such lines …\nC: ."),
    ("recipients buffer", 100, "8", 452, "C: RCPT TO:<alice@example.test>"),
]


def code(board: LimitsBench) -> int:
    """The code in the table on top of the page."""
    return int(board.text().splitlines()[3].split()[-1])


@pytest.fixture
def board() -> LimitsBench:
    return LimitsBench()


@pytest.fixture(scope="module")
def bench() -> LimitsBench:
    """A board for all limits: each has its own slider, which begins at the limit."""
    return LimitsBench()


@pytest.mark.parametrize(("limit", "last", "section", "beyond", "line"), LIMITS)
def test_one_more_than_the_limit_draws_another_code(
    bench: LimitsBench, limit: str, last: int, section: str, beyond: int, line: str
) -> None:
    bench.limit.value = limit
    assert (bench.length.value, code(bench)) == (last, 250)
    assert f"\n{line}\nS: 250" in bench.text()
    assert "xxxxxx" not in bench.html() and "uuuuuu" not in bench.html()
    bench.more.click()
    assert (bench.length.value, code(bench)) == (last + 1, beyond)
    assert f"§4.5.3.1.{section}" in bench.text()
    assert f"Every server has to accept {last:,} " in bench.text() and not bench.error


def test_every_limit_that_can_be_swept_is_there_and_no_other(board: LimitsBench) -> None:
    assert set(board.limit.options) == set(SWEEPABLE) == {limit for limit, *_ in LIMITS}
    with pytest.raises(TraitError):
        board.limit.value = "reply line"
    assert code(board) == 250


def test_the_popular_table_is_held_against_it(board: LimitsBench) -> None:
    assert "“User name at most 256 characters”: wrong. 64 octets;" in board.text()
    assert board.length.max > 256  # so that one can go and look
    board.number.value = 256
    assert code(board) == 501


def test_slider_number_buttons_and_picture_go_together(board: LimitsBench) -> None:
    board.number.value = 70
    assert (board.length.value, code(board)) == (70, 501)
    board.length.value = 60
    assert (board.number.value, code(board)) == (60, 250)
    board.at_limit.click()
    board.at_limit.click()
    assert (board.length.value, code(board)) == (64, 250)
    assert "You are at 64, where it is 250." in board.text()
    board.more.click()
    board.more.click()
    assert board.length.value == 66 and "You are at 66, where it is 501." in board.text()
    picture = limit_steps(limits_bench._swept("local-part"), here=66)
    assert own(picture).src in board._page.value


def test_a_number_beyond_the_bench_is_its_end(board: LimitsBench) -> None:
    board.number.value = 5_000
    assert board.length.value == board.number.value == board.length.max
    board.more.click()
    assert board.said == f"The bench ends here, at {board.length.max}."
    board.number.value = -1
    assert board.length.value == board.length.min and not board.error


def test_a_failure_is_shown(board: LimitsBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_bench, "_swept", lambda limit: 1 // 0)
    board.length.value = 65
    assert "The widget itself failed: ZeroDivisionError" in board.text()
    monkeypatch.undo()
    board.more.click()
    assert not board.error and code(board) == 501
