"""Pieces: one thing, two views; and nobody else writes a tag."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import smtplesson
from smtplesson.show.pieces import (
    Badge,
    Bar,
    Box,
    Card,
    Code,
    Item,
    Items,
    Line,
    Lines,
    Part,
    Picture,
    Piece,
    Stack,
    Strong,
    as_html,
    as_text,
    details,
)
from smtplesson.show.table import Table

HOUSE = Path(smtplesson.__file__).parent
# A tag as one writes it; `<you@client.example>` is a path of SMTP, `<Tally of` a short form.
TAG = re.compile(r"(?<![P/])</?(?:[a-z]+[0-9]?)(?:>| [a-z-]+=|\s*\Z)")
EVIL = "<b>&\"'"
SAFE = "&lt;b&gt;&amp;&quot;&#x27;"


class Pair(Piece):
    """A thing that is made of others."""

    def pieces(self) -> Iterator[Part]:
        yield "one & two"
        yield ""
        yield Line("three ", Strong("four"))


def test_a_thing_of_pieces_has_two_views() -> None:
    assert str(Pair()) == repr(Pair()) == "one & two\n\nthree four"
    html = "<p>one &amp; two</p><p>three <strong>four</strong></p>"
    assert Pair()._repr_html_() == html == as_html([Pair()])
    assert Card(Pair(), kind="k")._repr_html_() == f'<section class="k">{html}</section>'


@pytest.mark.parametrize(
    "piece",
    [
        Line(EVIL),
        Code(EVIL, title=EVIL),
        Box(EVIL),
        Items(Item(EVIL)),
        Lines([EVIL]),
        Stack(EVIL),
        details(EVIL, EVIL),
        Badge(250, EVIL),
        Bar(250, 0.5, EVIL),
        Picture("data:image/png;base64,", EVIL, EVIL, EVIL),
        Table((EVIL,), [(EVIL,)], EVIL),
        Table((), [(EVIL, EVIL, EVIL)], grouped=True),
    ],
)
def test_every_piece_escapes(piece: Piece) -> None:
    html = as_html([piece])
    assert SAFE in html and "<b>" not in html and html.count('"') % 2 == 0


def test_paragraphs_are_wrapped_and_lines_are_not() -> None:
    long = "word " * 9
    text = as_text([long, Line(long), Lines([long])], wrap_at=24)
    assert [len(line) for line in text.splitlines()] == [24, 19, 0, 24, 19, 0, 48]


def test_rows_of_a_group_share_their_ends() -> None:
    rows = [("a", "x", "1", "end"), ("a", "y", "2", "end"), ("b", "z", "3", "last")]
    html = as_html([Table((), rows, grouped=True)])
    first = '<tr><th scope="rowgroup" rowspan="2">a</th><th scope="row">x</th><td>1</td>'
    assert f'{first}<td rowspan="2">end</td></tr>' in html
    assert '<tr><th scope="row">y</th><td>2</td></tr></tbody>' in html
    assert html.count("<tbody>") == 2 and html.count("end") == html.count("last") == 1


# What is about the HTML of a notebook's page is the handouts' own business.
WRITERS = [p for p in sorted(HOUSE.rglob("*.py")) if p.parent.name not in ("show", "handouts")]


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_other_file_writes_a_tag(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert [text for text in words if isinstance(text, str) and TAG.search(text)] == []


def test_no_other_file_shows_itself_by_hand() -> None:
    by_hand = [path for path in WRITERS if "def _repr_html_" in path.read_text("utf-8")]
    assert by_hand == []
