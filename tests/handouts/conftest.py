"""The pages of the whole course, as text."""

from pathlib import Path

import pytest

from tests.handouts.helpers import Pages


@pytest.fixture(scope="session")
def course(handouts: Path) -> Pages:
    """The pages for each audience by name."""

    def pages(who: str) -> dict[str, str]:
        files = sorted((handouts / who).glob("*.html"))
        return {page.stem: page.read_text("utf-8") for page in files}

    return {who: pages(who) for who in ("student", "teacher")}
