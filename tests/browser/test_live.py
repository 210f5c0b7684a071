"""The live page in Chromium, from a file and offline: it answers, teaches and shuts nobody out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smtplesson.exercises.experiment_list import tasks
from smtplesson.exercises.question import Question

from .jupyter import ON_COLOURS, Lab, find_barriers
from .user import OPENING, button, command, enter, exchanges, has_focus, press, say, tab_to

SHOW = "from smtplesson import Console\nConsole()"
PANELS = (".smtp-log", ".smtp-state", ".smtp-reply", ".smtp-post", ".smtp-bars")
# What the page says as soon as it is there; a server may be ready a moment later.
BEFORE = """addEventListener("DOMContentLoaded", () => {
  const [words, log] = ["wait", "console"].map((id) => document.getElementById(id));
  window.before = [words.textContent, log.inert];
});"""
FOLD = "(open) => { for (const each of document.querySelectorAll('details')) each.open = open; }"
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("body *")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1)
  .filter((box) => !box.closest(".smtp-hidden, .smtp-input, textarea"))
  .map((box) => box.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def asked(browser: Any, live_page: Path) -> Iterator[tuple[Any, list[str]]]:
    """The page, ready, in a browser without a network; and what it asked for or complained of."""
    context, asked = browser.new_context(offline=True), list[str]()
    page = context.new_page()
    page.on("console", lambda said: asked.append(said.text))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(BEFORE)
    page.goto(live_page.as_uri(), wait_until="commit")
    exchanges(page, 1)
    page.locator("[data-ready]").wait_for(timeout=120_000)
    words, inert = page.evaluate("window.before")
    assert words.startswith("The server is starting") and inert
    assert not page.locator("#console").evaluate("(console) => console.inert")
    yield page, asked
    context.close()


@pytest.fixture
def page(asked: tuple[Any, list[str]]) -> Any:
    """The page, on a server that has just been started."""
    button(asked[0], "Start over").click()
    exchanges(asked[0], 1)
    return asked[0]


def do(page: Any, lines: tuple[str, ...]) -> None:
    """Says the lines; one in parentheses names a button or a box."""
    for line in lines:
        if line == "(Raw)":
            page.get_by_label("Raw").check()
        elif line.startswith("("):
            button(page, line[1:-1]).click()
        else:
            enter(page, line)
            page.wait_for_function("() => document.querySelector('.smtp-input').value === ''")


def test_it_asks_for_nothing(page: Any, asked: tuple[Any, list[str]], live_page: Path) -> None:
    say(page, *OPENING, "Hello", ".")
    assert [each for each in asked[1] if not each.startswith("blob:null/")] == [live_page.as_uri()]


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task.id)
def test_an_experiment_refuses_a_wrong_way_and_ticks_the_right_one(
    page: Any, task: Question
) -> None:
    box = page.locator(f"#{task.id}")
    box.locator("summary").first.click()
    start = box.get_by_role("button", name="Start over on the server")
    done = int(page.locator("#score").inner_text().split()[0])
    start.click()
    assert page.get_by_label("Scenario").input_value() == task.scenario
    assert has_focus(command(page))
    earned = "✓" in box.locator("summary").first.inner_text()  # on the way to another one
    if not earned:
        do(page, task.mistakes[0].lines)
        box.locator(".smtp-told", has_text=task.mistakes[0].say).wait_for()
        assert "✓" not in box.locator("summary").first.inner_text()
        start.click()
    do(page, task.solve)
    box.locator(".smtp-told", has_text=task.solution).wait_for()
    assert "✓" in box.locator("summary").first.inner_text()
    assert int(page.locator("#score").inner_text().split()[0]) >= done + (not earned)
    page.get_by_label("Scenario").select_option("example")


def test_what_arrived_is_opened_and_a_reply_is_explained(page: Any) -> None:
    say(page, *OPENING, "From: president@bank.example", "", "..two", ".")
    assert "From: president@bank.example" in page.locator(".smtp-post").inner_text()
    assert "sent as ..two" in page.locator(".smtp-post").inner_text()
    assert page.locator(".smtp-reply .smtp-large").inner_text().endswith("250")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("421", "421"),
        ("host mx.example said: 452 4.2.2 Mailbox full (in reply to RCPT)", "452"),
        ("<img src=x onerror=alert(1)>", "a text that quotes one"),
    ],
)
def test_any_code_and_bounce_is_read(page: Any, text: str, says: str) -> None:
    page.get_by_label("A code such as").fill(text)
    button(page, "Explain").click()
    page.locator("#meaning", has_text=says).wait_for()
    assert page.locator("#meaning img").count() == 0


def test_the_transcript_is_copied_and_saved(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(page, "NOOP")
    with page.expect_download() as saved:
        button(page, "Save transcript").click()
    text = Path(saved.value.path()).read_text("utf-8")
    assert text.splitlines()[1:] == ["C: NOOP", "S: 250 2.0.0 Still here"]
    button(page, "Copy transcript").click()
    page.locator(".smtp-hint", has_text="on the clipboard").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == text.rstrip("\n")


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    page.evaluate(FOLD, False)
    page.get_by_role("link", name="Skip to the Console").focus()
    press(page, "Enter")
    tab_to(page, command(page))
    page.keyboard.type("NOOP")
    press(page, "Enter")
    exchanges(page, 2)
    summary = page.locator("#experiments-3 summary")
    tab_to(page, summary.first)
    press(page, "Enter", "Tab", "Enter")
    assert summary.nth(1).evaluate("(hint) => hint.parentElement.open")
    tab_to(page, page.get_by_label("A code such as"))
    page.keyboard.type("354")
    press(page, "Tab", "Enter")
    page.locator("#meaning", has_text="354").wait_for()


def test_it_shuts_nobody_out(page: Any, axe: str, screenshots: Path | None) -> None:
    say(page, *OPENING, "From: president@bank.example", "", "..two", ".")
    page.evaluate(FOLD, True)
    page.evaluate(axe)
    for scheme, rules in (("light", None), ("dark", ON_COLOURS)):
        page.emulate_media(color_scheme=scheme)
        if screenshots:
            page.screenshot(path=screenshots / f"live-{scheme}.png", full_page=True)
        assert find_barriers(page, rules) == [], scheme
    page.emulate_media(color_scheme="light")
    for width in (320, 390, 1280, 1700):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE) == [], width
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_page_and_a_notebook_show_the_same(page: Any, lab: Lab) -> None:
    notebook = lab.show(SHOW)
    exchanges(notebook, 1)
    for each in (page, notebook):
        say(each, *OPENING, "From: president@bank.example", "", "..two", ".", "FROB", "QUIT")
    for panel in PANELS:
        shown = [each.locator(panel).text_content() for each in (page, notebook)]
        assert shown[0] == shown[1] != "", panel


def test_a_browser_that_is_too_old_is_told(browser: Any, live_page: Path) -> None:
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        page.add_init_script("delete self.DecompressionStream")
        page.goto(live_page.as_uri(), wait_until="commit")
        page.locator("#wait", has_text="The server cannot start in this browser").wait_for()
    with browser.new_context(offline=True, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(live_page.as_uri())
        assert "it is too old, or it runs no scripts" in page.locator("#wait").inner_text()
