"""The reply explorer without a browser: digits and words in, codes, facts and transcripts out."""

import pytest

from smtplesson.widgets.explorer import ReplyExplorer


def explorer(digits: str = "...", search: str = "") -> ReplyExplorer:
    """An explorer with these digits chosen, "." for any, and these words typed."""
    board = ReplyExplorer()
    for control, digit in zip(board.digits, digits, strict=True):
        control.value = digit.replace(".", "")
    board.search.value = search
    return board


# ---- digits and words


# The codes of RFC 5321 §4.2.3 that begin so, with RFC 7504's 556.
def test_digits_narrow_the_list() -> None:
    assert explorer("55.").matches == [550, 551, 552, 553, 554, 555, 556]
    # The third digit alone (RFC 5321 §4.2.3): 354 to DATA and 554, and the logins' of RFC 4954.
    assert {354, 334, 454, 504, 554} <= set(explorer("..4").matches)
    assert explorer("4..", "starttls").matches == [454]
    assert explorer("5..", "451").matches == []


@pytest.mark.parametrize(
    ("search", "code"),
    [
        ("greylisting", 450),  # RFC 5321 §4.3.2; RFC 6647 §2
        ("STARTTLS", 454),  # RFC 3207 §4
        ("relaying", 550),  # RFC 5321 §3.6.2
        ("out of order", 503),  # RFC 5321 §4.1.4
        ("etrn", 458),  # RFC 1985 §5.1
        ("4.3.1", 452),  # RFC 5248 §2.4: mail system full
        ("4954 login", 535),  # RFC 4954 §6
        ("5.1.1", 550),  # RFC 5248 §2.4
        ("5.1.1", 511),  # folklore: its dots are lost
        ("5.7.26", 550),  # RFC 7372 §3.3
        ("25", 251),
        ("ECONNREFUSED", 111),  # Linux errno 111, in the story
    ],
)
def test_words_and_codes_are_found(search: str, code: int) -> None:
    board = explorer(search=search)
    assert code in board.matches and len(board.matches) < 40
    assert str(code) in board.text()


# RFC 3463 §3.3: X.2.2 is a full mailbox, which no basic code of class 4 is registered for.
def test_an_enhanced_code_is_found_whole_only_and_explained_whatever_it_finds() -> None:
    # 5.1.10 goes with 556 (RFC 7504 §6) and is not 5.1.1.
    assert explorer(search="5.1.10").matches == [556]
    assert 556 not in explorer(search="5.1.1").matches
    assert "4.2.2: mailbox full" in explorer(search=" 4.2.2 ").text()
    assert "5.99.99: not registered" in explorer(search="5.99.99").text()


def test_what_is_listed_says_name_standing_and_commands() -> None:
    line = next(each for each in explorer("251").text().splitlines() if "251  " in each)
    # RFC 5321 §3.4 and §3.5.3; RFC 1985 §5.1
    assert "RFC" in line and "RCPT, VRFY, ETRN" in line


# ---- the chosen code


def test_the_chosen_code_is_explained() -> None:
    board = explorer("55.")
    board.code.value = 552
    told = board.text()
    assert "552: storage allocation exceeded" in told
    assert "Give up and report" in told and "In force" in told
    assert "RFC 5321" in board.html()


def clicked(board: ReplyExplorer, code: int) -> ReplyExplorer:
    """The board after a click on the row of a code, as the page reports it."""
    board._fittings._handle_custom_msg({"choice": str(code)}, [])
    return board


def test_a_row_of_the_list_chooses_its_code() -> None:
    board = clicked(explorer("55."), 552)
    assert board.code.value == 552 and "552: storage allocation exceeded" in board.text()
    assert board.html().count('aria-current="true"') == 1
    # A click on a row that has gone in the meantime.
    assert clicked(board, 250).code.value == 552 and not board.error


def test_the_choice_stays_while_it_matches() -> None:
    board = explorer("5..")
    board.code.value = 554
    board.digits[2].value = "4"
    assert board.code.value == 554
    board.digits[2].value = "0"
    assert board.code.value != 554


def test_digits_alone_tell_of_a_code_that_nobody_knows() -> None:
    board = explorer("559")
    assert board.matches == [] and board.provoke.disabled
    told = board.text()
    assert "Nothing found" in told and "Code none" in told
    assert "559: no RFC gives it a meaning" in told
    assert "Permanent negative completion" in told  # RFC 5321 §4.2.1
    assert "559 cannot be provoked" in told
    # A known code that the words exclude is not taken for an unknown one.
    told = explorer("550", "etrn").text()
    assert "Nothing found" in told and "550:" not in told


# ---- provoke it


def test_a_click_provokes_the_code_and_another_code_clears_the_page() -> None:
    board = explorer("55.")
    board.code.value = 550
    board.provoke.click()
    assert board.said == "Provoked 550." and not board.error
    once = board.text()
    assert "C: RCPT TO:<nobody@example.test>\nS: 550 5.1.1" in once
    assert "nobody@example.test" in board.html()
    board.provoke.click()
    assert board.text() == once
    board.code.value = 551
    assert "nobody@example.test" not in board.text() and not board.said


@pytest.mark.parametrize(("code", "why"), [(101, "RFC 5321 §4.2"), (355, "RFC 1845")])
def test_what_cannot_be_provoked_says_why(code: int, why: str) -> None:
    board = explorer(search=str(code))
    assert board.code.value == code and board.provoke.disabled
    assert f"{code} cannot be provoked" in board.text() and why in board.text()
    board.search.value = ""
    board.code.value = 250
    assert not board.provoke.disabled and "cannot be provoked" not in board.text()


def test_every_code_can_be_chosen_and_provoked_or_says_why() -> None:
    board = ReplyExplorer()
    for code in board.matches:
        board.code.value = code
        assert board.provoke.disabled == ("cannot be provoked" in board.text())
        if not board.provoke.disabled:
            board.provoke.click()
            assert board.said == f"Provoked {code}."
        assert not board.error


# ---- nothing that is typed can break it


def test_nothing_typed_is_an_error() -> None:
    board = ReplyExplorer()
    for search in (
        *("x" * 10_000, "55 " * 3_000, "a b " * 2_500, "000", "999", "5.1", "1.2.3", "5.999.999"),
        *("5.1.1.1", "²³¹", "[(*\\", "\0\r\n\t", "<script>alert(1)</script>", "   ", "550 550"),
    ):
        board.search.value = search
        assert not board.error, search
        assert "<script>" not in board.html()
        assert board.code.value in (board.matches or [0]), search
    board.search.value = "no such words anywhere"
    assert "Nothing found" in board.text()
    board.search.value = ""
    assert "Codes that match: 64 of 64" in board.text()
