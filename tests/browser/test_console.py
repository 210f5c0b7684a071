"""The Console in a real JupyterLab: by keyboard, by mouse, by eye and by screen reader."""

from pathlib import Path
from typing import Any

import pytest

from .jupyter import Lab, barriers
from .user import OPENING, button, command, enter, exchanges, has_focus, hears, press, say, tab_to

SHOW = "from smtplesson import Console\nconsole = Console()\nconsole"
HUNT = """\
from smtplesson.progress import Progress
from smtplesson.widgets import CoverageHunt
CoverageHunt(Progress('console.json'))"""
# Then all that is drawn is new, whatever the consoles of other tests have drawn.
FORGET = "from smtplesson.console.finds import KERNEL_FINDS\nKERNEL_FINDS.forget()\n"
# The logs of both views have the reply, each when it is painted, and that of the third has not.
ALIKE = """() => {
  const logs = [...document.querySelectorAll("[role=log]")].map((log) => log.innerText);
  const [one, other, third] = logs;
  return one === other && one.includes("Still here") && !third.includes("Still here");
}"""
IS_AT_END = "(log) => log.scrollTop + log.clientHeight > log.scrollHeight - 2"
TOO_WIDE = """(board, width) => {
  board.style.width = `${width}px`;
  return [board, ...board.querySelectorAll("*")]
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .filter((element) => element.clientWidth && !element.closest(".smtp-hidden"))
    .map((element) => element.className || element.tagName);
}"""


@pytest.fixture
def page(lab: Lab) -> Any:
    return shown(lab, SHOW)


def shown(lab: Lab, *cells: str, consoles: int = 1) -> Any:
    """A page with these cells, on which each Console has its greeting.

    Before it is painted nothing can be counted and nothing should be typed.
    """
    page = lab.show(*cells)
    exchanges(page, consoles)
    return page


def test_a_whole_mail_with_the_keyboard_alone(page: Any) -> None:
    tab_to(page, command(page))
    for count, line in enumerate((*OPENING, "Subject: hello", "", "Hello Alice!", "."), 2):
        page.keyboard.type(line)
        press(page, "Enter")
        last = exchanges(page, count).last
        assert line in last.inner_text()
        assert has_focus(command(page))
        assert command(page).input_value() == ""
    assert "250 2.6.0 Message accepted, 32 octets" in last.inner_text()
    assert page.locator(".smtp-steps [aria-current]").inner_text() == "greeted"


def test_a_mail_that_arrived_is_opened(page: Any) -> None:
    say(page, *OPENING, "From: bank@bank.example", "", "..two", ".")
    hears(page, "alice has 1 message.")
    post = page.locator(".smtp-post")
    cells = [row.split("\t") for row in post.locator("tbody tr").all_inner_texts()]
    assert cells == [
        ["from", "MAIL FROM:<you@client.example>", "From: bank@bank.example"],
        ["to", "RCPT TO:<alice@example.test>", "no To line"],
    ]
    assert post.locator(".smtp-stored").inner_text().endswith("\n.two  sent as ..two")
    page.get_by_text("alice has 1 message", exact=True).click()
    say(page, "NOOP")
    assert not post.locator("table").is_visible()  # who has folded it away has seen it


def test_a_click_inserts_a_command_and_enter_sends_it(page: Any) -> None:
    button(page, "EHLO").click()
    assert command(page).input_value() == "EHLO client.example"
    assert has_focus(command(page))
    button(page, "Send").click()
    assert "250 HELP" in exchanges(page, 2).last.inner_text()
    assert page.locator(".smtp-reply .smtp-large").inner_text().endswith("250")


def test_without_a_hunt_a_new_code_says_how_to_open_one(lab: Lab) -> None:
    page = shown(lab, FORGET + SHOW)
    say(page, "EHLO client.example")
    hears(page, "New: 250, 2 of 40.")
    press(page, "Tab", "Tab", "Enter")  # past Send
    hears(page, "run this in a cell: from smtplesson.widgets import CoverageHunt; CoverageHunt()")
    assert has_focus(command(page))
    say(page, "HELO client.example")
    assert not button(page, "Show it in the hunt").is_visible()  # nothing is new


def test_a_command_out_of_order_says_why_and_can_be_sent_all_the_same(page: Any) -> None:
    reason = "DATA is out of order: EHLO or HELO comes first (503)"
    assert button(page, "DATA").get_attribute("title") == reason
    button(page, "DATA").click()
    hears(page, f"{reason}.")
    press(page, "Enter")
    assert "503 5.5.1" in exchanges(page, 2).last.inner_text()
    assert "Permanent negative completion" in page.locator(".smtp-reply").inner_text()
    assert "give up and report" in page.locator(".smtp-duty").inner_text()


def test_arrow_keys_recall(page: Any) -> None:
    say(page, "NOOP one", "NOOP two")
    page.keyboard.type("NOOP th")
    seen = []
    for key in (*["ArrowUp"] * 3, *["ArrowDown"] * 3):
        press(page, key)
        seen.append(command(page).input_value())
    assert seen == ["NOOP two", "NOOP one", "NOOP one", "NOOP two", "NOOP th", "NOOP th"]


def test_the_bars_follow_the_replies(page: Any) -> None:
    say(page, "NOOP", "NOOP", "FROB")
    rows = [row.split()[-2:] for row in page.locator(".smtp-bars tbody tr").all_inner_texts()]
    assert rows == [["220", "1"], ["250", "2"], ["500", "1"]]
    widths = [bar.bounding_box()["width"] for bar in page.locator(".smtp-bar").all()]
    assert widths[1] == pytest.approx(2 * widths[0], abs=1) == pytest.approx(2 * widths[2], abs=1)


def test_scenario_and_seed_are_chosen_and_begun_anew(page: Any) -> None:
    say(page, "NOOP")
    chooser = page.get_by_label("Scenario")
    tab_to(page, chooser)
    press(page, "ArrowUp", "ArrowUp")  # moves in the list, and not to another cell
    assert chooser.input_value() == "busy"
    assert "A server under load" in page.locator(".smtp-about").inner_text()
    page.get_by_label("Seed").fill("forty-two")
    button(page, "Start over").click()
    hears(page, "whole number", "alert")
    page.get_by_label("Raw").check()
    page.get_by_label("Seed").fill("42")
    press(page, "Enter")
    exchanges(page, 1)
    hears(page, "Off again: Raw.")
    assert not page.get_by_label("Raw").is_checked()
    assert has_focus(command(page))
    assert page.get_by_role("alert").inner_text() == ""


def test_a_closed_session_offers_a_new_one(page: Any) -> None:
    assert not button(page, "Connect again").is_visible()
    say(page, "QUIT")
    enter(page, "NOOP")
    hears(page, "The session is closed", "alert")
    button(page, "Connect again").click()
    exchanges(page, 3)
    page.get_by_text("Session 2").wait_for()
    assert command(page).input_value() == "NOOP"  # which nobody has heard yet
    press(page, "Enter")
    exchanges(page, 4)
    assert command(page).input_value() == ""
    assert page.get_by_role("alert").inner_text() == ""
    assert not button(page, "Connect again").is_visible()


# ---- predictions, the state map, and what is taken away


def test_predictions_are_asked_for_and_kept(page: Any) -> None:
    page.get_by_label("Predict first").check()
    enter(page, "DATA")
    command(page, "Prediction").wait_for()
    assert page.locator(".smtp-exchange").count() == 1
    press(page, "Escape")
    command(page).wait_for()
    assert command(page).input_value() == "DATA"
    press(page, "Enter")
    button(page, "3 send more").click()
    exchanges(page, 2)
    enter(page, "NOOP")
    command(page, "Prediction").wait_for()
    press(page, *"250", "Enter")
    exchanges(page, 3)
    page.get_by_text("1 of 2 right").wait_for()
    assert has_focus(command(page))
    table = [" ".join(row.split()) for row in page.locator(".smtp-guesses tr").all_inner_texts()]
    assert table[1:3] == ["2yz 1 · · · ·", "3yz · · · 1 ·"]


def test_the_state_map_shows_where_the_session_is(page: Any) -> None:
    page.get_by_text("State map", exact=True).click()
    say(page, "EHLO client.example")
    page.locator("img.smtp-map[alt*='now in state greeted']").wait_for()
    say(page, "MAIL FROM:<you@client.example>")
    page.locator("img.smtp-map[alt*='now in state sender']").wait_for()


def test_the_transcript_can_be_copied_and_saved(page: Any, lab: Lab) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(page, "NOOP")
    button(page, "Copy transcript").click()
    hears(page, "on the clipboard")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[1:] == ["C: NOOP", "S: 250 2.0.0 Still here"]
    button(page, "Save transcript").click()
    hears(page, "Saved as smtp-transcript-1.txt")
    assert (lab.folder / "smtp-transcript-1.txt").read_text() == f"{copied}\n"
    assert (lab.folder / "smtp-transcript-1.jsonl").exists()


def test_letters_typed_on_a_control_are_no_commands_to_the_notebook(page: Any) -> None:
    cells = "() => jupyterapp.shell.currentWidget.content.widgets.length"
    log, chooser = page.get_by_role("log"), page.get_by_label("Scenario")
    for control in (button(page, "NOOP"), log, chooser, page.get_by_label("Raw"), command(page)):
        control.focus()
        press(page, *"bdd")
        assert page.evaluate(cells) == 1
        assert has_focus(control)


def test_what_is_said_is_never_markup(lab: Lab) -> None:
    page = shown(
        lab,
        "from smtplesson import Console, Reply, Scenario\n"
        "from smtplesson.protocol.scenario import Rule\n"
        "trap = '<img src=x onerror=alert(1)>'\n"
        "Console(Scenario(trap, about=trap, rules=(Rule('NOOP', Reply(250, trap)),)))",
    )
    say(page, "NOOP <img src=x>")
    assert page.locator(".smtp-exchange").last.inner_text().count("<img src=x") == 2
    assert page.locator(".smtp-console img").count() == 0


def test_two_views_of_one_console_show_the_same_and_another_console_does_not(lab: Lab) -> None:
    page = shown(lab, SHOW, "console", "Console(host=console.model.host)", consoles=3)
    enter(page, "NOOP")
    page.wait_for_function(ALIKE)


def test_after_two_thousand_exchanges_it_still_answers(lab: Lab) -> None:
    page = lab.show(SHOW, "for _ in range(2_000):\n    console.say('NOOP')")
    page.get_by_text("The first 1,501 entries are no longer shown.").wait_for(timeout=120_000)
    assert page.locator(".smtp-exchange").count() == 500
    enter(page, "NOOP at last")
    page.locator(".smtp-exchange", has_text="NOOP at last").wait_for()
    assert page.locator(".smtp-count").all_inner_texts() == ["1", "2,001"]


def test_the_log_ends_in_sight(lab: Lab) -> None:
    lines = (*OPENING, "From: The Bank <bank@bank.example>", "", "..two", ".")
    said = "\n".join(f"console.say({line!r})" for line in lines)
    page = lab.show(f"{SHOW.removesuffix('console')}{said}\nconsole")
    page.locator(".smtp-exchange", has_text="Message accepted").wait_for()
    page.wait_for_timeout(200)  # whatever else is laid out
    log = page.get_by_role("log")
    assert log.evaluate(IS_AT_END)
    page.locator(".smtp-console").evaluate("(console) => { console.style.width = '320px' }")
    page.wait_for_function(f"(log) => ({IS_AT_END})(log)", arg=log.element_handle(), timeout=5_000)


def test_nothing_is_cut_off(page: Any) -> None:
    say(page, *OPENING[:3], "RCPT TO:<" + "x" * 90 + "@example.test>")
    # The widget by itself: JupyterLab's own frame takes most of a narrow window.
    for width in (320, 640, 1280):
        assert page.locator(".smtp-console").evaluate(TOO_WIDE, width) == [], width


def test_no_barriers(lab: Lab, axe: str, screenshots: Path | None) -> None:
    static = "from IPython.display import HTML\nHTML(console.html())"
    closed = "closed = Console()\nfor line in ('QUIT', 'NOOP'):\n    closed.say(line)\nclosed"
    page = lab.show(FORGET + SHOW, static, closed, HUNT)
    exchanges(page, 3)
    say(page, *OPENING, "From: The Bank <bank@bank.example>", "", "..two", ".")
    page.get_by_label("Predict first").first.check()
    enter(page, "FROB")
    command(page, "Prediction").wait_for()
    press(page, "2", "Enter")
    button(page, "Show it in the hunt").wait_for()
    page.locator(".smtp-reply summary", has_text="More on this reply").first.click()
    page.get_by_text("State map", exact=True).first.click()
    page.locator("img.smtp-map").wait_for()
    hears(page, "closed", "alert")
    assert barriers(page, axe, screenshots, "Console", "Console, closed") == []
