"""Pictures made of boxes, leaders and arrows, read back: what stands in which box, and what for."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from smtplesson.errors import LessonError, WireError
from smtplesson.facts.enhanced import enhanced_codes
from smtplesson.figures import lost_dots, mail_way, reply_anatomy
from smtplesson.figures.panel import Panel
from smtplesson.protocol.reply import Reply
from tests.figures import reading as read
from tests.figures.reading import DONE, LATER, MORE, NO, NONE, in_boxes, joined

QUIET = "#767676"
NOBODY = "550-5.1.1 No mailbox has that name\n550 5.1.1 Look at it again"


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


# ---- lost dots: codes of the popular table of 27, each with the enhanced code that it comes from

PAIRS = {
    **{"4.2.2": "422", "4.3.1": "431", "4.4.1": "441", "4.4.2": "442", "4.4.9": "449"},
    **{"5.1.0": "510", "5.1.3": "513"},
}


def test_an_arrow_leads_from_each_enhanced_code_to_the_code_without_dots() -> None:
    axes = read.own(lost_dots())
    assert joined(axes) == [*PAIRS.items()]
    assert [pair[0].replace(".", "") for pair in joined(axes)] == [*PAIRS.values()]
    assert lines(axes) == [[*pair] for pair in PAIRS.items()]  # with dots on the left
    assert read.crossed(axes) == [] and outside(axes) == []
    looks = {box: read.boxes(axes)[at] for at, box in in_boxes(axes).items()}
    assert looks["4.2.2"] == ("#ffffff", LATER.fill) and looks["5.1.3"] == ("#ffffff", NO.fill)
    assert {looks[code] for code in PAIRS.values()} == {(NONE.fill, NONE.fill)}  # no class at all
    # RFC 3463 §3.3 has X.2.2; nobody has registered X.4.9.
    means = {row[0]: row[1] for row in axes.rows}
    assert (means["4.2.2"], means["4.4.9"]) == ("mailbox full", "not registered either")
    assert "4.2.2 became 422, 4.3.1 became 431" in axes.alternative


def test_lost_dots_draws_the_codes_that_one_asks_for() -> None:
    axes = read.own(lost_dots([571, 422]))
    assert joined(axes) == [("5.7.1", "571"), ("4.2.2", "422")]
    assert axes.get_title() == "How 5.7.1 very likely became 571"
    with pytest.raises(LessonError, match=r"code 450: .* those are 422, 431, 441"):
        lost_dots([450])
    every = read.own(lost_dots([446, 447, 471, 511, 512, 522, 541]))
    assert read.crossed(every) == [] and outside(every) == []


# ---- the way of a mail: RFC 6409 §3.1 (587), RFC 8314 §3.2 (993) and §3.3 (465), RFC 5321 §4.5.4.2
# (25) and §5.1 (MX)

HOPS = {
    ("Alice's\nphone", "her provider's\nserver"): ("submission", "587 or 465\nwith a login"),
    ("her provider's\nserver", "his provider's\nserver"): ("relay", "port 25\nfound by MX"),
    ("his provider's\nserver", "Bob's\nmailbox"): ("delivery", "stored"),
    ("Bob's\nmailbox", "Bob's\nphone"): ("access", "IMAP, 993\nfetched"),
}


def test_the_way_of_a_mail_has_an_arrow_for_each_hop() -> None:
    axes = read.own(mail_way())
    assert joined(axes) == [*HOPS]
    drawn = read.arrows(axes)
    assert [arrow.width for arrow in drawn] == [1.3, 3, 1.3, 1.3]  # the course is about relay
    styles = [patch.get_linestyle() for patch in axes.patches if patch not in read.rounded(axes)]
    assert styles == ["-", "-", "--", "--"]  # SMTP, and not
    texts = [each for each in read.written(axes) if each.at not in read.boxes(axes)]
    for arrow, words in zip(drawn, HOPS.values(), strict=True):
        on = [each for each in texts if arrow.curve[0][0] < each.at[0] < arrow.curve[2][0]]
        above, below, *here = sorted(on, key=lambda each: -each.at[1])
        assert (above.text, below.text) == words and above.at[1] > arrow.start[1] > below.at[1]
        assert [each.text for each in here] == ["we are here"] * (words[0] == "relay")
    assert read.crossed(axes) == [] and outside(axes) == []


def test_brackets_say_where_smtp_is_spoken() -> None:
    axes = mail_way("submission")
    texts = {each.text: each.at[0] for each in read.written(axes)}
    spans = [[x for x, _ in np.asarray(line.get_xydata())] for line in axes.lines]
    brackets = {
        text: (min(xs), max(xs)) for text in ("SMTP", "not SMTP") for xs in spans
        if len(xs) == 4 and min(xs) < texts[text] < max(xs)
    }  # fmt: skip
    ends = sorted(x for x, _ in in_boxes(axes))
    assert brackets["SMTP"] == pytest.approx((ends[0], ends[2]), abs=0.1)
    assert brackets["not SMTP"] == pytest.approx((ends[2], ends[4]), abs=0.1)


@pytest.mark.parametrize(
    ("here", "place"), [("submission", 0), ("relay", 1), ("delivery", 2), ("access", 3)]
)
def test_one_hop_is_pointed_out(here: str, place: int) -> None:
    axes = read.own(mail_way(here))
    bold = [n for n, arrow in enumerate(read.arrows(axes)) if arrow.colour == MORE.fill]
    assert bold == [place] and outside(axes) == [] and read.crossed(axes) == []
    assert axes.alternative.endswith(f"The hop discussed here is {here}.")
    assert "relay (SMTP, 25, found by MX), delivery (stored)" in axes.alternative
    assert axes.rows[0][3:6] == ("SMTP", "587 or 465", "with a login")


def test_no_other_hop_is_pointed_out() -> None:
    with pytest.raises(LessonError, match=r"'MX': .*allowed: submission, relay, delivery, access"):
        mail_way("MX")
