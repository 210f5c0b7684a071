"""PDF files: printed by the Chromium of this machine, read back with pypdf."""

import os
import stat
from pathlib import Path
from typing import Any

import pypdf
import pytest

from smtplesson.errors import LessonError
from smtplesson.handouts import pdf
from smtplesson.handouts.pdf import print_pdf, without_local_links

LONG = "client.send(" + "+".join(f"part{n}" for n in range(60)) + ")"
CSS = (Path(pdf.__file__).parent / "template" / "handout.css").read_text("utf-8")
PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Replies – a lesson</title>
<style>{CSS}</style></head><body>
<h1>Three digits</h1><p>See <a href="glossary.html#Reply">Reply</a>, <a href="#end">the end</a>
and <a href="https://www.rfc-editor.org/rfc/rfc5321">RFC 5321</a>.</p>
<h2>The code</h2><pre><code>{LONG}</code></pre>
{"<p>Nobody asked for it.</p>" * 60}
<h2 id="end">The end</h2><img alt="Nothing to see" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
</body></html>
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "01-a lesson.html"
    path.write_text(PAGE, "utf-8")
    return path


def program(folder: Path, script: str) -> str:
    """A program that takes the place of Chromium."""
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def titles(outline: Any) -> list[Any]:
    """The titles of an outline, those below a title as a list of their own."""
    return [titles(each) if isinstance(each, list) else each["/Title"] for each in outline]


@pytest.mark.usefixtures("needs_chromium")
@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_a_printed_page(page: Path, tmp_path: Path, paper: str, size: tuple[int, int]) -> None:
    folder, other = tmp_path / "new" / "folder", tmp_path / "other.html"
    other.write_text(PAGE.replace("a lesson", "another"), "utf-8")
    print_pdf({page: folder / "1.pdf", other: folder / "2.pdf"}, paper)
    found, second = map(pypdf.PdfReader, sorted(folder.iterdir()))  # and there is nothing else
    assert second.metadata is not None and second.metadata.title == "Replies – another"

    root: Any = found.root_object
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert found.metadata is not None and found.metadata.title == "Replies – a lesson"
    assert titles(found.outline) == ["Three digits", ["The code", "The end"]]

    texts = ["".join(sheet.extract_text().split()) for sheet in found.pages]
    assert len(texts) > 1
    for number, (sheet, text) in enumerate(zip(found.pages, texts, strict=True), start=1):
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == size
        assert text.startswith(f"{number}/{len(texts)}")
    assert LONG in texts[0]

    # Links lead to what the reader has: none to a file beside the page.
    notes = [note.get_object() for sheet in found.pages for note in sheet.get("/Annots", [])]
    links = [note.get("/A", {}).get("/URI", "inside") for note in notes]
    assert links == ["inside", "https://www.rfc-editor.org/rfc/rfc5321"]


def low_table(height: int) -> str:
    """A table so many millimetres below the top of the second column of a page."""
    rows = f"<tr><td>cell {height}</td></tr>" * 4
    return (
        '<div style="column-span: all; break-before: page"></div><p>left</p>'
        f'<div style="break-before: column; height: {height}mm"></div><table>'
        f"<caption>words {height}</caption><thead><tr><th>head {height}</th></tr></thead>{rows}"
        "</table>"
    )


@pytest.mark.usefixtures("needs_chromium")
def test_neither_head_nor_foot_stands_alone(tmp_path: Path) -> None:
    heights = range(241, 271, 3)  # of the 271 mm that A4 has between its margins
    header = "<header><p><a>All</a><small>from here</small></p></header>"
    body = (
        f"{header}<main>{''.join(map(low_table, heights))}</main><footer><p>from here</p></footer>"
    )
    page = tmp_path / "tables.html"
    page.write_text(f"<!DOCTYPE html><head><style>{CSS}</style></head><body>{body}</body>", "utf-8")
    print_pdf({page: page.with_suffix(".pdf")})
    sheets = pypdf.PdfReader(page.with_suffix(".pdf")).pages
    texts = [" ".join(sheet.extract_text().split()) for sheet in sheets]
    for height in heights:
        on = {
            word: [text for text in texts if f"{word} {height}" in text]
            for word in ("words", "head", "cell")
        }
        assert on["head"] == on["cell"] and on["words"] == on["head"][:1]
    assert ["from here" in text for text in texts] == [True] + [False] * (len(texts) - 1)


def test_links_to_other_files_go_and_their_words_stay() -> None:
    html = (
        '<a id="x" href="02.html#a">two</a> <a href="#b">b</a> <a href="https://c.example/">c</a>'
    )
    assert without_local_links(html) == html.replace(' href="02.html#a"', "")


def test_without_chromium(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(pdf, "PROGRAMS", ("chromium",))  # the others may lie at a fixed place
    monkeypatch.setenv("PATH", str(tmp_path))
    made = tmp_path / "new" / "lesson.pdf"
    with pytest.raises(LessonError, match="apt-get install chromium"):
        print_pdf({page: made})
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))  # what is named comes first
    with pytest.raises(LessonError, match="nowhere"):
        print_pdf({page: made})
    assert not made.parent.exists()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 3", "ended with 3 while it printed 01-a lesson.html"),
        ("exit 0", "wrote no PDF of 01-a lesson.html"),
        ('for word; do case "$word" in --print-to-pdf=*) : > "${word#*=}";; esac; done', "no PDF"),
        ("exec sleep 30", "did not print 01-a lesson.html within 1 seconds"),
    ],
    ids=["crash", "nothing", "empty", "late"],
)
def test_what_goes_wrong_is_said_and_leaves_nothing(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 1)
    monkeypatch.setenv("CHROMIUM", program(tmp_path, script))
    made = tmp_path / "out" / "lesson.pdf"
    made.parent.mkdir()
    made.write_bytes(b"the old one")
    with pytest.raises(LessonError, match=words):
        print_pdf({page: made})
    assert [each.read_bytes() for each in made.parent.iterdir()] == [b"the old one"]


def test_only_a_root_user_goes_without_the_sandbox(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    monkeypatch.setenv("CHROMIUM", program(tmp_path, f'printf "%s\\n" "$@" > "{said}"'))
    for user, unsafe in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "getuid", lambda user=user: user)
        with pytest.raises(LessonError):
            print_pdf({page: tmp_path / "lesson.pdf"})
        assert ("--no-sandbox" in said.read_text().splitlines()) is unsafe


def test_a_page_that_is_not_there_and_a_folder_that_cannot_be(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", program(tmp_path, "exit 3"))
    for source, made in ((tmp_path / "no.html", tmp_path / "no.pdf"), (page, page / "lesson.pdf")):
        with pytest.raises(LessonError, match="cannot be printed"):
            print_pdf({source: made})


@pytest.mark.usefixtures("needs_chromium")
def test_a_lesson_is_few_sheets(handouts: Path, tmp_path: Path) -> None:
    made = tmp_path / "lesson.pdf"
    print_pdf({handouts / "student" / "02-three-digits.html": made})
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(made).pages]
    assert len(sheets) <= 8
    # What came after the guesses is overleaf, and last.
    (first,) = (n for n, text in enumerate(sheets) if "What the server said" in text)
    before, said = "".join(sheets[:first]), "".join(sheets[first:])
    assert "Hints" in before and "· Predict" in before
    assert "· Predict" not in said and len(sheets) - first < first
