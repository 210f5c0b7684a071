"""The tally: counts, groupings, and an interval that keeps its promise."""

import csv
import io
from math import sqrt

import pytest

from smtplesson import LessonError, Tally
from smtplesson.experiments.shares import wilson

REPLIES = [
    ("connect", b"220 example.test\r\n"),
    ("EHLO", b"250-example.test\r\n250 SIZE 1000\r\n"),
    ("RCPT", b"250 2.1.5 ok\r\n"),
    ("RCPT", b"450 4.2.1 busy\r\n"),
    ("RCPT", b"450 4.7.0 greylisted\r\n"),
    ("RCPT", b"550 5.1.1 unknown\r\n"),
]


@pytest.fixture
def tally() -> Tally:
    made = Tally(1)
    for stage, octets in REPLIES:
        made.count(stage, octets)
    return made


@pytest.mark.parametrize(
    ("grouping", "counts"),
    [
        ("code", {"220": 1, "250": 2, "450": 2, "550": 1}),
        ("class", {"2yz": 3, "4yz": 2, "5yz": 1}),
        ("second digit", {"x2z": 1, "x5z": 5}),
        ("stage", {"EHLO": 1, "RCPT": 4, "connect": 1}),
        ("enhanced", {"2.1.5": 1, "4.2.1": 1, "4.7.0": 1, "5.1.1": 1, "none": 2}),
    ],
)
def test_groupings(tally: Tally, grouping: str, counts: dict[str, int]) -> None:
    assert tally.by(grouping) == counts


def test_an_unknown_grouping_is_named_with_those_allowed(tally: Tally) -> None:
    with pytest.raises(LessonError, match="'colour' is not a grouping; allowed: code, class"):
        tally.by("colour")


def test_no_reply_counts_as_nothing(tally: Tally) -> None:
    before = tally.replies
    tally.count("QUIT", b"")
    assert tally.replies == before == 6


def test_shares_of_a_code_and_a_class_at_one_stage(tally: Tally) -> None:
    assert tally.share(450, stage="RCPT")[:3] == (2, 4, 0.5)
    assert tally.share("5yz", stage="RCPT")[:3] == (1, 4, 0.25)
    assert tally.share("2yz")[:3] == (3, 6, 0.5)


def test_a_share_has_an_interval_at_one_stage_only(tally: Tally) -> None:
    # Replies at different stages of one session hang together: nobody knows how sure one can be.
    assert str(tally.share("2yz")) == "3 of 6: 50.0%"
    # Two of four, by Wilson's formula with z = 1.96.
    assert str(tally.share("4yz", stage="RCPT")) == "2 of 4: 50.0% (15.0% to 85.0%)"


@pytest.mark.parametrize(("hits", "total"), [(0, 10), (1, 10), (5, 10), (10, 10), (150, 1_000)])
def test_the_bounds_solve_wilsons_equation(hits: int, total: int) -> None:
    share = wilson(hits, total)
    for bound in (share.low, share.high):
        away = abs(share.value - bound)
        # Wilson: the bound is the true share from which the observed one lies z sigma away.
        assert away == pytest.approx(1.96 * sqrt(bound * (1 - bound) / total), abs=1e-4)
    assert share.low <= share.value <= share.high


def test_without_any_reply_everything_is_possible() -> None:
    assert wilson(0, 0) == (0, 0, 0.0, 0.0, 1.0)


def test_tallies_add_up(tally: Tally) -> None:
    both = tally + tally
    assert both.sessions == 2
    assert both.by("code") == {"220": 2, "250": 4, "450": 4, "550": 2}


def test_text_and_html_show_every_count_in_the_order_of_the_session(tally: Tally) -> None:
    lines = str(tally).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["connect", "EHLO", *["RCPT"] * 4]
    html = tally._repr_html_()
    assert html.count('<th scope="row">') == 6
    assert "permanent negative completion" in html


def test_csv_has_a_row_a_place(tally: Tally) -> None:
    rows = list(csv.DictReader(io.StringIO(tally.to_csv())))
    assert rows[0] == {"stage": "connect", "code": "220", "enhanced": "", "count": "1"}
    assert sum(int(row["count"]) for row in rows) == 6
    assert [row["enhanced"] for row in rows if row["code"] == "450"] == ["4.2.1", "4.7.0"]
