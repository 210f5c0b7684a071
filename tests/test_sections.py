"""Every section that is cited exists: notebooks, code and data against the RFCs' own contents.

`rfc_sections.csv` has the numbers of all sections and appendices of each RFC, taken from its text:
its table of contents, or its headings where it has none.
"""

import csv
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases import rows

ROOT = Path(__file__).parent.parent
SECTIONS = {
    int(row["rfc"]): frozenset(row["sections"].split())
    for row in rows(Path(__file__).with_name("rfc_sections.csv"))
}
# Newer than the texts at hand, so that nobody has looked; DMARC and its reports (May 2026).
UNCHECKED = {9989, 9990}
# A number alone is a section of RFC 5321, as long as its paragraph names no other document.
DEFAULT = 5321
# RFC 5321, ECMA-48; then §4.2, App. E, Appendix A.1 or Section 4.2.
_CITED = re.compile(
    r"RFC\s?(\d{3,4})|(ECMA-\d+)|"
    r"(?:§\s?|[Ss]ection\s+)(\d+(?:\.\d+)*)|(?:§\s?|App(?:endix|\.)\s+)([A-Z](?:\.\d+)*)\b"
)
KINDS = (".py", ".csv", ".toml", ".md", ".ipynb")
FILES = sorted(
    path
    for place in ("notebooks", "smtplesson", "tests", "README.md", "CHANGELOG.md", ".github")
    for path in ((ROOT / place).rglob("*") if (ROOT / place).is_dir() else [ROOT / place])
    if path.suffix in KINDS and path.stem not in ("rfc_sections", "test_sections")
)


def paragraphs(path: Path, text: str) -> Iterator[str]:
    """What stands together: a paragraph, a cell of a table, a comment or a docstring's part."""
    if path.suffix == ".ipynb":
        for cell in json.loads(text)["cells"]:
            yield from re.split(r"\n\s*\n", "".join(cell["source"]))
    elif path.suffix == ".csv":
        for row in csv.reader(io.StringIO(text)):
            yield from row
    elif path.suffix == ".py":
        yield from _of_python(text)
    else:
        yield from text.splitlines()


def _of_python(text: str) -> Iterator[str]:
    """Comments, lines that follow each other as one, and the paragraphs of strings."""
    comment = ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comment += token.string.lstrip("#")
        elif token.type != tokenize.NL:
            if comment:
                yield comment
            comment = ""
        if token.type == tokenize.STRING:
            yield from re.split(r"\n\s*\n", token.string)


def cited(paragraph: str) -> Iterator[tuple[int, str]]:
    """RFC and section of each citation; a section belongs to the document named last."""
    document = DEFAULT
    for rfc, other, section, appendix in _CITED.findall(paragraph):
        if rfc or other:
            document = int(rfc or 0)
        elif document:
            yield document, section or appendix


def missing(rfc: int, section: str) -> bool:
    return rfc not in UNCHECKED and section not in SECTIONS.get(rfc, ())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_cited_is_there(path: Path) -> None:
    wrong = [
        f"RFC {rfc} §{section} in: {paragraph[:200]}"
        for paragraph in paragraphs(path, path.read_text("utf-8"))
        for rfc, section in cited(paragraph)
        if missing(rfc, section)
    ]
    assert wrong == []


def test_the_walk_meets_all_kinds_of_files() -> None:
    found: dict[str, set[tuple[int, str]]] = {kind: set() for kind in KINDS}
    for path in FILES:
        for paragraph in paragraphs(path, path.read_text("utf-8")):
            found[path.suffix].update(cited(paragraph))
    least = {".py": 100, ".csv": 100, ".toml": 30, ".md": 10, ".ipynb": 80}
    assert {kind: n for kind, n in least.items() if len(found[kind]) < n} == {}
    assert len({rfc for each in found.values() for rfc, _ in each}) > 40
    assert not UNCHECKED & set(SECTIONS)


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        ("RFC 5321 §4.2, §4.3.2 and RFC 3463 §2", [(5321, "4.2"), (5321, "4.3.2"), (3463, "2")]),
        ("as Section 4.5.3.1.7 has it (§3)", [(5321, "4.5.3.1.7"), (5321, "3")]),
        ("RFC 821 App. E; RFC 5321 Appendix F.2", [(821, "E"), (5321, "F.2")]),
        ("ECMA-48 §8.3.117, RFC 3207 §4", [(3207, "4")]),
    ],
)
def test_citations_are_read_as_people_write_them(
    paragraph: str, found: list[tuple[int, str]]
) -> None:
    assert list(cited(paragraph)) == found


@pytest.mark.parametrize(
    ("rfc", "last", "none"),
    [  # typed from the RFCs
        (5321, "4.5.3.2.7", "4.5.3.2.8"),
        (5321, "F.6", "G"),
        (3207, "7", "8"),
        (7505, "4.2", "4.3"),
        (7372, "3.4", "3.5"),
        (2034, "9", "10"),
        (1845, "8", "4"),  # it has no §4
    ],
)
def test_the_contents_are_those_of_the_rfcs(rfc: int, last: str, none: str) -> None:
    assert not missing(rfc, last)
    assert missing(rfc, none)
    assert missing(9999, "1")  # an RFC of which nothing is known
