"""What a user does on a page of JupyterLab, and what they see and hear there.

All of it waits for what is not there yet, for half a minute at most, as Playwright does of itself:
a deadline for what never comes.
"""

from typing import Any

import pytest

# The commands of a mail up to its text, each of which is answered.
OPENING = (
    "EHLO client.example",
    "MAIL FROM:<you@client.example>",
    "RCPT TO:<bob@example.test>",
    "RCPT TO:<alice@example.test>",
    "DATA",
)
IS_PASSED = """(element) => {
  const { activeElement } = document;
  const after = element.compareDocumentPosition(activeElement) & Node.DOCUMENT_POSITION_FOLLOWING;
  return Boolean(after) && !element.contains(activeElement);
}"""


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def has_focus(element: Any) -> bool:
    return bool(element.evaluate("element => element === document.activeElement"))


def tab_to(page: Any, element: Any) -> Any:
    """The element, reached with the Tab key; one that the focus has passed, with Shift + Tab."""
    element.wait_for()
    key = "Shift+Tab" if element.evaluate(IS_PASSED) else "Tab"
    for _ in range(80):
        if has_focus(element):
            return element
        press(page, key)
    return pytest.fail("no way there with the Tab key")


def do(page: Any, name: str, within: str = "") -> None:
    """Presses a button with the keyboard; one in a group where several have its name."""
    there = page.get_by_role("group", name=within) if within else page
    tab_to(page, button(there, name))
    press(page, "Enter")


def shows(page: Any, words: str) -> Any:
    """The page of a board, once it has these words."""
    shown = page.locator(".smtp-page").filter(has_text=words)
    shown.wait_for()
    return shown


def hears(page: Any, words: str, role: str = "status", within: float = 30) -> str:
    """What a screen reader is told, once these words are in it; within so many seconds."""
    news = page.get_by_role(role).filter(has_text=words)
    news.wait_for(timeout=1_000 * within)
    return str(news.inner_text())


def picture(page: Any, words: str, within: float = 30) -> None:
    """Waits until the alternative text of a picture has these words; for so many seconds."""
    image = page.locator(f'.smtp-page img[alt*="{words}"]').first
    image.wait_for(timeout=1_000 * within)


# ---- the Console


def command(page: Any, name: str = "Command") -> Any:
    """The line to type."""
    return page.get_by_role("textbox", name=name, exact=True)


def exchanges(page: Any, count: int) -> Any:
    """The exchanges on the screen, once there are so many and the last one is painted.

    Rows have `content-visibility: auto`, so a new one has no text until the next frame.
    """
    page.wait_for_function(
        """count => {
            const rows = document.querySelectorAll('.smtp-exchange');
            return rows.length === count && (!count || rows[count - 1].innerText !== '');
        }""",
        arg=count,
    )
    return page.locator(".smtp-exchange")


def enter(page: Any, line: str) -> None:
    """Types a line into the first console, and presses Enter."""
    command(page).first.fill(line)
    press(page, "Enter")


def say(page: Any, *lines: str) -> None:
    """Enters the lines, each when the one before was answered."""
    for line in lines:
        count = page.locator(".smtp-exchange").count()
        enter(page, line)
        exchanges(page, count + 1)
