"""Pictures: what they draw is what was counted, and their words say the same."""

import re

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from smtplesson import connect, simulate
from smtplesson.experiments import expected
from smtplesson.figures import reply_bars, state_map
from smtplesson.figures.panel import Panel


@pytest.fixture(scope="module")
def bars() -> Panel:
    axes = reply_bars(simulate("busy", 400, seed=7), expected("busy"))
    assert isinstance(axes, Panel)
    return axes


def test_each_bar_is_as_high_as_its_share(bars: Panel) -> None:
    counts = simulate("busy", 400, seed=7).by("code")
    total = sum(counts.values())
    heights = [bar.get_height() for bar in bars.containers[1]]
    assert heights == pytest.approx([100 * n / total for n in counts.values()])


def test_diamonds_stand_at_the_expected_shares(bars: Panel) -> None:
    means = expected("busy")
    wanted = 100 * sum(m for p, m in means.items() if p.code == 354) / sum(means.values())
    diamonds = next(line for line in bars.lines if line.get_label() == "expected")
    codes = [label.get_text().split()[0] for label in bars.get_xticklabels()]
    heights = dict(zip(codes, np.asarray(diamonds.get_ydata()), strict=True))
    assert heights["354"] == pytest.approx(wanted)


def test_classes_differ_by_mark_and_hatch_not_by_colour_alone(bars: Panel) -> None:
    marks = {label.get_text()[0]: label.get_text()[-1] for label in bars.get_xticklabels()}
    assert len(set(marks.values())) == len(marks) == 3  # 2yz, 3yz and 4yz
    assert len({bar.get_hatch() for bar in bars.containers[1]}) == 3


def test_the_words_hold_every_number(bars: Panel) -> None:
    counts = simulate("busy", 400, seed=7).by("code")
    rows = {row[0]: row[1] for row in bars.rows}
    assert rows == {code: f"{n:,}" for code, n in counts.items()}
    assert "250" in bars.alternative


def test_html_has_picture_alternative_and_table(bars: Panel) -> None:
    html = bars._repr_html_()
    assert re.search(r'<img alt="Bar chart of [^"]{40,}" src="data:image/png;base64,iVBOR', html)
    assert html.count('<th scope="row">') == len(bars.rows)
    assert "<svg" not in html
    assert "<script" not in html


def test_it_draws_on_axes_of_the_caller() -> None:
    mine = Figure().add_subplot()
    assert reply_bars(simulate("example", 10), ax=mine) is mine
    assert isinstance(state_map(ax=mine), Axes)


def test_the_map_names_every_state_and_every_move_of_a_mail() -> None:
    axes = state_map()
    assert isinstance(axes, Panel)
    texts = {text.get_text() for text in axes.texts}
    assert {"CONNECTED", "GREETED", "SENDER", "RECIPIENT", "CONTENT", "CLOSED"} <= texts
    assert {"EHLO / HELO", "MAIL", "RCPT", "DATA", "lone dot"} <= texts


def test_the_map_tells_the_way_of_a_session() -> None:
    client = connect("example")
    for line in ("EHLO client.example", "MAIL FROM:<a@client.example>"):
        client.send(line)
    axes = state_map(client.transcript)
    assert isinstance(axes, Panel)
    assert axes.alternative.endswith(
        "This session went through connected, greeted, sender; it is now in state sender."
    )


def test_equal_pictures_are_equal_octets() -> None:
    first, second = state_map(), state_map()
    assert isinstance(first, Panel)
    assert isinstance(second, Panel)
    assert first.png() == second.png()
