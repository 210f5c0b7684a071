"""All handouts in a real browser: they ask for nothing, and shut nobody out."""

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from .jupyter import RULES_ON_COLOURS

AUDIENCES = ("student", "teacher")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ["index", *(path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb")))]
FIND_BARRIERS = """async ([theme, rules]) => {
  document.documentElement.dataset.theme = theme;
  const { violations, passes } = await axe.run(rules);
  const found = violations.map((rule) => [rule.id, ...rule.nodes.map((x) => x.failureSummary)]);
  const saw = passes.some((rule) => rule.id === "color-contrast" && rule.nodes.length > 9);
  return saw ? found : [...found, "axe-core saw no text whose contrast it could check"];
}"""
HEADINGS = "() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((h) => +h.tagName[1])"
WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# What is wider than its box can be reached only where the box scrolls.
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter((box) =>
  box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX === "hidden"
  && box.clientWidth > 1).map((box) => box.outerHTML.slice(0, 120))"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module", params=AUDIENCES)
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


@dataclass
class Tab:
    """A page of the browser, and what went wrong on it or was asked for besides its address."""

    page: Any
    address: str = ""
    troubles: list[str] = field(default_factory=list)

    def show(self, address: str) -> Any:
        """The page at this address. Only that may be asked for, and what it carries inside."""
        self.address = address
        self.page.goto(address)
        return self.page

    def note_request(self, request: Any) -> None:
        if request.url != self.address and not request.url.startswith("data:"):
            self.troubles.append(f"asked for {request.url}")


@pytest.fixture(scope="module")
def the_tab(browser: Any) -> Iterator[Tab]:
    """One tab for all tests: a new one costs as much as the page in it."""
    tab = Tab(browser.new_page())
    tab.page.on("console", lambda said: tab.troubles.append(said.text))
    tab.page.on("pageerror", lambda error: tab.troubles.append(str(error)))
    tab.page.on("request", tab.note_request)
    yield tab
    tab.page.close()


@pytest.fixture
def tab(the_tab: Tab) -> Iterator[Tab]:
    """The tab, as wide as a screen; at the end nothing must have gone wrong in it."""
    the_tab.troubles.clear()
    the_tab.page.set_viewport_size({"width": 1280, "height": 900})
    yield the_tab
    assert the_tab.troubles == []


def address(folder: Path, name: str) -> str:
    return (folder / f"{name}.html").as_uri()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shuts_nobody_out(folder: Path, tab: Tab, name: str, axe: str) -> None:
    page = tab.show(address(folder, name))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title() and page.locator("h1").count() == 1
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for image in page.locator("img").all():
        assert len(image.get_attribute("alt") or "") > 40
    page.evaluate(axe)
    assert page.evaluate(FIND_BARRIERS, ["light", {}]) == []
    assert page.evaluate(FIND_BARRIERS, ["dark", {"runOnly": RULES_ON_COLOURS}]) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_or_enlarged_page_is_all_there(folder: Path, tab: Tab, name: str) -> None:
    page = tab.show(address(folder, name))
    for width in (320, 640):  # a telephone; 1280 pixels at 200 % zoom
        page.set_viewport_size({"width": width, "height": 900})
        needed, there = page.evaluate(WIDTHS)
        assert needed <= there, width
        assert page.evaluate(CUT_OFF) == [], width


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing(folder: Path, site: str, tab: Tab, name: str) -> None:
    from_disk = tab.show(address(folder, name)).locator("body").inner_text()
    from_web = tab.show(f"{site}/{name}.html").locator("body").inner_text()
    assert len(from_disk) > 500 and from_disk == from_web


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


def test_every_link_between_the_pages_leads_somewhere(folder: Path, tab: Tab) -> None:
    anchors, links = {}, []
    for name in NAMES:
        page = tab.show(address(folder, name))
        anchors[f"{name}.html"] = page.evaluate(
            "() => [...document.querySelectorAll('[id]')].map((x) => x.id)"
        )
        links += page.evaluate("() => [...document.querySelectorAll('a[href]')].map((x) => x.href)")
    inside = [link for link in links if link.startswith(folder.as_uri())]
    assert len(inside) > len(NAMES)
    for link in inside:
        page_name, _, anchor = link.rpartition("/")[2].partition("#")
        assert page_name in anchors, link
        assert not anchor or anchor in anchors[page_name], link
