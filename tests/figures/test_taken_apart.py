"""Pictures made of boxes, leaders and arrows, read back: what stands in which box, and what for."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from smtplesson.errors import WireError
from smtplesson.facts.enhanced import enhanced_codes
from smtplesson.figures import reply_anatomy
from smtplesson.figures.panel import Panel
from smtplesson.protocol.reply import Reply
from tests.figures import reading as read
from tests.figures.reading import DONE, MORE, NO

QUIET = "#767676"
NOBODY = "550-5.1.1 No mailbox has that name\n550 5.1.1 Look at it again"


def in_boxes(axes: Axes) -> dict[read.Point, str]:
    """What is written in each box, by its middle."""
    middles = read.boxes(axes)
    return {each.at: each.text for each in read.written(axes) if each.at in middles}


def lines(axes: Axes) -> list[list[str]]:
    """The texts of the boxes, line by line from top to bottom and from left to right."""
    found = in_boxes(axes)
    rows = sorted({y for _, y in found}, reverse=True)
    return [[found[at] for at in sorted(found) if at[1] == y] for y in rows]


def labelled(axes: Axes) -> dict[str, str]:
    """The text of the box at which each leader begins, by the label at which it ends."""
    edges = {
        (round(x, 2), round(y + way * 0.2, 2)): (x, y) for x, y in in_boxes(axes) for way in (-1, 1)
    }
    labels = [each for each in read.written(axes) if each.at not in in_boxes(axes)]
    found = {}
    for line in axes.lines:
        start, _, end = np.asarray(line.get_xydata())
        near = min(edges, key=lambda edge: float(np.hypot(*(start - edge))))
        label = min(labels, key=lambda each: float(np.hypot(*(end - each.at))))
        assert np.hypot(*(end - label.at)) < 0.1 and abs(start[1] - near[1]) < 0.01
        found[label.text] = in_boxes(axes)[edges[near]]
    return found


def outside(axes: Panel) -> list[str]:
    """Texts that reach out of the picture."""
    axes.png()
    figure = axes.get_figure(root=True)
    assert figure
    ground = figure.bbox
    extents = {each.get_text(): each.get_window_extent() for each in (*axes.texts, axes.title)}
    return [
        text
        for text, at in extents.items()
        if not (ground.contains(*at.min) and ground.contains(*at.max))
    ]


# ---- anatomy: RFC 5321 §4.2 (hyphen and space), §4.2.1 (digits), RFC 2034 §4 and RFC 3463 §2, §3.2


def test_each_part_of_a_reply_has_its_box_and_its_label() -> None:
    axes = read.own(reply_anatomy(NOBODY))
    assert lines(axes) == [
        [*"550-", "5.1.1", "No mailbox has that name"],
        [*"550␣", "5.1.1", "Look at it again"],
    ]
    said = {
        "first digit: permanent negative completion (give up and report)": "5",
        "second digit: what it is about (mail system)": "5",
        "third digit: which reply of this kind it is": "0",
        "hyphen: 1 more line follows": "-",
        "space: this is the last line": "␣",
        "enhanced code: permanent failure · addressing · no such mailbox": "5.1.1",
        "text: mostly for people; a program goes by the code": "Look at it again",
    }
    assert labelled(axes) == said
    assert read.crossed(axes) == [] and outside(axes) == []
    told = [f"{name}: {says}" for name, _, says in axes.rows]
    assert dict(zip(told, [row[1] for row in axes.rows], strict=True)) == said


def test_the_digits_have_the_colour_of_their_class() -> None:
    for text, look in ((NOBODY, NO), ("354 Go on", MORE), ("250-a.example\n250 HELP", DONE)):
        axes = reply_anatomy(text)
        fills = {read.boxes(axes)[at][0] for at, box in in_boxes(axes).items() if box.isdigit()}
        assert fills == {look.fill}


def test_a_reply_may_be_one_line_without_more_and_many() -> None:
    bare = read.own(reply_anatomy(Reply(250)))
    assert lines(bare) == [[*"250␣"]] and len(labelled(bare)) == 4
    assert bare.alternative == (
        "A reply of one line, part by part: the code 250, digit by digit, and the text for people."
    )
    many = read.own(reply_anatomy("250-a.example\n250-SIZE\n250-STARTTLS\n250 HELP"))
    assert lines(many) == [[*"250-", "a.example"], [*"250␣", "HELP"]]
    assert labelled(many)["hyphen: 3 more lines follow"] == "-"
    assert "... 2 more with a hyphen ..." in [each.text for each in read.written(many)]
    assert read.crossed(many) == []
    with pytest.raises(WireError, match="is no SMTP reply"):
        reply_anatomy("good morning")


def test_the_longest_text_and_the_longest_names_fit() -> None:
    names = {row.code: len(row.name) for row in enhanced_codes().values() if row.level == "detail"}
    longest = max(names, key=lambda code: names[code]).replace("X", "5")
    axes = read.own(reply_anatomy(f"550-{longest} {'W' * 400}\n550 {longest} {'W' * 400}"))
    assert outside(axes) == [] and read.crossed(axes) == []
    assert lines(axes)[0][-1] == "W" * 49 + "..."
