"""All handouts in a real browser: they ask for nothing, and shut nobody out."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from smtplesson.command.cli import main

AUDIENCES = ("student", "teacher")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ["index", *(path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb")))]
FIND_BARRIERS = """async () => {
  const { violations, passes } = await axe.run();
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


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which the folder is served on loopback."""
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module", params=AUDIENCES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all handouts for one audience."""
    made = tmp_path_factory.mktemp(request.param)
    assert main(["handout", "--no-run", "--audience", request.param, "--out", str(made)]) == 0
    assert sorted(path.stem for path in made.iterdir()) == sorted(NAMES)
    return made


@pytest.fixture
def show(browser: Any) -> Iterator[Any]:
    """Opens an address; at the end nothing else must have been asked for or gone wrong."""
    troubles: list[str] = []
    page = browser.new_page()
    asked: list[str] = []
    page.on("console", lambda said: troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    def opened(address: str, *, width: int = 1280) -> Any:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        troubles.extend(f"asked for {url}" for url in asked if not allowed(url, address))
        asked.clear()
        return page

    yield opened
    page.close()
    assert troubles == []


def allowed(url: str, address: str) -> bool:
    """Only the page itself may be asked for, and what it carries inside."""
    return url == address or url.startswith("data:")


def address(folder: Path, name: str) -> str:
    return (folder / f"{name}.html").as_uri()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing(folder: Path, show: Any, name: str) -> None:
    with served(folder) as site:
        texts = [show(where).locator("body").inner_text() for where in
                 (address(folder, name), f"{site}/{name}.html")]  # fmt: skip
    assert len(texts[0]) > 500 and texts[0] == texts[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shuts_nobody_out(folder: Path, show: Any, name: str, axe: str) -> None:
    page = show(address(folder, name))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title() and page.locator("h1").count() == 1
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for image in page.locator("img").all():
        assert len(image.get_attribute("alt") or "") > 40
    page.evaluate(axe)
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert page.evaluate(FIND_BARRIERS) == [], theme


@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_or_enlarged_page_is_all_there(folder: Path, show: Any, name: str) -> None:
    for width in (320, 640):  # a telephone; 1280 pixels at 200 % zoom
        page = show(address(folder, name), width=width)
        needed, there = page.evaluate(WIDTHS)
        assert needed <= there, width
        assert page.evaluate(CUT_OFF) == [], width


def test_the_first_tab_leads_past_the_head(folder: Path, show: Any) -> None:
    page = show(address(folder, NAMES[1]))
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    box = skip.bounding_box()
    assert "Skip" in skip.inner_text() and box and box["x"] >= 0 and box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#{page.locator('main').get_attribute('id')}")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_every_link_between_the_pages_leads_somewhere(folder: Path, show: Any) -> None:
    anchors, links = {}, []
    for name in NAMES:
        page = show(address(folder, name))
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
