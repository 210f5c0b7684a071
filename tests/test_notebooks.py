"""The notebooks as teaching material: their frame, their rhythm, and that nothing in them is stale.

nbval compares their outputs; here is what a reader would complain about.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import ScriptExporter

FOLDER = Path(__file__).parent.parent / "notebooks"
LESSONS = (
    *("00-start-here", "01-a-conversation", "02-three-digits", "03-every-code", "04-limits"),
    *("05-distributions", "06-try-again-later", "07-keeping-out", "08-reading-bounces"),
    "09-fact-check",
)
WITH_EXERCISES = LESSONS[1:]
GLOSSARY = "glossary.ipynb"
# 00 is short; it checks that all works, asks what is known, and shows the way.
CELLS = {"00-start-here": (4, 10)}
CARD = re.compile(r'^(?:guess|exercise)\("(\d\d)-\d+"\)$', re.M)
SUMMARY = "## What you have seen"
PROSE_BETWEEN = 120  # words at most between two things to do


@cache
def notebook(name: str) -> Any:
    return nbformat.reads((FOLDER / f"{name}.ipynb").read_text("utf-8"), as_version=4)


def code(name: str) -> list[Any]:
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


def outputs(name: str) -> Iterator[tuple[str, Any]]:
    """Each output with the source of its cell."""
    return ((cell.source, output) for cell in code(name) for output in cell.outputs)


def prose(name: str) -> str:
    cells = notebook(name).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def lines(cell: Any) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def words(text: str) -> int:
    """The words of a markdown text that are read one after the other: tables are looked up."""
    read = [line for line in text.splitlines() if not line.lstrip().startswith("|")]
    return len(re.findall(r"\w+(?:[-'.]\w+)*", " ".join(read)))


def is_card(cell: Any) -> bool:
    """Whether it asks for something: a thing to do, and not code to read."""
    return cell.cell_type == "code" and bool(CARD.search(cell.source))


def test_the_course_is_whole() -> None:
    assert [path.stem for path in sorted(FOLDER.glob("[0-9]*.ipynb"))] == list(LESSONS)
    assert (FOLDER / "teacher-guide.md").exists() and (FOLDER / GLOSSARY).exists()


@pytest.mark.parametrize("name", LESSONS)
def test_it_begins_with_what_for_how_long_and_after_what(name: str) -> None:
    first = notebook(name).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(rf"# {name[:2]} · \w", first.source)
    objectives = re.findall(r"^\d\. ", first.source, re.M)
    assert "**After this notebook you can**" in first.source and len(objectives) == 3
    assert re.search(r"\*\*Time\*\*: \d+ minutes", first.source)
    assert "**Before**: " in first.source


@pytest.mark.parametrize("name", LESSONS[1:])
def test_it_has_clauses_and_words_and_ends_with_a_summary_and_the_next_step(name: str) -> None:
    assert len(re.findall(r"(?:RFC \d+ )?§\d", prose(name))) >= 5
    assert len([link for link in links(name) if link.startswith(f"{GLOSSARY}#")]) >= 3
    (summary,) = (cell.source for cell in notebook(name).cells if SUMMARY in cell.source)
    assert re.search(r"^\*\*(Next|Back to)\*\*", summary, re.M)


@pytest.mark.parametrize("name", LESSONS)
def test_cells_are_few_and_short(name: str) -> None:
    cells = code(name)
    least, most = CELLS.get(name, (15, 34))  # 30, and a few exercises more in the extras
    assert least <= len(cells) <= most
    lengths = sorted(map(lines, cells))
    assert median(lengths) <= 3
    assert lengths[int(0.9 * (len(lengths) - 1))] <= 7
    assert lengths[-1] <= 12


@pytest.mark.parametrize("name", LESSONS)
def test_there_is_more_prose_than_code(name: str) -> None:
    lesson = sum(lines(cell) for cell in code(name) if not is_card(cell))
    cards = sum(lines(cell) for cell in code(name) if is_card(cell))
    assert words(prose(name)) >= 10 * lesson + 5 * cards


@pytest.mark.parametrize("name", LESSONS)
def test_prose_and_doing_take_turns(name: str) -> None:
    runs = [list(run) for _, run in groupby(notebook(name).cells, lambda cell: cell.cell_type)]
    for cells in runs[1:]:  # the first is read before anything is done, the summary after it
        if cells[0].cell_type == "code":
            assert len(cells) < 3, cells[0].source
        else:
            text = "\n".join(cell.source for cell in cells if SUMMARY not in cell.source)
            assert words(text) <= PROSE_BETWEEN, f"{words(text)} words: {text[:60]!r}"


@pytest.mark.parametrize("name", [*LESSONS, GLOSSARY.removesuffix(".ipynb")])
def test_headings_go_down_step_by_step(name: str) -> None:
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose(name), re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", LESSONS)
def test_outputs_are_those_of_one_run_without_a_fault(name: str) -> None:
    cells = code(name)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [source for source, output in outputs(name) if output.output_type == "error"]
    assert not [source for source, output in outputs(name) if output.get("name") == "stderr"]
    assert not [cell.source for cell in cells if cell.source.rstrip().endswith(";")]
    assert not [cell.metadata for cell in notebook(name).cells if cell.metadata]
    assert "widgets" not in notebook(name).metadata


@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_as_a_script_is_python(name: str) -> None:
    exporter: Any = ScriptExporter  # has no types
    script, resources = exporter().from_notebook_node(notebook(name))
    assert resources["output_extension"] == ".py"
    compile(script, name, "exec")


@pytest.mark.parametrize("name", LESSONS)
def test_every_picture_and_every_widget_has_words(name: str) -> None:
    for source, output in outputs(name):
        data = output.get("data", {})
        html = data.get("text/html", "")
        assert "image/png" not in data, "a picture without an alternative text"
        for image in BeautifulSoup(html, "html.parser").find_all("img"):
            assert len(str(image.get("alt", ""))) > 40, source
        # The view of a widget whose kernel is gone is an error; without it, its words are shown.
        assert "application/vnd.jupyter.widget-view+json" not in data
        if re.search(r"smtplesson-(?:board|console)", html):
            assert len(data["text/plain"]) > 100
    assert not re.search(r"!\[\]\(", prose(name))


# ---- links


def anchors(name: str) -> set[str]:
    """The anchors that JupyterLab makes of a notebook's headings."""
    titles = re.findall(r"^#+ (.+)$", prose(name), re.M)
    return {title.strip().replace(" ", "-") for title in titles}


def links(name: str) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", prose(name))
    return [target for target in found if not target.startswith("http")]


@pytest.mark.parametrize("name", [*LESSONS, GLOSSARY.removesuffix(".ipynb")])
def test_links_lead_somewhere(name: str) -> None:
    for link in links(name):
        target, _, anchor = link.partition("#")
        assert not target or (FOLDER / target).exists(), link
        if anchor:
            there = target.removesuffix(".ipynb") if target else name
            assert anchor in anchors(there), link


def test_the_teachers_guide_leads_somewhere_and_treats_every_notebook() -> None:
    guide = (FOLDER / "teacher-guide.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)", guide):
        assert target.startswith("http") or (FOLDER / target).exists(), target
    for name in LESSONS:
        assert f"{name}.ipynb" in guide


# ---- exercises and names


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_six_exercises_at_least(name: str) -> None:
    asked = re.findall(r'exercise\("([0-9]{2}-[0-9]+)"\)', "\n".join(c.source for c in code(name)))
    assert len(set(asked)) == len(asked) >= (3 if name == LESSONS[1] else 6)
    assert all(task.startswith(name[:2]) for task in asked)


@pytest.mark.parametrize("name", LESSONS)
def test_what_is_guessed_comes_next_and_prose_asks_for_no_guess(name: str) -> None:
    for cell, after in pairwise(notebook(name).cells):
        if "guess(" in cell.source and is_card(cell):
            assert CARD.findall(cell.source) == [name[:2]]
            assert after.cell_type == "code" and not is_card(after), cell.source
    assert "**Predict.**" not in prose(name) and "task." not in prose(name)


@pytest.mark.parametrize("name", LESSONS)
def test_names_are_examples_only(name: str) -> None:
    """RFC 2606: .example, .test, .invalid and example.com, .net, .org belong to nobody."""
    text = prose(name) + "\n".join(cell.source for cell in code(name))
    for domain in re.findall(r"@([\w-]+(?:\.[\w-]+)+)", text):
        assert re.search(r"(?:\.|^)(?:example|test|invalid)$|example\.(?:com|net|org)$", domain)
