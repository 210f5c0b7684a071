"""explain(): what it says, how it looks, and what it refuses."""

import re
import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

from smtplesson.errors import LessonError
from smtplesson.facts import Explanation, duty, enhanced_codes, explain, reply_codes
from tests.cases import rows

DOUBTFUL = ["abc", "", " ", "55", "5500", "550x", "5505.1.1", "3.1.1", "5.1", "٥٥٠", "<script>"]
DOUBTFUL += ["5.01.1", "192.0.2.1", "550%", "SMTP error 554"]


def test_number_text_and_line_are_the_same_reply() -> None:
    assert explain(550) == explain("550") == explain("550 No such user") == explain(" 550-\r\n")
    assert explain("550 5.1.1") == explain("550-5.1.1 No such user") == explain("550 5.1.1\r\n")


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("550: 5.7.1 x", "550 5.7.1"),
        ("550; 5.7.515 Access denied", "550 5.7.515"),
        ("550, 5.1.1, x", "550 5.1.1"),
        ("550 - 5.1.1: x", "550 5.1.1"),
        ("550 (5.1.1) x", "550 5.1.1"),
        ("550-#5.1.0 x", "550 5.1.0"),
        ('"550 5.1.1" x', "550 5.1.1"),
        ("(#5.1.1)", "5.1.1"),
        ("5.7.1; x", "5.7.1"),
        ("550. No such user", "550"),
        # RFC 3463 §2: no leading zeros, and an address is no enhanced code.
        ("550 5.01.1 x", "550"),
        ("550 5.1.1.2 is blocked", "550"),
        ("550 5.1.10 x", "550 5.1.10"),
    ],
)
def test_marks_around_the_codes_do_not_matter(line: str, codes: str) -> None:
    assert explain(line) == explain(codes)
    assert explain(line).title.startswith(f"{codes}: ")


def test_a_reply_is_explained_by_its_codes() -> None:
    reply = SimpleNamespace(code=550, enhanced="5.1.1")
    assert explain(reply) == explain("550 5.1.1")
    assert explain(SimpleNamespace(code=550, enhanced="", text="x")) == explain(550)
    assert explain(reply_codes()[550]) == explain(550)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", rows(Path(__file__).with_name("explained.csv")))
def test_what_stands_in_a_row(case: dict[str, str]) -> None:
    # Typed from the RFCs and the providers' pages. "…" stands for more, "" for no such row.
    told = explain(case["what"])
    found = {**dict(told.rows), "Title": told.title, "Sources": "; ".join(told.sources)}
    if providers := [label[3:] for label in found if label.startswith("At ")]:
        found["Providers"] = ", ".join(providers)
    if case["text"]:
        wanted = re.escape(case["text"]).replace("…", ".*")
        assert re.fullmatch(wanted, found[case["label"]]), found[case["label"]]
    else:
        assert case["label"] not in found
    assert repr(told) == f"Explanation({told.title!r})"


def test_reply_code_and_enhanced_code_together() -> None:
    both = {label for label, _ in explain("451 4.7.1 Please try again").rows}
    assert {label for label, _ in explain(451).rows} - {"At Mimecast"} < both


@pytest.mark.parametrize("code", [299, 472, 571, 599])
def test_a_second_digit_outside_the_grammar_is_not_fatal(code: int) -> None:
    assert "fatal" not in str(explain(code))


@pytest.mark.parametrize(
    "value", [*DOUBTFUL, 12, 99, 5500, -50, None, True, b"550", 550.0, [550], int]
)
def test_anything_else_is_refused_in_one_line(value: object) -> None:
    with pytest.raises(LessonError) as error:
        explain(value)  # type: ignore[arg-type]
    message = str(error.value)
    assert message.startswith(f"cannot explain {value!r}: give a reply code")
    assert "\n" not in message


@pytest.mark.parametrize(
    "value",
    [pytest.param(10**5000, id="number"), "x\n" * 10_000, SimpleNamespace(code=10**5000)],
)
def test_a_huge_wrong_value_is_shortened(value: object) -> None:
    with pytest.raises(LessonError, match=r"^cannot explain .*: give a reply code") as error:
        explain(value)  # type: ignore[arg-type]
    assert len(str(error.value)) < 250


def test_every_three_digits_are_explained() -> None:
    for code in range(1000):
        told = explain(f"{code:03d}")
        text = dict(told.rows)
        assert len(text) == len(told.rows), "two rows with one label"
        assert all(value.endswith(".") and "None" not in value for value in text.values()), code
        if code not in (101, 111):
            assert text["Client's duty"].lower() == f"{duty(code)}."
        assert told.sources


@pytest.mark.parametrize("what", [*reply_codes(), "5.1.1", "550-5.7.30 x", "250 2.6.4", "5.99.99"])
def test_the_text_fits_a_terminal(what: int | str) -> None:
    lines = str(explain(what)).splitlines()
    assert " ".join(lines[: lines.index("")]) == explain(what).title
    assert max(map(len, lines)) <= 78
    assert not any(line != line.rstrip() for line in lines)
    assert lines[-1] and "\nSources " in str(explain(what))


def test_every_enhanced_code_is_explained() -> None:
    for pattern in enhanced_codes():
        if pattern.startswith("X.") and not pattern.endswith("X"):
            assert explain(pattern.replace("X", "5")).sources


def card(what: str | Explanation) -> ET.Element:
    """The card of an explanation, which is well-formed."""
    told = explain(what) if isinstance(what, str) else what
    return ET.fromstring(told._repr_html_())


def words(element: ET.Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def test_html_is_a_card_that_begins_with_what_to_do() -> None:
    section = card("530 5.7.0")
    headline, title, must = section.findall("p")
    assert words(headline) == "■ 530 5.7.0"
    assert words(title).startswith("Authentication (or STARTTLS) required first")
    duty = dict(explain("530 5.7.0").rows)["Client's duty"]
    assert words(must).startswith(f"The client must now {duty[0].lower()}{duty[1:]}")
    assert [words(item)[:14] for item in section.findall("ul/li")][:2] == [
        "5 First digit:",
        "3 Second digit",
    ]
    assert len(section.findall("ul/li")) == 6


def test_html_says_all_that_the_text_says() -> None:
    for what in ("530 5.7.0", "4.7.1", "101", "550", "250 5.1.1", "999"):
        told = explain(what)
        shown = words(card(what)).lower()
        for label, text in told.rows:
            assert " ".join(text.split()).lower() in shown, (what, label)
        assert "; ".join(told.sources).lower() in shown


def test_html_names_its_heads_for_a_screen_reader() -> None:
    section = card("530 5.7.0")
    assert {head.attrib["scope"] for head in section.iter("th")} == {"row"}
    assert [words(each) for each in section.iter("summary")] == ["More on this reply"]
    assert {element.attrib.get("aria-hidden") for element in section.iter("span")} == {"true", None}


def test_html_is_escaped() -> None:
    assert "script" not in explain("550 <script>")._repr_html_()
    section = card(Explanation("<script>", (("<i>&", "\"<b>'"),), ("<u>",)))
    texts = [words(section.find(path)) for path in ("p", "details//th", "details//td")]
    assert texts == ["<script>", "<i>&", "\"<b>'"]
    assert words(section.findall("details//td")[-1]) == "<u>"


def test_no_word_of_class_2_speaks_of_failure() -> None:
    bad = re.compile("problem|fail|undeliverable|unknown|undefined|error", re.IGNORECASE)
    details = [code[1:] for code in enhanced_codes() if re.fullmatch(r"X(\.\d+){2}", code)]
    assert len(details) == 81
    statuses = ["", *(f" 2{each}" for each in (*details, ".9.9", ".1.99"))]
    for code, status in product(range(200, 300), statuses):
        told = explain(f"{code}{status}")
        assert not bad.search(" ".join((told.title, *sum(told.rows, ())))), (code, status)
