"""The Reply reader without a browser."""

import pytest

from smtplesson.widgets.reader import ReplyReader


def read(text: str) -> str:
    reader = ReplyReader()
    reader.pasted.value = text
    return reader.text()


def found(said: str) -> str:
    """Mark, reply code and enhanced code in the table of what was found."""
    _, _, table = said.partition("Found\n")
    return " ".join(table.splitlines()[1].split()[:3])


def test_it_asks_for_something_to_read() -> None:
    assert "Paste a line" in ReplyReader().text()
    assert "Paste a line" in read(" \n ")


def test_it_explains_the_reply_in_a_log_line() -> None:
    said = read("to=<bob@example.test>, status=deferred (host mx.a.example said: 452 4.2.2 Full)")
    assert found(said) == "▲ 452 4.2.2"
    assert "Mailbox full" in said  # the name of X.2.2 in RFC 3463 §3.3
    assert "try again later" in said.lower()


def test_it_tells_that_code_and_enhanced_code_disagree() -> None:
    reader = ReplyReader()
    reader.example.click()
    # It is folded over two lines, and Status: is not the reply's.
    assert found(reader.text()) == "■ 552 4.2.2"
    assert "Disagreement" in reader.text() and "RFC 2034 §4" in reader.text()
    reader.clear.click()
    assert "Paste a line" in reader.text()


# RFC 3464 §2.3.4: the Status field is the reporting server's.
@pytest.mark.parametrize("text", ["Status: 5.2.2", "dsn=5.2.2, stat=Mailbox full"])
def test_an_enhanced_code_alone_is_no_reply_but_means_something(text: str) -> None:
    assert "no SMTP reply here, but an enhanced status code: 5.2.2" in read(text)


@pytest.mark.parametrize("text", ["Dear all, we meet in room 550.", "HTTP/1.1 503 Unavailable"])
def test_it_says_honestly_that_there_is_none(text: str) -> None:
    assert "There is no SMTP reply" in read(text)


def test_too_much_text_is_refused_in_words_and_then_forgotten() -> None:
    reader = ReplyReader()
    reader.pasted.value = "x" * 100_001
    assert "too many to look through" in reader.error
    reader.pasted.value = "550 5.1.1 No such user"
    assert not reader.error and found(reader.text()) == "■ 550 5.1.1"


def test_what_is_pasted_cannot_act_on_the_page() -> None:
    reader = ReplyReader("550 5.1.1 <img src=x onerror=alert(1)>")
    assert "<img" not in reader.html()
    assert "&lt;img" in reader.html()
