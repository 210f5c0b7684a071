"""The lessons as a teacher plans with them: a core of 45 honest minutes, then what is extra."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from nbformat.v4 import new_markdown_cell

from smtplesson.facts import reply_codes

from .test_notebooks import (
    FOLDER,
    LESSONS,
    SUMMARY,
    WITH_EXERCISES,
    code,
    is_card,
    notebook,
    prose,
    words,
)

TO_HERE = re.compile(r"^\*(\d+) minutes? to here\.\*$", re.M)
STATED = re.compile(r"\*\*Time\*\*: (\d+) minutes, and (\d+) more for the extras")
OWN = re.compile(r"\((\d+) minutes\)")  # what the text gives to a task without a card
EXERCISE = re.compile(r'exercise\("(\d\d-\d+)"\)')
OBJECTIVE = re.compile(r"^\d\. .*?\*\(([^)]+)\)\*[.,]?$", re.M)
CODE = re.compile(r"(?<![\d.,-])\b([2-5]\d\d)\b(?![.,]\d)")
# Minutes. Readers of a foreign language take about 130 words a minute.
WORDS, TASK, GUESS, REVIEW, CELL = 130, 3, 0.5, 2, 0.25
CORE, TOLERANCE = 45, 2
EXERCISES, NEW_CODES = 4, 10


class Section(NamedTuple):
    """What stands between two headings."""

    title: str
    cells: tuple[Any, ...]

    @property
    def text(self) -> str:
        return "\n".join(cell.source for cell in self.cells if cell.cell_type == "markdown")

    @property
    def exercises(self) -> list[str]:
        found = (EXERCISE.findall(cell.source) for cell in self.cells if cell.cell_type == "code")
        return [name for names in found for name in names]

    @property
    def minutes(self) -> float:
        tables = "\n".join(re.findall(r"^\|(.+)$", self.text, re.M))
        own = sum(map(int, OWN.findall(self.text)))
        doing = sum(_minutes(cell) for cell in self.cells if cell.cell_type == "code")
        return (words(self.text) + words(tables) / 2) / WORDS + own + doing


def _minutes(cell: Any) -> float:
    if "review(" in cell.source:
        return REVIEW
    if not is_card(cell):
        return CELL
    return TASK if "exercise(" in cell.source else GUESS


def sections(name: str) -> Iterator[Section]:
    """The sections of a notebook, cut where a cell has a heading; a cell has one at most."""
    title, cells = "", list[Any]()
    for cell in notebook(name).cells:
        headings = re.findall(r"^#{1,2} .+$", cell.source, re.M)
        if cell.cell_type == "markdown" and headings:
            before, heading, after = cell.source.partition(headings[0])
            cells += [new_markdown_cell(before)]
            if title or before.strip():
                yield Section(title, tuple(cells))
            title, cells = heading, [new_markdown_cell(after)]
        else:
            cells.append(cell)
    yield Section(title, tuple(cells))


def core(name: str) -> list[Section]:
    """The sections up to the key points, which belong to it."""
    found = list(sections(name))
    ends = [section.title for section in found].index(SUMMARY)
    return found[: ends + 1]


def chapter(name: str) -> str:
    """What the teacher's guide says of a notebook."""
    guide = (FOLDER / "teacher-guide.md").read_text("utf-8")
    (found,) = re.findall(rf"^## {name[:2]} .+?(?=^## |\Z)", guide, re.M | re.S)
    return str(found)


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_a_cell_has_one_heading(name: str) -> None:
    texts = [cell.source for cell in notebook(name).cells if cell.cell_type == "markdown"]
    assert all(len(re.findall(r"^#{1,2} ", text, re.M)) <= 1 for text in texts)


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_what_comes_after_the_key_points_is_extra_and_nothing_else(name: str) -> None:
    titles = [section.title for section in sections(name)]
    end = titles.index(SUMMARY)
    assert all(title.startswith("## Extra: ") for title in titles[end + 1 :])
    assert not [title for title in titles[:end] if "Extra" in title]


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_the_core_takes_the_time_that_is_stated(name: str) -> None:
    parts, so_far = core(name), 0.0
    for part in parts:
        if part.title.startswith("## ") and part.title != SUMMARY:
            (stated,) = TO_HERE.findall(part.text)
            assert abs(int(stated) - so_far) <= TOLERANCE, f"{part.title}: {so_far:.1f} minutes"
        so_far += part.minutes
    whole, more = map(int, STATED.findall(parts[0].text)[0])
    assert whole <= CORE and abs(whole - so_far) <= TOLERANCE, f"{so_far:.1f} minutes"
    extra = sum(part.minutes for part in sections(name)) - so_far
    assert abs(more - extra) <= TOLERANCE, f"{extra:.1f} minutes of extras"


def test_the_map_of_the_course_states_the_same_times() -> None:
    stated = {f"{name}.ipynb": STATED.findall(core(name)[0].text)[0] for name in WITH_EXERCISES}
    told = re.findall(r"\(([\w-]+\.ipynb)\) \|.*\| (\d+) \| (\d+) \|$", prose(LESSONS[0]), re.M)
    assert {name: (core, extra) for name, core, extra in told} == stated


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_the_core_has_few_exercises_and_each_objective_is_met_by_one(name: str) -> None:
    parts = core(name)
    asked = [task for part in parts for task in part.exercises]
    assert len(asked) in ((3, 4) if name == WITH_EXERCISES[0] else (EXERCISES,))
    named = [re.findall(r"\d\d-\d+", proof) for proof in OBJECTIVE.findall(parts[0].text)]
    assert len(named) == 3 and all(named)
    assert {task for proof in named for task in proof} == set(asked)


def test_a_core_brings_few_codes_that_are_new() -> None:
    met = set[int]()
    for name in WITH_EXERCISES:
        text = "\n".join(part.text for part in core(name))
        said = {int(code) for code in CODE.findall(text)} & reply_codes().keys()
        assert len(said - met) <= NEW_CODES, (name, sorted(said - met))
        met |= said


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_it_ends_with_a_question_that_the_guide_answers(name: str) -> None:
    assert core(name)[-1].text.count("**On the way out**: ") == 1
    assert chapter(name).count("**On the way out**: ") == 1


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_the_guides_plan_names_the_cells_of_each_exercise(name: str) -> None:
    cells = enumerate(code(name), 1)
    place = {task: n for n, cell in cells for task in EXERCISE.findall(cell.source)}
    planned = []
    for what, numbers in re.findall(r"^\| \d+ \| (.+) \| ([\d to]+) \|$", chapter(name), re.M):
        first, last = (int(numbers.split()[at]) for at in (0, -1))
        for task in re.findall(r"\d\d-\d+", what):
            assert first <= place[task] <= last, (what, task)
            planned.append(task)
    assert sorted(planned) == sorted(task for part in core(name) for task in part.exercises)


@pytest.mark.parametrize("name", WITH_EXERCISES[1:])
def test_it_begins_with_questions_from_earlier_lessons(name: str) -> None:
    assert code(name)[0].source.endswith(f'review("{name[:2]}")')
