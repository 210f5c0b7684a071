"""Every board in a real JupyterLab: it comes, it answers, and it shuts nobody out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import SET_THEME, THEMES, Lab, barriers

# Each board's cell, by its class.
BOARDS = {
    "ServerComparison": "from smtplesson.widgets.comparison import ServerComparison\n"
    "ServerComparison()",
}


@pytest.fixture(scope="module", params=BOARDS)
def board(request: pytest.FixtureRequest, module_lab: Lab) -> Iterator[tuple[str, Any]]:
    """The name of a board, and a page that shows it."""
    page = module_lab.open(BOARDS[request.param], height=2400)
    page.locator(".smtp-page").first.wait_for(timeout=10_000)
    yield request.param, page
    assert module_lab.troubles() == []


@pytest.mark.parametrize("theme", THEMES)
def test_it_is_accessible_in_both_themes(
    board: tuple[str, Any], theme: str, axe: str, screenshots: Path | None
) -> None:
    name, page = board
    page.evaluate(SET_THEME, theme)
    page.wait_for_timeout(500)
    if screenshots:
        picture = screenshots / f"{name}-{theme.split()[1].lower()}.png"
        page.locator(".smtp-board").first.screenshot(path=str(picture))
    assert barriers(page, axe) == []
