"""The board without a browser: handlers that fail say so, and words stand in for the widget."""

from collections.abc import Iterator

from ipywidgets import Button, IntText

from smtplesson.errors import LessonError
from smtplesson.evidence.servers import server_answers
from smtplesson.show.pieces import Part
from smtplesson.widgets.board import Board
from smtplesson.widgets.comparison import ServerComparison


class Divider(Board):
    """A board that divides twelve."""

    title = "Divider"

    def __init__(self) -> None:
        self.by = IntText(value=3, description="By")
        self.refuse = Button(description="Refuse")
        super().__init__([self.by, self.refuse])
        self.on_change(self.by)
        self.on_click(self.refuse, self._refuse)

    def pieces(self) -> Iterator[Part]:
        yield f"12 / {self.by.value} = {12 // self.by.value} <b>"

    def _refuse(self) -> None:
        raise LessonError("the lesson has no such thing <i>")


def test_a_change_draws_the_page_anew() -> None:
    board = Divider()
    board.by.value = 4
    assert board.text() == "Divider; By 4\n\n12 / 4 = 3 <b>"
    assert "12 / 4 = 3 &lt;b&gt;" in board.html()


def test_a_lesson_error_is_a_sentence_and_the_page_stays() -> None:
    board = Divider()
    board.refuse.click()
    assert board.error == "the lesson has no such thing <i>."
    assert "&lt;i&gt;" in board.html() and "12 / 3 = 4" in board.text()


def test_a_failure_of_the_board_itself_is_said_and_then_forgotten() -> None:
    board = Divider()
    board.by.value = 0
    assert "The widget itself failed: ZeroDivisionError" in board.text()
    board.by.value = 6
    assert "failed" not in board.text() and "12 / 6 = 2" in board.text()


def test_where_no_front_end_runs_its_words_are_shown() -> None:
    board = Divider()
    bundle = board._repr_mimebundle_()
    assert bundle["text/plain"] == board.text() and bundle["text/html"] == board.html()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert repr(board) == "<Divider>"


# ---- server comparison


def chosen(situation: str) -> str:
    board = ServerComparison()
    board.situation.value = situation
    return board.text()


def test_servers_are_compared_in_every_situation() -> None:
    board = ServerComparison()
    for each in server_answers():
        board.situation.value = each.situation
        assert not board.error
        assert f"Situation {each.situation}" in board.text()


# As they were recorded: Postfix 554 where the others say 503 (both RFC 5321 §3.3).
def test_where_servers_differ_the_codes_stand_side_by_side() -> None:
    lines = chosen("DATA without a recipient").splitlines()
    answers = {line.split()[0]: line.split()[-1] for line in lines if "■" in line}
    others = ("Exim", "OpenSMTPD", "sendmail", "aiosmtpd", "this")
    assert answers == {"Postfix": "554", **dict.fromkeys(others, "503")}


def test_what_a_server_was_made_to_say_is_no_evidence() -> None:
    line = next(line for line in chosen("unknown user").splitlines() if "aiosmtpd" in line)
    assert "● 250" in line and "no answer of its own" in line
