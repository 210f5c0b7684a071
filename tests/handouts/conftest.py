"""The pages of the whole course, as text."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def course(handouts: Path) -> dict[str, dict[str, str]]:
    """The pages for each audience by name."""
    return {
        who: {
            page.stem: page.read_text("utf-8") for page in sorted((handouts / who).glob("*.html"))
        }
        for who in ("student", "teacher")
    }
