"""The cards in a real JupyterLab, by mouse and by the keyboard alone."""

import re
from pathlib import Path
from typing import Any

from smtplesson.exercises.order import scrambled
from smtplesson.exercises.question_file import questions
from smtplesson.exercises.task_card import TAKE

from .jupyter import barriers
from .user import button, do, exchanges, has_focus, hears, press, say, shows, tab_to

NOTED = "Noted. Now run the next cell."
ASKED, RIGHT, WRONG = "What happens first?", "The server speaks", "The server waits for you"
# RFC 5321 §4.1.1.4: the lone dot ends the text, and only then QUIT is a command.
MAIL = """\
C: EHLO company.example
C: MAIL FROM:<script@company.example>
C: RCPT TO:<alice@example.test>
C: DATA
S: 354 Send the text
C: Subject: Backup

The backup has run.
.
QUIT"""

# What 02-8 asks for: one recipient is refused with 550, and a message gets through to another.
SAID = ["EHLO a.example", "MAIL FROM:<anna@a.example>", "RCPT TO:<zoe@example.test>"]
SAID += ["RCPT TO:<alice@example.test>", "DATA", "Subject: Hello", "", "Hello, Alice.", "."]

MISSED = """\
card = guess('01-1')
card.choice.value = 'The server waits for you'
card._reveal()
review()"""
ORDER = "01-5"
# RFC 5321 §3.3: the only order of the seven steps with one recipient.
WANTED = ["EHLO", "MAIL", "RCPT", "DATA", "Subject", ".", "QUIT"]

# The looks of each kind of card, once something was done on it.
LOOKS = {
    "guess": "guess('01-1').choice.value = 'The server waits for you'\nguess('01-1')",
    "choice": "exercise('02-3').check('a', 2)\nexercise('02-3')",
    "number": "exercise('02-4').check(5)\nexercise('02-4')",
    "take": "card = exercise('02-8')._card()\ncard.buttons[4].click()\ncard",
    "wire": "card = exercise('02-7')._card()\ncard.buttons[2].click()\ncard",
    "review": "board = review('06')\nboard.choices[0].value = board.asked[0].answer\nboard",
    "before and after": """\
board = check_up('exit')
for asked, row in zip(board.asked, board.choices):
    row.value = asked.choices[0]
board""",
    "order": "task = exercise('07-8')\ntask.check(task.question.solve)\ntask",
    "policy": "exercise('09-8')",
}


def run_cell(page: Any, number: int) -> None:
    """Runs one cell of the sheet, from 0 on."""
    page.evaluate("at => { jupyterapp.shell.currentWidget.content.activeCellIndex = at }", number)
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")


def is_chosen(page: Any, name: str) -> bool:
    return bool(button(page, name).get_attribute("aria-pressed") == "true")


def rows(page: Any) -> list[str]:
    """The lines of the order card, from top to bottom, with their numbers."""
    group = page.get_by_role("group", name="Line to move")
    return [str(each) for each in group.get_by_role("button").all_inner_texts()]


# ---- guesses


def test_a_click_is_noted_and_the_next_cell_brings_the_verdict(cards: Any) -> None:
    page = cards("guess('01-1')", "'220'", "'250'")
    assert page.get_by_text(ASKED).is_visible()
    assert page.get_by_role("group", name="Your guess").get_by_role("button").count() == 3
    button(page, WRONG).click()
    assert hears(page, "Noted") == NOTED
    assert is_chosen(page, WRONG) and not is_chosen(page, RIGHT)
    prompt = page.locator(".jp-Cell").nth(2).locator(".jp-InputPrompt")
    before = prompt.inner_text()
    run_cell(page, 2)  # which has run already, and is not the next one
    prompt.filter(has_text=re.compile(r"\d"), has_not_text=before).wait_for()
    assert hears(page, "Noted") == NOTED
    run_cell(page, 1)
    told = hears(page, "Not so.")
    assert "A web server waits until it is asked" in told and RIGHT in told
    button(page, RIGHT).click()  # too late
    page.wait_for_timeout(500)
    assert is_chosen(page, WRONG) and hears(page, "Not so.") == told


def test_by_keyboard_and_again_tomorrow(cards: Any) -> None:
    page = cards("guess('01-4')", "'354'")
    do(page, "3")
    assert hears(page, "Noted") == NOTED
    assert has_focus(button(page, "3"))
    run_cell(page, 0)  # the card once more: noted, and no more
    assert hears(page, "Noted") == NOTED
    tab_to(page, button(page, "3"))
    press(page, "Shift+Enter")  # which runs the next cell, and not the card's own
    hears(page, "Right. 354")
    page = cards("guess('01-4')")
    hears(page, "Right. 354")
    assert is_chosen(page, "3") and not is_chosen(page, "2")


# ---- exercises


def test_a_choice_and_its_reason(cards: Any) -> None:
    page = cards("exercise('02-3')")
    button(page, "Check").click()
    hears(page, "Not tried yet. Expected: a choice and a reason.")
    do(page, "a  keep the mail and try again later")
    do(page, "2  the third digit says how serious it is")
    do(page, "Check")
    hears(page, "Not right. The third digit only tells replies")
    do(page, "1  the first digit is enough to decide")
    do(page, "Check")
    hears(page, "Right.")
    assert has_focus(button(page, "Check"))


def test_a_number_is_typed_and_kept(cards: Any) -> None:
    page = cards("exercise('02-4')")
    tab_to(page, page.get_by_role("textbox", name="Your answer"))
    page.keyboard.type("8 lines")
    press(page, "Enter")
    hears(page, "Not right. You have counted lines.")
    page = cards("exercise('02-4')")
    hears(page, "Not right. You have counted lines.")
    assert page.get_by_role("textbox", name="Your answer").input_value() == "8 lines"


def test_hint_solution_and_again(cards: Any) -> None:
    page = cards("exercise('02-1')")
    do(page, "Hint")
    hears(page, "Hint 1 of 2")
    do(page, "Solution")
    hears(page, "Answer: 4")
    shows(page, "Hint 1 of 2")
    page = cards("exercise('02-1')")  # tomorrow
    assert "Answer: 4" in shows(page, "Hint 1 of 2").inner_text()
    do(page, "5")
    do(page, "Check")
    hears(page, "Not right.")
    do(page, "Again")
    page.get_by_text("zoe@example.test").first.wait_for()
    page.get_by_role("button", name="5", exact=True, pressed=False).wait_for()
    page.locator(".smtp-page", has_text="Hint").wait_for(state="detached")


def test_a_conversation_is_pasted(cards: Any) -> None:
    page = cards("exercise('02-7')")
    field = page.get_by_role("textbox", name="What the client says")
    assert "Subject: Backup" in field.input_value()  # the one that is to be repaired
    button(page, "Check").click()
    hears(page, "Not right. After 354 every line is text")
    field.fill(MAIL)
    button(page, "Check").click()
    hears(page, "Right.")


def test_a_console_s_session_is_taken(cards: Any) -> None:
    page = cards("from smtplesson import Console\nConsole()", "exercise('02-8')")
    exchanges(page, 1)
    say(page, *SAID)
    do(page, TAKE)
    hears(page, 'Taken from the Console on "example".')
    field = page.get_by_role("textbox", name="What the client says")
    assert field.input_value().splitlines() == SAID
    do(page, "Check")
    hears(page, "Right.")


def test_lines_are_put_in_order_with_the_keyboard(cards: Any) -> None:
    page = cards(f"exercise('{ORDER}')")
    now = scrambled(questions("01")[ORDER][0])
    assert rows(page) == [f"{n}  {line}" for n, line in enumerate(now, 1)]
    do(page, "Check")
    hears(page, "Not right.")
    for to, word in enumerate(WANTED):
        line = next(line for line in now if line.startswith(word))
        at = now.index(line)
        if at == to:
            continue
        do(page, f"{at + 1}  {line}")
        tab_to(page, button(page, "Move up"))
        for number in range(at, to, -1):
            press(page, "Enter")
            hears(page, f"{line} is now line {number} of 7.")
        assert has_focus(button(page, "Move up"))
        now.remove(line)
        now.insert(to, line)
    do(page, "Check")
    hears(page, "Right.")
    page = cards(f"exercise('{ORDER}')")  # tomorrow
    hears(page, "Right.")
    assert [row.split("  ")[1].split(":")[0].split()[0] for row in rows(page)] == WANTED


# ---- several questions on one card


def test_what_was_missed_comes_back_and_is_answered_at_once(cards: Any) -> None:
    page = cards(MISSED)
    assert page.get_by_role("group", name="Answer 1").get_by_role("button").count() == 3
    do(page, "Your client says hello by itself", "Answer 1")
    hears(page, "Not so. The answer: The server speaks.")
    hears(page, "0 of 1 right.")
    assert is_chosen(page, "Your client says hello by itself")
    assert has_focus(button(page, "Your client says hello by itself"))
    page = cards("review()")
    hears(page, "Nothing is due today.")


def test_three_before_a_notebook(cards: Any) -> None:
    page = cards("review('04')")
    for number in (1, 2, 3):
        group = page.get_by_role("group", name=f"Answer {number}")
        tab_to(page, group.get_by_role("button").last)
        press(page, "Enter")
    hears(page, "of 3 right.")


# ---- all of them


def test_they_shut_nobody_out(cards: Any, axe: str, screenshots: Path | None) -> None:
    guessed, *others = LOOKS.values()
    page = cards(guessed, "'220'", *others, "guess('01-5')", "exercise('02-8')", "exercise('01-5')")
    run_cell(page, 1)
    hears(page.locator(".smtp-board").first, "Not so.")
    page.locator(".smtp-board").nth(len(LOOKS) + 2).wait_for()
    assert barriers(page, axe, screenshots, *(f"card, {name}" for name in LOOKS)) == []
