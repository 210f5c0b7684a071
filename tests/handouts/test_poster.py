"""The sheets for the wall: what is on them, and that each is one sheet."""

import re
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup

from smtplesson.command.cli import main
from smtplesson.handouts.pdf import print_pdf
from tests.handouts.helpers import complaint, made, soup
from tests.handouts.test_pages import loads

# The list of RFC 5321 §4.2.3. Those of later RFCs and of extensions: 521 and 556 (RFC 7504),
# 235, 334, 432, 454, 534, 535 and 538 (RFC 4954 §4, §6), 523 and 525 (RFC 5248), 530 (RFC 3207),
# 253, 458 and 459 (RFC 1985), 453 (RFC 2645), 355 (RFC 1845).
IN_5321 = (
    *(211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455),
    *(500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555),
)
# Lines of RFC 5321 §4.3.2, and of the RFCs of extensions: where a code stands, and nowhere else.
PLACES = {
    354: {"DATA"},
    220: {"connect", "STARTTLS"},
    214: {"HELP"},
    221: {"QUIT"},
    334: {"AUTH", "AUTH-response"},
    521: {"connect"},
    556: {"RCPT"},
    551: {"RCPT", "VRFY"},
    552: {"MAIL", "RCPT", "BDAT", "end-of-data"},
}
STRUCK = {"101", "422", "431", "441", "442", "449", "510", "513"}  # of the popular table


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wall")
    assert set(made(folder, "--poster")) == {"poster"}
    return folder / "poster.html"


@pytest.fixture(scope="module")
def sheets(wall: Path) -> BeautifulSoup:
    return soup(wall.read_text("utf-8"))


def places(sheet: BeautifulSoup) -> dict[int, set[str]]:
    """What is read off the first sheet: the heads of the columns in which a code has a mark."""
    heads = [head.text for head in sheet.select(".by-stage thead th")][3:-1]
    found = {}
    for row in sheet.select(".by-stage tbody tr"):
        code = re.search(r"\d{3}", row.select(".smtp-badge")[0].text)
        cells = row.select("td")[1 : 1 + len(heads)]
        assert code and len(cells) == len(heads)
        marks = {cell.text[0] for cell in cells if cell.text}
        assert marks == {{"2": "●", "3": "▶", "4": "▲", "5": "■"}[code[0][0]]}
        found[int(code[0])] = {
            head for head, cell in zip(heads, cells, strict=True) if cell.text.endswith("yes")
        }
    return found


def test_each_code_stands_where_its_rfc_allows_it(sheets: BeautifulSoup) -> None:
    found = places(sheets)
    assert set(IN_5321) < set(found) and len(found) == 24 + 17
    assert {code: found[code] for code in PLACES} == PLACES
    assert "any command" in found[421] and "any command" not in found[550]


def test_the_classes_differ_without_colour_and_say_what_to_do(sheets: BeautifulSoup) -> None:
    for heads in (".by-stage th[rowspan]", ".wall:last-child table:first-of-type tbody th"):
        cells = [cell.text for cell in sheets.select(heads)][:4]
        assert [cell[:5] for cell in cells] == ["● 2yz", "▶ 3yz", "▲ 4yz", "■ 5yz"]
    hatches = [each["class"] for each in sheets.select(".by-stage .hatch")]
    assert hatches == [["hatch", f"hatch-{first}"] for first in (2, 3, 4, 5)]
    css = str(sheets.style)
    drawn = {name: re.findall(rf"\.hatch-{name} \{{ (.*?) \}}", css) for name in (2, 3, 4, 5)}
    assert all(len(rule) == 1 for rule in drawn.values())
    assert len({rule[0] for rule in drawn.values()}) == 4
    must = [cell.text for cell in sheets.select(".by-stage td[rowspan]")]
    wanted = ("Go on.", "Send more.", "Try again later.", "Give up and report.")
    assert all(text.startswith(start) for text, start in zip(must, wanted, strict=True))
    assert "30 minutes" in must[2]


def test_folklore_is_struck_through_and_nothing_else_is(sheets: BeautifulSoup) -> None:
    told = {each.text for each in sheets.select("ul.folklore del")}
    assert told == STRUCK
    struck = {int(each.text) for each in sheets.select("del")}
    assert {200, 571} <= struck and not struck & set(places(sheets))


def test_the_rules_are_all_there(sheets: BeautifulSoup) -> None:
    text = " ".join(sheets.select(".wall")[1].text.split())
    for words in ("first digit alone", "fatal error", "hyphen", "same code", "251 and 551"):
        assert words in text, words
    assert [f"x{n}z" in text for n in range(7)] == [True] * 6 + [False]
    assert [f"X.{n}.X" in text for n in range(9)] == [True] * 8 + [False]
    assert re.search(r"text line ?at most 1000 octets", text)  # RFC 5321 §4.5.3.1.6


def test_they_run_and_load_nothing(sheets: BeautifulSoup) -> None:
    assert loads(sheets) == []
    assert "default-src 'none'" in str(sheets.find("meta", attrs={"http-equiv": True}))
    assert len(sheets.find_all("h1")) == 1


def test_a_notebook_is_no_poster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["handout", "02", "--poster", "--out", str(tmp_path / "out")]) == 2
    assert "--poster makes no page of a notebook" in complaint(capsys)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("needs_chromium")
@pytest.mark.parametrize(
    ("paper", "size"), [("A4", (595, 842)), ("A3", (842, 1191)), ("Letter", (612, 792))]
)
def test_each_is_one_sheet(wall: Path, tmp_path: Path, paper: str, size: tuple[int, int]) -> None:
    print_pdf({wall: tmp_path / "poster.pdf"}, paper)
    codes, rules = pypdf.PdfReader(tmp_path / "poster.pdf").pages
    assert (round(codes.mediabox.width), round(codes.mediabox.height)) == size
    first, second = codes.extract_text(), rules.extract_text()
    assert "571" in first and "text line" not in first
    assert "text line" in second and "x0z" in second
