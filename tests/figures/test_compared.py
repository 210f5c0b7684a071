"""Two servers compared: the drawing itself is read, with numbers typed from the case."""

from collections import Counter

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer

from smtplesson import LessonError, Tally
from smtplesson.experiments.tally import Place
from smtplesson.figures import compared_bars
from smtplesson.show.style import class_style


def counted(**counts: int) -> Tally:
    """A tally of a hundred sessions; RCPT_450=20 are twenty replies 450 at RCPT."""
    places = {Place(*_place(name)): number for name, number in counts.items()}
    return Tally(100, Counter(places))


def _place(name: str) -> tuple[str, int]:
    stage, _, code = name.partition("_")
    return stage, int(code)


LENIENT = counted(connect_220=100, RCPT_250=80, RCPT_450=20)
STERN = counted(connect_220=60, connect_554=40)


def bars(axes: Axes) -> list[BarContainer]:
    """The bars of the first server and those of the second."""
    found = [each for each in axes.containers if isinstance(each, BarContainer)]
    assert len(found) == 2
    return found


def test_each_server_has_its_bars_as_high_as_its_shares() -> None:
    lenient, stern = bars(compared_bars(LENIENT, STERN))
    assert [bar.get_height() for bar in lenient] == pytest.approx([100, 0, 80, 20])
    assert [bar.get_height() for bar in stern] == pytest.approx([60, 40])  # it never came to RCPT


def test_the_bars_of_a_reply_touch_and_share_one_axis() -> None:
    axes = compared_bars(LENIENT, STERN)
    first, second = bars(axes)
    for one, other in zip(first[:2], second, strict=True):
        assert 0 < other.get_x() - one.get_x() - one.get_width() < 0.1
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks == ["220\n●", "554\n■", "250\n●", "450\n▲"]
    assert [label.get_text() for label in axes.get_xticklabels(minor=True)] == ["connect", "RCPT"]


def test_the_first_is_full_the_second_open_in_the_colour_of_the_class() -> None:
    axes = compared_bars(LENIENT, STERN, ("lenient", "stern"))
    lenient, stern = bars(axes)
    inks = [class_style(code).fill for code in (220, 554, 250, 450)]
    assert [to_hex(bar.get_facecolor()) for bar in lenient] == inks
    assert [to_hex(bar.get_facecolor()) for bar in stern] == ["#ffffff"] * 2
    assert [to_hex(bar.get_edgecolor()) for bar in stern] == inks[:2]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["lenient", "stern"]
    faces = [to_hex(patch.get_facecolor()) for patch in legend.get_patches()]
    assert faces == ["#222222", "#ffffff"]


def test_the_whiskers_are_wilsons() -> None:
    lenient, _ = bars(compared_bars(LENIENT, STERN))
    assert lenient.errorbar is not None
    (lines,) = lenient.errorbar.lines[2]
    ends = [tuple(segment[:, 1]) for segment in lines.get_segments()]
    # 80 of 100 and 20 of 100, by hand from Wilson's formula.
    assert ends[2] == pytest.approx((71.1, 86.7), abs=0.05)
    assert ends[3] == pytest.approx((13.3, 28.9), abs=0.05)


def test_the_words_name_what_is_furthest_apart() -> None:
    told = str(compared_bars(LENIENT, STERN, ("lenient", "stern")))
    assert "Furthest apart: connect 220, 100.0% and 60.0%." in told
    row = next(line for line in told.splitlines() if line.startswith("RCPT "))
    assert row.split()[:3] == ["RCPT", "250", "80.0%"] and row.split()[-2:] == ["–", "–"]


def test_two_silent_servers_draw_nothing() -> None:
    with pytest.raises(
        LessonError, match=r"^neither tally holds a reply: there is nothing to draw$"
    ):
        compared_bars(Tally(5), Tally(5))


def test_a_panel_is_drawn_over() -> None:
    axes = compared_bars(LENIENT, STERN)
    again = compared_bars(STERN, LENIENT, ax=axes)
    assert again is axes
    assert [bar.get_height() for bar in bars(again)[0]] == pytest.approx([60, 40])
