"""Slides: what stands on which, and that they load nothing."""

import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from smtplesson.errors import LessonError
from smtplesson.handouts import slides
from smtplesson.handouts.slides import slides_page

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(source: str, shown: str = "") -> dict[str, Any]:
    """A code cell that has shown this HTML."""
    output = {"output_type": "display_data", "data": {"text/html": shown}, "metadata": {}}
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": 1,
        "outputs": [output] * bool(shown),
    }


def notebook(*cells: dict[str, Any]) -> NotebookNode:
    content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    found: NotebookNode = nbformat.from_dict(content)  # type: ignore[no-untyped-call]  # has no types
    return found


PICTURE = '<section><img alt="A ladder" src="data:image/gif;base64,R0"></section>'
QUESTION = '<section class="smtplesson-exercise">Which one?</section>'
LESSON = notebook(
    markdown("# A lesson\n\nWhat it is about.\n\n**Before**: [01](01-a-conversation.ipynb)."),
    markdown(f"## Say hello\n\n{'Much is to be said. ' * 9}\n\n**Predict.** Which code?"),
    code("client.send('EHLO')", PICTURE),
    markdown("`250`.\n\nIs it always so?\n\n## Go on\n\n**Predict.** And now?"),
    code("client.send('QUIT')", "<SECTION><p>221</p></div></section><script>alert(1)</script>"),
    markdown("That was `221`.\n\nNow both."),
    code("both()", "<details open><summary>Numbers</summary>3</details>"),
    markdown("Seen.\n\n**Try it.** Your turn."),
    code('task = exercise("01-1")\ntask', QUESTION),
    code("task.check(...)", "<p>Not tried yet.</p>"),
    markdown("After it.\n\n```\n## no heading\n```"),
)  # fmt: skip


def deck(html: str) -> list[list[list[str]]]:
    """The columns, their slides, and the parts in which these appear, as text."""
    soup = BeautifulSoup(html, "html.parser")
    return [
        [_parts(slide) for slide in column.find_all("section", recursive=False)]
        for column in soup.select(".slides > section")
    ]


def _parts(slide: Any) -> list[str]:
    later = [each.extract() for each in slide.select(".fragment")]
    return [" ".join(part.get_text(" ").split()) for part in [slide, *later]]


def test_a_heading_begins_a_column_and_a_question_a_slide() -> None:
    first, hello, go_on = deck(slides_page(LESSON, "A lesson"))
    assert first == [["A lesson What it is about. Before : 01."]]
    assert hello == [
        [f"Say hello {'Much is to be said. ' * 9}".strip()],
        ["Predict. Which code?", "client . send ( 'EHLO' )", "250 . Is it always so?"],
    ]
    assert go_on == [
        ["Go on Predict. And now?", "client . send ( 'QUIT' ) 221", "That was 221 ."],
        ["Now both.", "both () Numbers 3", "Seen."],
        ["Try it. Your turn. Which one?"],
        ["After it. ## no heading"],
    ]


def test_it_loads_nothing_and_runs_nothing_but_reveal() -> None:
    html = slides_page(LESSON, "A <lesson>", theme="dark")
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html and soup.html["lang"] == "en" and soup.html["data-theme"] == "dark"
    assert soup.title and soup.title.text == "A <lesson>"
    assert not soup.select("link:not([href='data:,']), iframe, script[src], [src^=http]")
    assert not re.search(r"url\(\s*[\"']?(?!data:)|@import", "".join(map(str, soup("style"))))
    assert len(soup("script")) == 1 and html.count("</script") == 1 and "alert(1)" not in html
    assert [image["alt"] for image in soup("img")] == ["A ladder"]
    assert not soup.select("details[open]")


def test_the_licence_of_reveal_comes_along() -> None:
    html = slides_page(LESSON, "A lesson")
    assert "Hakim El Hattab" in html and "Permission is hereby granted, free of charge" in html


def test_the_script_cannot_end_early() -> None:
    inline = slides._inline("""a = "</script>"; b = "<!--"; c = x < /script/.y""")
    assert inline == r"""a = "<\/script>"; b = "<\!--"; c = x < /script/.y"""


def test_a_notebook_without_a_title_gets_one() -> None:
    assert deck(slides_page(notebook(code("1 + 1")), "Sums")) == [[["Sums", "1 + 1"]]]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_each_notebook_of_the_course(path: Path) -> None:
    content: NotebookNode = nbformat.read(path, 4)  # type: ignore[no-untyped-call]  # has no types
    html = slides_page(content, path.stem)
    slides_in_columns = deck(html)
    assert all(parts[0] for column in slides_in_columns for parts in column)
    shown = BeautifulSoup(html, "html.parser").select("pre.highlight")
    assert not any(".check(" in each.text for each in shown)
    assert len(html) < 1_500_000


def test_without_the_package_that_has_reveal(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(slides, "distribution", missing)
    with pytest.raises(LessonError, match=r"pip install 'smtplesson\[slides\]'"):
        slides_page(LESSON, "A lesson")
