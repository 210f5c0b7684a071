"""The pages of the whole course, as text, and what some tests cannot do without."""

from pathlib import Path

import pytest

from tests.browser.conftest import absent
from tests.browser.jupyter import CHROMIUM
from tests.handouts.helpers import Pages, pages


@pytest.fixture(scope="session")
def course(handouts: Path) -> Pages:
    """The pages for each audience by name."""
    return {who: pages(handouts / who) for who in ("student", "teacher")}


@pytest.fixture
def needs_chromium() -> None:
    if CHROMIUM is None:
        absent("no Chromium on this machine (Debian: apt-get install chromium)")
