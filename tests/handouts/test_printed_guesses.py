"""Predictions on paper: boxes to tick, and what came where the reader has not looked yet."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from smtplesson.exercises.prediction import notebooks, predictions
from tests.handouts.helpers import NOTEBOOKS, Pages, code, md, shown

WHY = "As soon as the connection is there the server greets"
CELLS = (
    md("# One\n\n## Start"),
    code('from smtplesson.exercises import guess\n\nguess("01-1")', text_plain="01-1 in words"),
    code("connect()", text_plain="220 it came"),
    code("more()", text_plain="250 more"),
    md("## End"),
)


def test_for_students_what_came_stands_at_the_end_under_its_number(tmp_path: Path) -> None:
    page = shown(tmp_path, *CELLS)
    (card,) = page.select("section.exercise")
    assert [each.text for each in card.select(".boxes li")] == [
        *("☐ The server waits for you", "☐ The server speaks"),
        "☐ Your client says hello by itself",
    ]
    assert "in words" not in page.text and "import guess" not in page.text
    assert WHY not in page.text and not page.select(".answer")
    text = page.text
    places = ["☐ The server waits", "connect()", "What came stands at the end", "250 more", "End"]
    places += ["What the server said", "220 it came"]
    assert [text.index(each) for each in places] == sorted(text.index(each) for each in places)
    assert page.select("a[href='#said-01-1']") and page.find(id="said-01-1")


def test_teachers_have_it_in_place_with_the_answer(tmp_path: Path) -> None:
    page = shown(tmp_path, *CELLS, audience="teacher")
    (answer,) = page.select(".answer")
    assert "The server speaks" in answer.text and WHY in answer.text
    assert page.text.index(WHY) < page.text.index("220 it came") < page.text.index("250 more")
    assert "What the server said" not in page.text


def test_a_guess_that_is_none_is_a_cell_like_any_other(tmp_path: Path) -> None:
    page = shown(tmp_path, code('guess("99-1")', text_plain="x"), code("a()", text_plain="220 it"))
    assert "220 it" in page.text and "What the server said" not in page.text


@pytest.mark.parametrize("lesson", notebooks())
def test_each_guess_of_the_course(course: Pages, lesson: str) -> None:
    (path,) = NOTEBOOKS.glob(f"{lesson}-*.ipynb")
    names = list(predictions(lesson))
    for audience in ("student", "teacher"):
        page = BeautifulSoup(course[audience][path.stem], "html.parser")
        cards = page.select("section.exercise:has(.boxes)")
        assert [card["id"] for card in cards] == [f"guess-{name}" for name in names]
        ends = [
            str(tag["id"]) for tag in page.find_all(id=True) if str(tag["id"]).startswith("said")
        ]
        assert ends == ([f"said-{name}" for name in names] if audience == "student" else [])
        assert len(page.select("section.exercise:has(.boxes) .answer")) == len(cards) - len(ends)
