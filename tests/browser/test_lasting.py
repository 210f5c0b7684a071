"""The review card and the order card in a real JupyterLab, by the keyboard alone."""

from typing import Any

from smtplesson.exercises.order import scrambled
from smtplesson.exercises.question_file import questions

from .user import button, do, has_focus, hears, press, tab_to

MISSED = """\
card = guess('01-1')
card.choice.value = 'The server waits for you'
card._reveal()
review()"""
MAIL = "01-5"
# RFC 5321 §3.3: the only order of the seven steps with one recipient.
WANTED = ["EHLO", "MAIL", "RCPT", "DATA", "Subject", ".", "QUIT"]


def rows(page: Any) -> list[str]:
    """The lines of the order card, from top to bottom, with their numbers."""
    group = page.get_by_role("group", name="Line to move")
    return [str(each) for each in group.get_by_role("button").all_inner_texts()]


def test_what_was_missed_comes_back_and_is_answered_at_once(cards: Any) -> None:
    page = cards(MISSED)
    assert page.get_by_role("group", name="Answer 1").get_by_role("button").count() == 3
    do(page, "Your client says hello by itself", "Answer 1")
    hears(page, "Not so. The answer: The server speaks.")
    hears(page, "0 of 1 right.")
    chosen = button(page, "Your client says hello by itself")
    assert chosen.get_attribute("aria-pressed") == "true" and has_focus(chosen)
    page = cards("review()")
    told = page.get_by_role("status").filter(has_text="Nothing is due today.")
    told.wait_for()


def test_three_before_a_notebook(cards: Any) -> None:
    page = cards("review('04')")
    for number in (1, 2, 3):
        group = page.get_by_role("group", name=f"Answer {number}")
        tab_to(page, group.get_by_role("button").last)
        press(page, "Enter")
    hears(page, "of 3 right.")


def test_lines_are_put_in_order_with_the_keyboard(cards: Any) -> None:
    page = cards(f"exercise('{MAIL}')")
    now = scrambled(questions("01")[MAIL][0])
    assert rows(page) == [f"{n}  {line}" for n, line in enumerate(now, 1)]
    do(page, "Check")
    hears(page, "Not right.")
    for to, word in enumerate(WANTED):
        at = next(n for n, line in enumerate(now) if line.startswith(word))
        if at == to:
            continue
        line = now[at]
        do(page, f"{at + 1}  {line}")
        tab_to(page, button(page, "Move up"))
        while at > to:
            press(page, "Enter")
            hears(page, f"{line} is now line {at} of 7.")
            at -= 1
        assert has_focus(button(page, "Move up"))
        now.remove(line)
        now.insert(to, line)
    do(page, "Check")
    hears(page, "Right.")
    page = cards(f"exercise('{MAIL}')")  # tomorrow
    hears(page, "Right.")
    assert [row.split("  ")[1].split(":")[0].split()[0] for row in rows(page)] == WANTED
