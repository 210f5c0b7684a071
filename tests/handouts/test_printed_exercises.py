"""Exercises on paper: students get room to write and no answer, teachers the answer and more."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from smtplesson.exercises.judge import solution_page
from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.handouts.printed_exercises import section
from tests.handouts.helpers import NOTEBOOKS, Pages, code, md, shown

LESSONS = {name: next(NOTEBOOKS.glob(f"{name}-*.ipynb")) for name in notebooks()}
CELLS = (
    md("# One\n\n## Start\n\nMore at home: `exercise('04-8')`."),
    code('from smtplesson.exercises import exercise\n\ntask = exercise("04-2")\ntask'),
    code("task.check(55)", text_plain="✓ Right. The path has 256 octets at most"),
    code("task.solution()", text_plain="The secret"),
    md("## End"),
)


def flat(text: str) -> str:
    return " ".join(text.split())


def text_of(html: str) -> str:
    """All that stands in a page, in its attributes too, as one line."""
    return flat(unescape(re.sub(r"base64,[^\"']+|</?[a-z][^>]*?>", " ", html)))


def answers(lesson: str) -> Iterator[str]:
    """What must not be told before it is found out, for all variants of all exercises."""
    for variants in questions(lesson).values():
        for question in variants:
            yield question.solution
            first = solution_page(question).blocks[0]
            assert isinstance(first, str)
            yield first
            yield from (mistake.say for mistake in question.mistakes)


@pytest.mark.parametrize("lesson", notebooks())
def test_students_get_no_answers(course: Pages, lesson: str) -> None:
    html = course["student"][LESSONS[lesson].stem]
    for text in (text_of(html), flat(unescape(html))):
        for answer in answers(lesson):
            assert flat(answer) not in text or answer == "One way that works:", answer
    assert "One way that works" not in html
    assert "For the teacher" not in html


@pytest.mark.parametrize("lesson", notebooks())
def test_teachers_get_the_answers(course: Pages, lesson: str) -> None:
    html = course["teacher"][LESSONS[lesson].stem]
    text = text_of(html)
    asked = re.findall(r'<section class="exercise" id="(\d\d-\d+)"', html)
    assert len(asked) >= (3 if lesson == "01" else 6)
    for name in asked:
        question = questions(lesson)[name][0]
        assert flat(question.solution) in text
        for mistake in question.mistakes:
            assert flat(mistake.name) in text and flat(mistake.say) in text
    assert 'class="room"' not in html


def test_there_is_room_to_write_nothing_to_run_and_hints_are_last(tmp_path: Path) -> None:
    found = shown(tmp_path, *CELLS)
    first = found.select("section.exercise")[0]
    assert first["id"] == "04-2"
    assert "How many octets may the part before the @ have" in first.text
    assert len(first.select(".room i")) == 2
    assert "secret" not in found.text and "Right." not in found.text
    assert not found.select("pre.highlight")
    assert found.select(".name-line")
    headings = [tag.text for tag in found.find_all(["h1", "h2"])]
    assert headings == ["One", "Start", "End", "More exercises", "Hints"]
    assert [str(tag["id"]) for tag in found.select(".hints h3")] == ["hints-04-2", "hints-04-8"]
    assert found.select(".exercise a[href='#hints-04-2']")


@pytest.mark.parametrize("name", ["02-8", "02-7"])  # one to provoke, one to repair
def test_without_a_wire_lines_are_written_with_their_replies(tmp_path: Path, name: str) -> None:
    ask = code(f'exercise("{name}")')
    sheet = shown(tmp_path, ask).select(".exercise")[0]
    assert "check(" not in sheet.text and "connect(" not in sheet.text
    lines = [line.text for line in sheet.select(".room i")]
    assert len(lines) >= len(questions("02")[name][0].solve) and set(lines) == {"C:S:"}
    key = shown(tmp_path, ask, audience="teacher").select(".exercise pre")[-1].text
    assert "C: RCPT TO:" in key and "S: 354 " in key and "S: 250 2.6.0 " in key


def test_the_guide_is_the_end_of_a_teachers_page(tmp_path: Path) -> None:
    guide = (
        "# Guide\n\n## 00 · None ([none.ipynb](none.ipynb))\n\nNo.\n\n"
        "## 01 · One ([one.ipynb](one.ipynb))\n\n### Plan\n\nTalk.\n\n## Other\n\nNo.\n"
    )
    (tmp_path / "teacher-guide.md").write_text(guide)
    found = shown(tmp_path, *CELLS, audience="teacher")
    assert [tag.text for tag in found.find_all("h2")][-1] == "For the teacher"
    assert [tag.text for tag in found.find_all("h3")][-1] == "Plan"
    assert "No." not in found.text and "Talk." in found.text
    assert "Talk." not in shown(tmp_path, *CELLS).text


def test_an_answer_on_the_wire_was_really_given(tmp_path: Path) -> None:
    page = shown(tmp_path, code('exercise("04-6")'), audience="teacher")
    answer = page.select(".answer")[0]
    assert "One way that works:" in answer.text
    assert "S: 500" in answer.text and "C: NOOP" in answer.text


def test_a_part_of_the_guide() -> None:
    assert section("## A ([a.ipynb](a.ipynb))\n\nx\n\n## B\n\ny", "a.ipynb") == "x"
    assert section("## A ([a.ipynb](a.ipynb))\n\nx", "b.ipynb") == ""
    assert section("", "a.ipynb") == ""
