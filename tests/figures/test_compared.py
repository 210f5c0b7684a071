"""Two servers compared: the drawing itself is read, with numbers typed from the case."""

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer

from smtplesson import LessonError, Tally
from smtplesson.figures import compared_bars
from tests.figures import reading as read
from tests.figures.reading import DONE, LATER, NO
from tests.figures.test_counted import tally

LENIENT = tally(100, connect_220=100, RCPT_250=80, RCPT_450=20)
STERN = tally(100, connect_220=60, connect_554=40)
LENIENTS, STERNS = [100, 0, 80, 20], [60, 40]  # heights of the bars; stern never came to RCPT


def heights(axes: Axes) -> list[float]:
    """Those of the first server's bars, then the second's."""
    return [bar.height for bar in read.bars(axes)]


def test_each_server_has_its_bars_as_high_as_its_shares() -> None:
    axes = compared_bars(LENIENT, STERN)
    assert heights(axes) == [*LENIENTS, *STERNS]
    again = compared_bars(STERN, LENIENT, ax=axes)
    assert again is axes and heights(again) == [*STERNS, *LENIENTS]


def test_the_bars_of_a_reply_touch_and_share_one_axis() -> None:
    axes = compared_bars(LENIENT, STERN)
    first, second = (each for each in axes.containers if isinstance(each, BarContainer))
    for one, other in zip(first[:2], second, strict=True):
        assert 0 < other.get_x() - one.get_x() - one.get_width() < 0.1
    assert [*read.ticks(axes.xaxis).values()] == ["220\n●", "554\n■", "250\n●", "450\n▲"]
    assert [*read.ticks(axes.xaxis, minor=True).values()] == ["connect", "RCPT"]


def test_the_first_is_full_the_second_open_in_the_colour_of_the_class() -> None:
    axes = compared_bars(LENIENT, STERN, ("lenient", "stern"))
    inks = [look.fill for look in (DONE, NO, DONE, LATER)]
    assert [bar.fill for bar in read.bars(axes)] == [*inks, "#ffffff", "#ffffff"]
    assert [to_hex(patch.get_edgecolor()) for patch in axes.patches] == [*inks, *inks[:2]]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["lenient", "stern"]
    faces = [to_hex(patch.get_facecolor()) for patch in legend.get_patches()]
    assert faces == ["#222222", "#ffffff"]


def test_the_whiskers_are_wilsons() -> None:
    ends = read.whiskers(compared_bars(LENIENT, STERN))
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
