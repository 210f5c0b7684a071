"""All handouts in a real browser: they ask for nothing, shut nobody out, and take few sheets."""

import functools
import io
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pypdf
import pytest

from .conftest import Tab
from .jupyter import ON_COLOURS, find_barriers

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ["index", *(path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb")))]
# What only a student's page has (boxes, lines to write on, "What the server said") is on this one.
# All else is on the teacher's page too, in the same colours.
STUDENTS_OWN = "02-three-digits"
# Nobody reads a selector for each text that is as it should be, nor what was not decided.
SHORT = {"selectors": False, "resultTypes": ["violations", "passes"]}
NO_COLOURS = {"rules": {name: {"enabled": False} for name in ON_COLOURS["runOnly"]}}
MOST_SHEETS = {"student": 8, "teacher": 12}
SET_THEME = "theme => { document.documentElement.dataset.theme = theme; }"
SHORT_ALTS = "() => [...document.images].map((image) => image.alt).filter((alt) => alt.length < 41)"
# What is wider than its box can be reached only where the box scrolls.
CUT_OFF = """() => [document.documentElement, ...document.querySelectorAll("main *")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1)
  .filter((box) => !box.parentElement || getComputedStyle(box).overflowX === "hidden")
  .map((box) => box.outerHTML.slice(0, 120))"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module", params=("student", "teacher"))
def folder(request: pytest.FixtureRequest, handouts: Path) -> Path:
    """A folder with all handouts for one audience."""
    made = handouts / str(request.param)
    assert sorted(path.stem for path in made.iterdir()) == sorted(NAMES)
    return made


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address at which the folder is served on loopback."""
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def address(folder: Path, name: str) -> str:
    return (folder / f"{name}.html").as_uri()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shuts_nobody_out_and_asks_for_nothing(
    folder: Path, tab: Tab, name: str, axe: str
) -> None:
    page = tab.show(address(folder, name))
    assert len(page.locator("body").inner_text()) > 500
    assert page.evaluate(SHORT_ALTS) == []
    page.evaluate(axe)
    if folder.name == "teacher" or name == STUDENTS_OWN:
        for theme, rules in (("dark", ON_COLOURS), ("light", {})):
            page.evaluate(SET_THEME, theme)
            assert find_barriers(page, {**rules, **SHORT}) == [], theme
    else:
        assert find_barriers(page, {**NO_COLOURS, **SHORT}, least=0) == []
    for width in (320, 640):  # a telephone; 1280 pixels at 200 % zoom
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT_OFF) == [], width
    if name[0].isdigit():
        assert sheets(page) <= MOST_SHEETS[folder.name]


def sheets(page: Any) -> int:
    """How many sheets it is when printed."""
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    return len(pypdf.PdfReader(io.BytesIO(printed)).pages)


@pytest.mark.parametrize("name", ["index", STUDENTS_OWN])
def test_from_a_server_it_is_the_same(folder: Path, site: str, tab: Tab, name: str) -> None:
    here = tab.show(address(folder, name)).locator("body").inner_text()
    assert tab.show(f"{site}/{name}.html").locator("body").inner_text() == here


def test_the_first_press_of_tab_leads_past_the_head(folder: Path, tab: Tab) -> None:
    page = tab.show(address(folder, NAMES[1]))
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    box = skip.bounding_box()
    assert "Skip" in skip.inner_text() and box and box["x"] >= 0 and box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#{page.locator('main').get_attribute('id')}")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1
