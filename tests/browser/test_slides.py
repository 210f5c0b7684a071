"""Slides in a real browser, from file://: they ask for nothing, fit, and turn by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from smtplesson.handouts.slides import slides_page

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WAIT = 10_000  # milliseconds
READY = ".reveal.ready"
AT = "() => [Reveal.getIndices().h, Reveal.getIndices().v, Reveal.getIndices().f]"
GO_TO = """(what) => {
  const slide = Reveal.getSlides().find((slide) => slide.querySelector(what));
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v);
}"""
SCROLLED = "() => Reveal.getCurrentSlide().scrollTop"
SHOW_ALL = "() => { while (Reveal.availableFragments().next) Reveal.nextFragment(); }"
# A slide that does not fit may be scrolled, but then with the keyboard too, and not sideways.
UNFIT = """() => {
  const slide = Reveal.getCurrentSlide();
  const fits = slide.scrollHeight <= slide.clientHeight || slide.tabIndex === 0;
  return fits && slide.scrollWidth <= slide.clientWidth ? "" : slide.innerText.slice(0, 60);
}"""
FIND_BARRIERS = """async () => {
  const { violations } = await axe.run();
  return violations.map((rule) => [rule.id, ...rule.nodes.map((node) => node.failureSummary)]);
}"""


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens the slides of a notebook; at the end nothing must have been asked for or gone wrong."""
    troubles: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 720})

    def opened(name: str, theme: str = "light") -> Any:
        notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)  # type: ignore[no-untyped-call]
        file = tmp_path / "slides.html"
        file.write_text(slides_page(notebook, name, theme=theme), "utf-8")
        page = context.new_page()
        page.on("console", lambda said: troubles.append(said.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: note_request(asked.url))
        page.goto(file.as_uri())
        page.wait_for_selector(READY, timeout=WAIT)
        return page

    def note_request(url: str) -> None:
        if not url.startswith(("data:", tmp_path.as_uri())):
            troubles.append(f"asked for {url}")

    yield opened
    context.close()
    assert troubles == []


def test_keys_ask_run_read_and_turn(show: Any) -> None:
    page = show("01-a-conversation")
    assert page.evaluate(AT) == [0, 0, None]
    assert page.locator("h1").count() == 1
    for key, place in (
        ("ArrowRight", [1, 0, -1]),  # asked
        ("ArrowRight", [1, 0, 0]),  # run
        ("Space", [1, 0, 1]),  # to be read
        ("PageDown", [2, 0, -1]),
        ("PageUp", [1, 0, 1]),
        ("Home", [0, 0, None]),
    ):
        page.keyboard.press(key)
        assert page.evaluate(AT) == place, key
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.locator("section:not(.present) :focus").count() == 0
    page.keyboard.press("End")
    assert page.evaluate("Reveal.isLastSlide()")
    page.wait_for_timeout(1_500)  # reveal.js is in no hurry to write the place into the address
    page.reload()
    page.wait_for_selector(READY, timeout=WAIT)
    assert page.evaluate("Reveal.isLastSlide()")


def test_a_slide_that_is_too_long_scrolls_when_it_has_the_focus(show: Any) -> None:
    page = show("04-limits")
    page.evaluate(GO_TO, ".smtplesson-board")
    page.evaluate(SHOW_ALL)
    page.wait_for_selector("section[tabindex].present", timeout=WAIT)
    place, top = page.evaluate(AT), page.evaluate(SCROLLED)
    assert top > 0  # what is shown last is in sight
    page.keyboard.press("Tab")
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    page.wait_for_timeout(500)  # it scrolls smoothly; the page's policy lets no test wait in it
    assert page.evaluate(SCROLLED) < top
    assert page.evaluate(AT) == place
    page.keyboard.press("ArrowRight")
    assert page.evaluate(AT) != place


@pytest.mark.parametrize(
    ("name", "theme"), [("01-a-conversation", "light"), ("05-distributions", "dark")]
)
def test_every_slide_fits_and_shuts_nobody_out(show: Any, name: str, theme: str, axe: str) -> None:
    page = show(name, theme)
    page.evaluate(axe)
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    for _ in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(SHOW_ALL)
        assert page.evaluate(UNFIT) == ""
        assert page.evaluate(FIND_BARRIERS) == [], page.evaluate(AT)
        page.evaluate("Reveal.next()")
    assert page.evaluate("Reveal.isLastSlide()")
