"""All handouts in a real browser: they ask for nothing, and shut nobody out."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .conftest import Tab
from .jupyter import ON_COLOURS, find_barriers

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ["index", *(path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb")))]
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
    folder: Path, site: str, tab: Tab, name: str, axe: str
) -> None:
    page = tab.show(address(folder, name))
    text = page.locator("body").inner_text()
    assert len(text) > 500
    assert page.evaluate(SHORT_ALTS) == []
    page.evaluate(axe)
    for theme, rules in (("light", None), ("dark", ON_COLOURS)):
        page.evaluate(SET_THEME, theme)
        assert find_barriers(page, rules) == [], theme
    for width in (320, 640):  # a telephone; 1280 pixels at 200 % zoom
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT_OFF) == [], width
    tab.page.set_viewport_size({"width": 1280, "height": 900})
    assert tab.show(f"{site}/{name}.html").locator("body").inner_text() == text


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
