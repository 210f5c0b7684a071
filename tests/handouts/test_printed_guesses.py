"""Predictions on paper: boxes to tick, and what came where the reader has not looked yet."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from smtplesson.exercises.prediction import notebooks, predictions
from tests.handouts.helpers import NOTEBOOKS, Pages, code, md, shown, soup

WHY = "As soon as the connection is open the server greets"
SAID, TO_THE_END = "What the server said", "The answers are at the end"
FIRST = (
    md("# One\n\n## Start"),
    code('from smtplesson.exercises import guess\n\nguess("01-1")', text_plain="01-1 in words"),
    code("connect()", text_plain="220 it came"),
)
CELLS = (
    *FIRST,
    md("It says *220*.\n\n- A list.\n\n**Try it.** Now you."),
    code("more()", text_plain="250 more"),
    md("## End"),
)
MORE = code("more()", text_plain="250 more")


def stands(page: BeautifulSoup, *places: str) -> None:
    """Each of these words is on the page once, in this order."""
    text = page.main.text if page.main else ""
    assert {each: text.count(each) for each in places} == dict.fromkeys(places, 1)
    assert all(text.index(before) < text.index(after) for before, after in pairwise(places))


def letters(text: object) -> str:
    """What is left of a text without marks: they are written otherwise on a page."""
    return re.sub(r"\]\([^)]*\)|\W|_", "", str(text))


def test_for_students_what_came_stands_at_the_end_under_its_number(tmp_path: Path) -> None:
    page = shown(tmp_path, *CELLS)
    (card,) = page.select("section.exercise")
    assert [each.text for each in card.select(".boxes li")] == [
        *("☐ The server waits for you", "☐ The server speaks"),
        "☐ Your client says hello by itself",
    ]
    assert "in words" not in page.text and "import guess" not in page.text
    assert WHY not in page.text and not page.select(".answer")
    stands(page, "☐ The server waits", "connect()", TO_THE_END, "Now you.", "250 more", "End")
    stands(page, "End", SAID, "220 it came", "It says 220", "A list.")
    assert page.select("a[href='#said-01-1']") and page.find(id="said-01-1")


@pytest.mark.parametrize(
    ("after", "places"),
    [
        # A demonstration that goes on says what came as well.
        (
            [md("Read."), MORE, md("Done.\n\n## End")],
            ["End", SAID, "220 it", "Read", "250", "Done"],
        ),
        ([MORE, md("## End")], ["more()", "End", SAID, "220 it", "250 more"]),
        # Prose in a cell of its own leads on to what is next.
        ([md("Read."), md("But then:"), MORE], ["But then", "250 more", SAID, "220 it", "Read"]),
        ([md("Read."), code('exercise("02-1")')], ["(predict the reply)", SAID, "220 it", "Read."]),
        ([code('guess("01-2")'), MORE], ["01-2 ·", "more()", SAID, "220 it", "250 more"]),
        ([code("x = 1"), md("Go on.")], ["x = 1", "Go on.", SAID, "220 it"]),
    ],
)
def test_where_the_answer_ends(tmp_path: Path, after: list[Any], places: list[str]) -> None:
    stands(shown(tmp_path, *FIRST, *after), "connect()", *places)


def test_teachers_have_it_in_place_with_the_answer(tmp_path: Path) -> None:
    page = shown(tmp_path, *CELLS, audience="teacher")
    (answer,) = page.select(".answer")
    assert "The server speaks" in answer.text
    stands(page, WHY, "220 it came", "It says 220", "Now you.", "250 more", "End")
    assert SAID not in page.text


def test_a_guess_that_is_none_is_a_cell_like_any_other(tmp_path: Path) -> None:
    page = shown(tmp_path, code('guess("99-1")', text_plain="x"), code("a()", text_plain="220 it"))
    assert "220 it" in page.text and SAID not in page.text


@pytest.mark.parametrize("lesson", notebooks())
def test_each_guess_of_the_course(course: Pages, lesson: str) -> None:
    (path,) = NOTEBOOKS.glob(f"{lesson}-*.ipynb")
    names = re.findall(r'guess\(\\"([\d-]+)\\"\)', path.read_text("utf-8"))  # in their order
    assert sorted(names) == sorted(predictions(lesson))
    for audience in ("student", "teacher"):
        page = soup(course[audience][path.stem])
        cards = page.select("section.exercise:has(.boxes)")
        assert [card["id"] for card in cards] == [f"guess-{name}" for name in names]
        ends = [
            str(tag["id"]) for tag in page.find_all(id=True) if str(tag["id"]).startswith("said")
        ]
        assert ends == ([f"said-{name}" for name in names] if audience == "student" else [])
        assert sum(len(card.select(".answer")) for card in cards) == len(cards) - len(ends)


def read_back(path: Path) -> list[str]:
    """What each cell of prose that comes after an answer begins with, if it reads the answer."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    sources = [("".join(cell["source"]), cell["cell_type"]) for cell in cells]
    found = []
    for n, (source, _) in enumerate(sources[:-2]):
        if re.search(r"^guess\(", source, re.M) and sources[n + 2][1] == "markdown":
            found.append(sources[n + 2][0].split("\n\n")[0])
    return [each for each in found if not each.startswith(("#", "**Try it"))]


@pytest.mark.parametrize("lesson", notebooks())
def test_the_prose_that_answers_is_not_below_the_question(course: Pages, lesson: str) -> None:
    (path,) = NOTEBOOKS.glob(f"{lesson}-*.ipynb")
    prose = read_back(path)
    assert len(prose) == len(predictions(lesson))  # each answer is read back
    student, teacher = (soup(course[who][path.stem]).text for who in ("student", "teacher"))
    questions, at_the_end = map(letters, student.split(f"{SAID}\n"))
    in_place = letters(teacher)
    for each in map(letters, prose):
        assert each not in questions and each in at_the_end and each in in_place
