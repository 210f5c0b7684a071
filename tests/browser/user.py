"""What a user does on a page of JupyterLab, and what they see and hear there.

All of it waits for what is not there yet, for half a minute at most, as Playwright does of itself:
a deadline for what never comes.
"""

from typing import Any

import pytest


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def has_focus(element: Any) -> bool:
    return bool(element.evaluate("element => element === document.activeElement"))


def tab_to(page: Any, element: Any) -> Any:
    """The element, reached with the Tab key."""
    element.wait_for()
    for _ in range(80):
        if has_focus(element):
            return element
        press(page, "Tab")
    return pytest.fail("no way there with the Tab key")


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
