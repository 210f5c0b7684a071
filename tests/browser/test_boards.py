"""Every board in a real JupyterLab: it fits, it shuts nobody out, and the keyboard is enough."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from smtplesson import widgets
from smtplesson.evidence.limits import limits
from smtplesson.figures.limit_steps import standard

from .jupyter import SET_THEME, THEMES, Lab, barriers
from .user import button, command, do, has_focus, hears, picture, press, shows, tab_to

BEGIN = """\
from smtplesson.console.finds import KERNEL_FINDS
from smtplesson.progress import Progress
from smtplesson.widgets import *
KERNEL_FINDS.first.clear()  # the consoles of other tests had this kernel too
"""
# The looks of each board: the cell that leads to it, and what is to be seen then.
LOOKS = {
    "CoverageHunt": (
        """\
hunt, console = CoverageHunt(Progress('looks.json')), Console()
for line in ('EHLO a.example', 'HELP', 'DATA', 'MAIL FROM:<reply-451@example.test>'):
    console.say(line)
for _ in range(3):
    hunt.hint.click()
hunt""",
        "Hint 3",
    ),
    **{
        f"DistributionLab, {view}": (
            f"""\
board = DistributionLab('busy')
board.other.value, board.view.value = 'greylist', '{view}'
board.run.click()
board""",
            "1,000 sessions played.",
        )
        for view in ("bars", "heat map", "convergence")
    },
    "LimitsBench": ("bench = LimitsBench()\nbench.more.click()\nbench", "501"),
    "ReplyExplorer": (
        """\
explorer = ReplyExplorer()
explorer.digits[0].value, explorer.search.value = '5', 'mailbox'
explorer.code.value = 550
explorer.provoke.click()
explorer""",
        "C: RCPT TO:<nobody@example.test>",
    ),
    "ReplyExplorer, a second one": ("ReplyExplorer()", "Codes that match"),
    "ReplyReader": ("reader = ReplyReader()\nreader.example.click()\nreader", "Disagreement"),
    "RetryTimeline": (
        """\
timeline = RetryTimeline()
for _ in range(4):
    timeline.step.click()
timeline""",
        "Delivered after 6 minutes",
    ),
    "RetryTimeline, with a field that is off": (
        "timeline = RetryTimeline()\ntimeline.schedule.label = 'no retry'\ntimeline",
        "Nothing has been tried yet.",
    ),
    "ServerComparison": ("ServerComparison()", "The RFCs give"),
}
FILTER = "(image) => getComputedStyle(image).filter"
IN_SIGHT = """(row) => {
  const [a, b] = [row, row.closest(".smtp-matches")].map((each) => each.getBoundingClientRect());
  return a.top >= b.top && a.bottom <= b.bottom + 1;
}"""
FOCUSED = """(code) => {
  const { dataset, ariaCurrent } = document.activeElement;
  return dataset.choice === code && ariaCurrent === "true";
}"""
TOO_WIDE = """(board, width) => {
  board.style.width = `${width}px`;
  const edge = board.getBoundingClientRect().right + 1;
  const found = [...board.querySelectorAll("*")]
    .filter((element) => !element.closest(".smtp-page, .smtp-hidden, .noUi-target, select"))
    .filter((element) => element.getBoundingClientRect().right > edge)
    .map((element) => element.outerHTML.slice(0, 80));
  board.style.removeProperty("width");
  return found;
}"""
# Controls that touch: whose frames, with two pixels more on each side, have a point in common.
TOUCHING = """(board) => {
  const kinds = ".smtp-controls :is(button, select, input, textarea)";
  const controls = [...board.querySelectorAll(kinds)];
  const at = controls.map((control) => control.getBoundingClientRect()).filter((box) => box.width);
  const near = (a, b) => a.left - 4 < b.right && b.left - 4 < a.right &&
    a.top - 4 < b.bottom && b.top - 4 < a.bottom;
  return at.flatMap((a, n) => at.slice(n + 1).filter((b) => near(a, b)).map((b) => [a, b]));
}"""


def show(lab: Lab, cell: str, *others: str) -> Any:
    """A page with a board."""
    page = lab.show(BEGIN + cell, *others)
    page.locator(".smtp-page").first.wait_for()
    return page


def choose(page: Any, name: str, keys: str) -> None:
    tab_to(page, page.get_by_role("combobox", name=name, exact=True))
    page.keyboard.type(keys)


def test_every_board_is_here() -> None:
    assert {look.partition(",")[0] for look in LOOKS} == set(widgets.__all__) - {"Console"}


def test_they_fit_and_shut_nobody_out(lab: Lab, axe: str, screenshots: Path | None) -> None:
    page = show(lab, *(cell for cell, _ in LOOKS.values()))
    for place, (look, (_, words)) in enumerate(LOOKS.items()):
        board = page.locator(".jp-Notebook .jp-Cell").nth(place).locator(".smtp-board")
        board.filter(has_text=words).wait_for()
        # A telephone in JupyterLab, a wider one, and 200 % of zoom. The page itself scrolls.
        for width in (286, 320, 640):
            assert board.evaluate(TOO_WIDE, width) == [], look
        assert board.evaluate(TOUCHING) == [], look
    assert barriers(page, axe, screenshots, *LOOKS) == []


def test_a_picture_follows_the_theme_where_no_widget_is(lab: Lab) -> None:
    page = lab.show("from smtplesson.figures import state_map\nstate_map()")
    image = page.get_by_role("img", name="Map of the session")
    image.wait_for()
    look = [(page.evaluate(SET_THEME, theme), image.evaluate(FILTER))[1] for theme in THEMES]
    assert look == ["none", "invert(0.88) hue-rotate(180deg)"]


# ---- reply explorer


def test_from_digits_to_a_transcript(lab: Lab) -> None:
    page = show(lab, "ReplyExplorer()")
    for place, digit in (("First", "5"), ("Second", "5"), ("Third", "1")):
        choose(page, f"{place} digit", digit)
    shows(page, "Codes that match: 1 of 64")
    do(page, "Provoke it")
    said = shows(page, "C: RCPT TO:<erik@example.test>").inner_text()
    assert "551" in said and "<erik@moved.example>" in said  # RFC 5321 §3.4
    hears(page, "Provoked 551.")


def test_from_words_to_a_code_that_cannot_be_said(lab: Lab, axe: str) -> None:
    page = show(lab, "ReplyExplorer()")
    shows(page, "Codes that match: 64 of 64")
    tab_to(page, page.get_by_role("group", name="Codes that match", exact=True))
    press(page, "End")
    bottom = "list.scrollTop + list.clientHeight > list.scrollHeight - 2"
    page.wait_for_function(f"(list => {bottom})(document.querySelector('.smtp-matches'))")
    tab_to(page, page.get_by_role("textbox", name="Search", exact=True))
    page.keyboard.type("econnrefused 111")
    shows(page, "111 cannot be provoked")
    expect(button(page, "Provoke it")).to_be_disabled()
    assert barriers(page, axe) == []
    page.keyboard.insert_text(" " + "x" * 10_000)  # as if pasted
    shows(page, "Nothing found")


def test_a_row_chooses_its_code_with_the_mouse_and_with_the_keyboard(lab: Lab) -> None:
    page = show(lab, "ReplyExplorer()")
    code = page.get_by_role("combobox", name="Code", exact=True)
    matches = page.get_by_role("group", name="Codes that match", exact=True)
    # The chosen code is in sight, though the list is long.
    chosen = matches.locator("tr:has([aria-current])")
    assert "550" in chosen.inner_text()
    assert chosen.evaluate(IN_SIGHT)
    matches.get_by_role("row").filter(has_text="local; try the address").click()
    expect(code).to_have_value(re.compile("^551"))
    shows(page, "The client must now")
    row = matches.get_by_role("button", name="551")
    page.wait_for_function(FOCUSED, arg="551")  # on the list that was drawn anew
    press(page, "ArrowDown", "Enter")
    page.wait_for_function(FOCUSED, arg="552")
    expect(code).to_have_value(re.compile("^552"))
    assert row.get_attribute("tabindex") == "-1"  # the Tab key leads to one of them
    press(page, "Home", "Space")
    page.wait_for_function(FOCUSED, arg="101")
    shows(page, "101 cannot be provoked")


# ---- coverage hunt


def test_a_console_lights_up_the_hunt_on_its_page(lab: Lab) -> None:
    lit = ".smtp-tile[style]"
    page = show(lab, "CoverageHunt(Progress('hunt.json'))", "Console()")
    page.locator(lit, has_text="220").wait_for()
    assert page.locator(lit).count() == 1
    tab_to(page, command(page))
    page.keyboard.type("EHLO client.example")
    press(page, "Enter")
    page.locator(lit, has_text="250").wait_for()
    assert "drawn by EHLO client.example" in page.locator(lit, has_text="250").text_content()
    tab_to(page, button(page, "Show it in the hunt"))
    press(page, "Enter")
    page.wait_for_function("() => document.activeElement.dataset.choice === '250'")
    shows(page, "2 of 40 drawn")


def test_a_tile_is_chosen_by_mouse_and_by_key(lab: Lab) -> None:
    page = show(lab, "CoverageHunt(Progress('tiles.json'))")
    tile = page.locator(".smtp-tile", has_text="503")
    tile.click()
    page.locator(".smtp-tile[aria-current]", has_text="503").wait_for()
    expect(page.get_by_label("Code").locator("option:checked")).to_have_text(re.compile("^503"))
    page.wait_for_function("() => document.activeElement.matches('.smtp-tile[aria-current]')")
    press(page, "Tab", "Enter")
    page.locator(".smtp-tile[aria-current]", has_text="504").wait_for()


def test_hints_and_reset_by_keyboard(lab: Lab) -> None:
    page = show(lab, "CoverageHunt(Progress('hints.json'))")
    choose(page, "Code", "503")
    do(page, "Hint 1 of 3")
    shows(page, "Hint 1: It answers DATA.")
    do(page, "Reset")
    hears(page, "Forget all finds? Click again.")
    press(page, "Enter")
    hears(page, "All finds are forgotten.")
    expect(page.locator(".smtp-page")).not_to_contain_text("Hint 1")


# ---- limits bench


def test_across_the_limit_octet_by_octet(lab: Lab) -> None:
    page = show(lab, "LimitsBench()")
    picture(page, "You are at 64, where it is 250.")
    slider = tab_to(page, page.get_by_role("slider", name="Length"))
    for key, length, code in (
        *(("ArrowRight", 65, 501), ("ArrowRight", 66, 501)),
        *(("ArrowLeft", 65, 501), ("ArrowLeft", 64, 250)),
    ):
        press(page, key)
        picture(page, f"You are at {length}, where it is {code}.")
        assert slider.get_attribute("aria-valuetext") == str(length)
        assert page.get_by_label("In figures").input_value() == str(length)
    tab_to(page, page.get_by_label("In figures"))
    press(page, "Control+A", *"256", "Enter")
    picture(page, "You are at 256, where it is 501.")
    do(page, "At the limit")
    picture(page, "You are at 64, where it is 250.")
    tab_to(page, button(page, "One more"))
    press(page, "Space")
    picture(page, "You are at 65, where it is 501.")


# A slider whose ends are moved answers with old values: each limit needs one of its own.
def test_every_limit_begins_where_it_is(lab: Lab) -> None:
    page = show(lab, "LimitsBench()")
    choice = page.get_by_label("Object")
    names = [each.replace("\xa0", " ") for each in choice.locator("option").all_inner_texts()]
    names.sort(key=lambda name: standard(limits()[name]))
    ends = [each for pair in zip(names, reversed(names), strict=True) for each in pair]
    for name in dict.fromkeys(ends):  # up and down by turns, so that both ends of a slider move
        choice.select_option(name)
        picture(page, f"Reply codes to a {name} of")
        at_limit = standard(limits()[name])
        picture(page, f"You are at {at_limit:,}, where it is 250.")
        assert page.get_by_label("In figures").input_value() == str(at_limit)


# ---- retry timeline


def test_step_by_step_to_the_end_of_the_story(lab: Lab) -> None:
    page = show(lab, "RetryTimeline()")
    tab_to(page, button(page, "Step"))
    for count, code in ((1, "450"), (2, "450"), (3, "450"), (4, "250")):
        press(page, "Enter")
        picture(page, f"Timeline of {count} attempt")
        assert f": {code} at " in hears(page, f"Attempt {count}")
    assert "Delivered after 6 minutes" in page.locator(".smtp-page").inner_text()


def test_it_plays_by_itself_and_can_be_paused(lab: Lab) -> None:
    page = show(lab, "RetryTimeline()")
    page.get_by_label("Server", exact=True).select_option(
        "outage"
    )  # 25 attempts, so that there is time
    do(page, "Play")
    picture(page, "Timeline of 2 attempts")
    press(page, "Enter")  # the same button is "Pause" now
    button(page, "Play").wait_for()
    shown = page.locator(".smtp-page img").get_attribute("alt")
    page.wait_for_timeout(1_500)
    assert page.locator(".smtp-page img").get_attribute("alt") == shown
    press(page, "Enter")
    button(page, "Pause").wait_for()
    picture(page, f"Timeline of {int(shown.split()[2]) + 1} attempts")
    press(page, "Enter")
    button(page, "Play").wait_for()


# ---- reply reader and server comparison


def test_a_bounce_is_pasted_and_explained(lab: Lab) -> None:
    page = show(lab, "ReplyReader()")
    field = page.get_by_role("textbox", name="Bounce or log")
    field.fill("host mx.example.test said: 452 4.2.2 Full (in reply to RCPT TO command)")
    shows(page, "Storage short")
    field.fill("Dear all, we meet in room 550.")
    shows(page, "There is no SMTP reply in this text")


def test_a_situation_is_chosen_with_the_keyboard(lab: Lab) -> None:
    page = show(lab, "ServerComparison()")
    chooser = page.get_by_role("combobox", name="Situation")
    chooser.focus()
    press(page, "ArrowDown")  # in JupyterLab, a key that would leave the cell
    shows(page, "TO:<bob@example.test>")
    assert has_focus(chooser)
    # ipywidgets puts no-break spaces into the labels of options.
    assert chooser.evaluate("element => element.selectedOptions[0].label") == "mailbox\N{NBSP}full"
