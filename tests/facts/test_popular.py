"""The popular table: all 27 lines, each under its verdict."""

import pytest

from smtplesson.errors import LessonError
from smtplesson.evidence.popular import VERDICTS, popular_table

# Typed from RFC 5321 §4.2.3 and RFC 4954, not from our data.
LINES = {
    "agree": "211 214 220 221 235 450 500 501 502 554",
    "imprecise": "250 251 252 354 421 550 553",
    "wrong": "334 530",
    "folklore": "101 422 431 441 442 449 510 513",
}


def codes(verdict: str = "") -> list[str]:
    return [str(row[0]) for row in popular_table(verdict).rows]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_line_stands_under_its_verdict(verdict: str) -> None:
    assert codes(verdict) == LINES[verdict].split()
    assert {row[2] for row in popular_table(verdict).rows} == {verdict}
    assert popular_table(verdict).caption == f"{len(codes(verdict))} of 27 codes: {verdict}"


def test_without_a_verdict_it_is_the_whole_table() -> None:
    assert codes() == sorted(" ".join(LINES.values()).split())
    assert len(codes()) == 27


def test_each_line_has_a_claim_a_correction_and_a_clause() -> None:
    for row in popular_table().rows:
        assert all(row), row
        assert "RFC" in str(row[4]) and "§" in str(row[4])


def test_it_prints_as_lines_and_shows_as_html_from_the_left() -> None:
    table = popular_table("wrong")
    assert repr(table) == str(table) and repr(table).startswith("2 of 27 codes: wrong\nCode")
    html = table._repr_html_()
    assert html.count('<td style="text-align:left">') == 2 * 4 and "<td>" not in html
    assert html.count('<th scope="col" style="text-align:left">') == 5


def test_an_unknown_verdict_is_told_what_there_is() -> None:
    with pytest.raises(LessonError, match="verdict 'right': allowed: agree, imprecise"):
        popular_table("right")
