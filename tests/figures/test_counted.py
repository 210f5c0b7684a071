"""Pictures of what was counted, read back and held against small cases that were typed."""

from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.patheffects import withStroke

from smtplesson import figures
from smtplesson.errors import LessonError
from smtplesson.evidence.limits import limits
from smtplesson.evidence.observed import BIAS
from smtplesson.experiments.deliveries import Deliveries
from smtplesson.experiments.errand import Delivery, Fate
from smtplesson.experiments.expected import expected
from smtplesson.experiments.schedules import every
from smtplesson.experiments.simulate import simulate
from smtplesson.experiments.sweep import Sweep
from smtplesson.experiments.tally import Place, Tally
from tests.figures import reading as read
from tests.figures.reading import DONE, LATER, MORE, NO


def tally(sessions: int, **counts: int) -> Tally:
    """What was counted; a name such as RCPT_450 is stage and code."""
    places = {tuple(name.split("_")): n for name, n in counts.items()}
    return Tally(sessions, Counter({Place(at, int(code)): n for (at, code), n in places.items()}))


# Ten sessions: two are turned away at once, and of the eight recipients three are deferred.
TEN = tally(10, RCPT_550=1, RCPT_450=3, RCPT_250=4, connect_421=2, connect_220=8)
# Among the replies at RCPT half should be 250, three tenths 450, a tenth 452, a tenth 550.
MEANS = {
    **{Place("connect", 220): 0.9, Place("connect", 421): 0.1, Place("DATA", 354): 0.45},
    **{Place("RCPT", 250): 0.45, Place("RCPT", 450): 0.2, Place("RCPT", 450, "4.7.1"): 0.07},
    **{Place("RCPT", 452): 0.09, Place("RCPT", 550): 0.09},
}


# ---- reply bars


def test_bars_stand_stage_by_stage_each_as_high_as_its_share_there() -> None:
    axes = figures.reply_bars(TEN, MEANS)
    found, xs = read.bars(axes), [bar.x for bar in read.bars(axes)]
    assert [bar.base for bar in found] == [0] * 6
    assert [bar.height for bar in found] == [80, 20, 50, 37.5, 0, 12.5]
    looks = [DONE, LATER, DONE, LATER, LATER, NO]
    assert [(bar.fill, bar.hatch) for bar in found] == [(each.fill, each.hatch) for each in looks]
    codes = ["220\n●", "421\n▲", "250\n●", "450\n▲", "452\n▲", "550\n■"]
    assert read.ticks(axes.xaxis) == dict(zip(xs, codes, strict=True))
    assert xs == sorted(xs) and xs[2] - xs[1] > xs[1] - xs[0]  # a gap between the stages
    stages = {(xs[0] + xs[1]) / 2: "connect", (xs[2] + xs[5]) / 2: "RCPT"}
    assert read.ticks(axes.xaxis, minor=True) == pytest.approx(stages)


@pytest.mark.parametrize("look", [{}, {"expected": MEANS}])
def test_bars_over_older_ones_are_as_if_on_new_axes(look: dict[str, object]) -> None:
    other = tally(7, connect_220=7, RCPT_550=3, RCPT_251=4)
    axes = figures.reply_bars(simulate("busy", 400), expected("busy"))
    axes.set_ylim(0, 9)
    # Fewer bars and more, other stages, equal ones; with a legend before, and none or one now.
    for drawn in (TEN, TEN, tally(10, connect_220=10), other, simulate("busy", 90), TEN):
        kept, new = (read.own(figures.reply_bars(drawn, ax=ax, **look)) for ax in (axes, None))  # type: ignore[arg-type]
        assert (
            kept is axes and read.alike(kept.png(), new.png()) and read.bars(kept) == read.bars(new)
        )
    # Where a picture of another kind stood, none of its ticks are left.
    after = figures.reply_bars(TEN, ax=figures.heat_map(TEN, axes), **look)  # type: ignore[arg-type]
    assert read.ticks(after.xaxis) == read.ticks(new.xaxis)
    assert read.ticks(after.xaxis, minor=True) == read.ticks(new.xaxis, minor=True)


def test_whiskers_are_wilsons_interval_and_diamonds_the_expected_share() -> None:
    axes = figures.reply_bars(TEN, MEANS)
    # By his formula with z = 1.96: 8 and 2 of 10; then 4, 3, none and 1 of 8.
    connect, rcpt = [(49.02, 94.33), (5.67, 50.98)], [(21.52, 78.48), (13.68, 69.43), (0, 32.44)]
    assert read.whiskers(axes) == [*connect, *rcpt, (2.24, 47.09)]
    xs = [bar.x for bar in read.bars(axes)]
    assert read.curve(axes, "expected") == [*zip(xs, [90, 10, 50, 30, 10, 10], strict=True)]
    tops = zip(xs, [94.33, 50.98, 78.48, 69.43, 32.44, 47.09], strict=True)
    numbers = ["80.0%", "20.0%", "50.0%", "37.5%", "0.0%", "12.5%"]
    assert [each[:2] for each in read.written(axes)] == [*zip(numbers, tops, strict=True)]
    rare = figures.reply_bars(tally(8, RCPT_250=1, RCPT_450=7), MEANS)
    assert read.written(rare)[0].at[1] == 50  # where the diamond is higher than the whisker
    plain = figures.reply_bars(TEN)
    assert plain.get_legend() is None and len(read.bars(plain)) == 5
    assert "expected" not in str(plain)


def test_whiskers_are_seen_beside_the_diamonds_and_on_dark_bars() -> None:
    axes = read.own(figures.reply_bars(TEN, MEANS))
    axes.png()
    (diamonds,) = (line for line in axes.lines if line.get_label() == "expected")
    (error,) = (each for each in axes.containers if isinstance(each, ErrorbarContainer))
    _, caps, stems = error.lines
    points = np.asarray(diamonds.get_xydata())
    moved = diamonds.get_transform().transform(points) - axes.transData.transform(points)
    # Half a diamond and half a cap, in pixels: so far apart that they do not touch.
    apart = (diamonds.get_markersize() / 2 + caps[0].get_markersize() / 2) * axes.figure.dpi / 72
    assert min(moved[:, 0]) > apart and abs(moved[:, 1]).max() < 0.01
    for each in (*caps, *stems):
        (halo,) = each.get_path_effects()
        assert isinstance(halo, withStroke) and vars(halo)["_gc"]["foreground"] == "white"


def test_bars_of_one_stage() -> None:
    axes = figures.reply_bars(TEN, MEANS, stage="RCPT")
    assert [bar.height for bar in read.bars(axes)] == [50, 37.5, 0, 12.5]
    assert [*read.ticks(axes.xaxis, minor=True).values()] == ["RCPT"]
    assert axes.get_title() == "Replies at RCPT in 10 sessions"
    for counted, stage, said in ((TEN, "DATA", "reply at DATA: "), (Tally(), None, "no reply: ")):
        with pytest.raises(LessonError, match=said):
            figures.reply_bars(counted, MEANS, stage=stage)


def test_the_words_of_the_bars_hold_every_number() -> None:
    assert str(figures.reply_bars(TEN, MEANS)).splitlines() == [
        "Bar chart of the replies in 10 sessions: the share of each code among the replies at "
        "its stage, beside the expected one. The most frequent: connect 220 (80.0%), "
        "RCPT 250 (50.0%).",
        "stage    code  replies  share  95 % interval   expected",
        "connect  220   8 of 10  80.0%  49.0% to 94.3%  90.0%",
        "connect  421   2 of 10  20.0%  5.7% to 51.0%   10.0%",
        "RCPT     250   4 of 8   50.0%  21.5% to 78.5%  50.0%",
        "RCPT     450   3 of 8   37.5%  13.7% to 69.4%  30.0%",
        "RCPT     452   0 of 8   0.0%   0.0% to 32.4%   10.0%",
        "RCPT     550   1 of 8   12.5%  2.2% to 47.1%   10.0%",
    ]


# ---- bounces


def test_bounce_bars_are_as_high_as_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {250: 1, 421: 3, 450: 4, 550: 12}
    monkeypatch.setattr("smtplesson.figures.bounces.observed_codes", lambda: counts)
    axes = read.own(figures.bounce_bars())
    found = [(bar.x, bar.base, bar.height, bar.fill, bar.hatch) for bar in read.bars(axes)]
    later = (LATER.fill, LATER.hatch)
    assert found[:2] == [(0, 0, 1, DONE.fill, DONE.hatch), (1, 0, 3, *later)]
    assert found[2:] == [(2, 0, 4, *later), (3, 0, 12, NO.fill, NO.hatch)]
    assert read.ticks(axes.xaxis) == {0: "250\n●", 1: "421\n▲", 2: "450\n▲", 3: "550\n■"}
    assert [each.text for each in read.written(axes)] == ["1", "3", "4", "12"]
    # The share is that of the replies; one mail may quote several.
    assert [row[2] for row in axes.rows] == ["5.0%", "15.0%", "20.0%", "60.0%"]
    assert "of 20 replies" in axes.alternative and "5yz 12, 4yz 7, 2yz 1" in axes.alternative
    assert "most frequent is 550 with 12" in axes.alternative
    assert "azumakuniyuki" in axes.alternative and "not how common" in axes.alternative
    assert BIAS in axes.alternative and BIAS in axes.get_title()


# ---- heat map


def greys(axes: Axes) -> npt.NDArray[np.float64]:
    """How bright each field is, from 0 to 1."""
    image = axes.images[0]
    return np.asarray(image.to_rgba(np.asarray(image.get_array()))[..., 0])


def test_heat_map_is_the_darker_the_larger_a_share_of_its_row() -> None:
    axes = figures.heat_map(TEN)
    # White is no reply, and a share takes away four fifths of it: 80 % leaves 1 - 0.64.
    wanted = np.array([[0.36, 1, 0.84, 1, 1], [1, 0.6, 1, 0.7, 0.9]])
    assert greys(axes) == pytest.approx(wanted, abs=1 / 255)
    connect, rcpt = {(0, 0): "8", (2, 0): "2"}, {(1, 1): "4", (3, 1): "3", (4, 1): "1"}
    assert {each.at: each.text for each in read.written(axes)} == connect | rcpt
    assert [*read.ticks(axes.xaxis).values()] == ["● 220", "● 250", "▲ 421", "▲ 450", "■ 550"]
    assert read.ticks(axes.yaxis) == {0: "connect", 1: "RCPT"}
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row is on top
    heads = [label.get_bbox_patch() for label in axes.get_xticklabels()]
    looks = [DONE, DONE, LATER, LATER, NO]
    assert [to_hex(box.get_facecolor()) for box in heads if box] == [look.fill for look in looks]
    assert {to_hex(label.get_color()) for label in axes.get_xticklabels()} == {"#ffffff"}


def test_heat_map_text_is_readable_on_every_grey() -> None:
    counts = {Place(f"stage {n}", 250): n for n in range(1, 101)}
    counts |= {Place(f"stage {n}", 450): 100 - n for n in range(1, 100)}
    axes = figures.heat_map(Tally(100, Counter(counts)))
    grounds = greys(axes)
    for each in read.written(axes):
        grey = grounds[round(each.at[1]), round(each.at[0])]
        assert read.contrast(each.colour, (grey, grey, grey)) >= 4.5


def test_heat_map_words_hold_every_number() -> None:
    assert str(figures.heat_map(TEN)).splitlines() == [
        "Heat map of 18 replies at 2 stages. The most frequent reply at each: "
        "connect 220 (8 of 10), RCPT 250 (4 of 8).",
        "stage    220  250  421  450  550",
        "connect  8    0    2    0    0",
        "RCPT     0    4    0    3    1",
    ]
    with pytest.raises(LessonError, match="nothing to draw"):
        figures.heat_map(Tally())


# ---- convergence

# What is counted at MAIL is no part of any share at RCPT.
GROWING = [
    tally(10, RCPT_250=8, RCPT_450=1, RCPT_452=1, MAIL_451=5),
    tally(1_000, RCPT_250=75, RCPT_450=20, RCPT_452=5, MAIL_451=5),
]


def test_convergence_draws_shares_band_and_expectation() -> None:
    axes = figures.convergence(GROWING, "4yz", stage="RCPT", expected=MEANS)
    assert read.curve(axes, "observed") == [(10, 20), (1_000, 25)]
    assert read.marks(axes) == [(10, 20, "^", LATER.fill), (1_000, 25, "^", LATER.fill)]
    outline = np.asarray(axes.collections[0].get_paths()[0].vertices)
    # Wilson's intervals of 2 of 10 and of 25 of 100.
    for sessions, low, high in ((10, 5.67, 50.98), (1_000, 17.55, 34.30)):
        heights = outline[outline[:, 0] == sessions][:, 1]
        assert (heights.min(), heights.max()) == pytest.approx((low, high), abs=0.005)
    # 0.20 + 0.07 + 0.09 of 0.90.
    assert [y for _, y in read.curve(axes, "expected, 40.00%")] == [40, 40]
    assert axes.get_xscale() == "log" and read.ticks(axes.xaxis) == {10: "10", 1_000: "1,000"}


# Seven would stand too close to be named all, and there is one power of ten among them.
def test_convergence_of_few_sessions_names_more_than_a_power_of_ten() -> None:
    tallies = [simulate("busy", 10 * n) for n in range(1, 8)]
    axes = figures.convergence(tallies, "2yz", stage="connect")
    low, high = axes.get_xlim()
    assert [tick for tick in axes.get_xticks() if low <= tick <= high] == [10, 20, 50]


def test_convergence_words_hold_every_number() -> None:
    axes = read.own(figures.convergence(GROWING, 450, stage="RCPT", expected=MEANS))
    assert axes.rows[0] == ("10", "1 of 10", "10.00%", "1.79% to 40.42%")
    assert axes.rows[1] == ("1,000", "20 of 100", "20.00%", "13.34% to 28.88%")
    assert "from 38.63 to 15.55 percentage points. The expected share is 30.00%." in str(axes)
    assert "expected" not in str(figures.convergence(GROWING, 450, stage="RCPT"))


@pytest.mark.parametrize("order", [[], [1, 0], [0, 0]])
def test_convergence_needs_growing_numbers(order: list[int]) -> None:
    with pytest.raises(LessonError, match="growing"):
        figures.convergence([GROWING[place] for place in order], 450, stage="RCPT")


# ---- delays


def test_the_curve_climbs_where_mail_was_accepted() -> None:
    none = {Delivery(Fate.REFUSED, 1, 0): 1}
    some = {Delivery(Fate.ACCEPTED, 1, 0): 1, Delivery(Fate.ACCEPTED, 3, 600): 2}
    deliveries = Deliveries(Counter(none | some))
    axes = read.own(figures.delay_curve(deliveries, schedule=every(240)))
    # Of four recipients; in minutes, and on to the end of the picture.
    climb = [(0, 0), (0, 25), (10, 75), (round(axes.get_xlim()[1], 2), 75)]
    assert read.curve(axes, "accepted by then") == climb
    line = axes.lines[0]
    assert (line.get_drawstyle(), line.get_color()) == ("steps-post", DONE.fill)
    assert read.curve(axes, "attempt by the schedule") == [(0, 0), (4, 0), (8, 0)]
    told = (
        "Of 4 recipients 3 were accepted: half of these within 10 minutes, 95 % within 10 minutes."
    )
    assert axes.alternative == told and axes.rows == [("1", "1"), ("3", "2")]

    nobody = read.own(figures.delay_curve(Deliveries(Counter(none))))
    assert {y for _, y in read.curve(nobody, "accepted by then")} == {0}
    assert nobody.alternative == "Of 1 recipients 0 were accepted; the curve stays at 0 %."


def test_the_time_in_which_the_server_defers_is_shaded() -> None:
    late = Deliveries(
        Counter({Delivery(Fate.ACCEPTED, 4, 420): 3, Delivery(Fate.ACCEPTED, 5, 900): 1})
    )
    axes = read.own(figures.delay_curve(late, until=300))
    assert read.shaded(axes) == (0, 5)
    assert {x for x, _ in read.curve(axes, "until here the server refuses (5 minutes)")} == {5}
    low, high = axes.get_xlim()
    seen = [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert 5 in seen and all(tick == int(tick) for tick in seen)  # minute 5 has its tick
    assert "The server refuses for 5 minutes" in axes.alternative
    plain = read.own(figures.delay_curve(late))
    assert read.shaded(plain) is None and "refuses" not in plain.alternative


# ---- limit steps


def swept(limit: str, *points: tuple[int, int]) -> Sweep:
    return Sweep(limits()[limit], points)


LOCAL_PART = swept("local-part", (62, 250), (64, 250), (65, 501), (256, 501))


def test_the_code_is_drawn_at_each_length_with_the_mark_of_its_class() -> None:
    axes = read.own(figures.limit_steps(LOCAL_PART, here=65))
    done, no = ("o", DONE.fill), ("s", NO.fill)
    *marks, ring = read.marks(axes)
    assert marks == [(62, 0, *done), (64, 0, *done), (65, 1, *no), (256, 1, *no)]
    assert ring[:3] == (65, 1, "o") and read.curve(axes, "you are here: 65") == [(65, 1)]
    assert read.ticks(axes.yaxis) == {0: "● 250", 1: "■ 501"}
    step = axes.lines[0]
    assert (step.get_drawstyle(), [*np.asarray(step.get_ydata())]) == ("steps-mid", [0, 0, 1, 1])
    assert axes.rows == [("64", "250", "501")]
    assert "Up to 64 the reply is 250, beyond it is 501. " in axes.alternative
    assert "You are at 65, where it is 501." in axes.alternative
    assert "You are" not in str(figures.limit_steps(LOCAL_PART))
    other = figures.limit_steps(swept("domain", (1, 354), (2, 452)))
    assert read.marks(other) == [(1, 0, ">", MORE.fill), (2, 1, "^", LATER.fill)]


# RFC 5321 §4.5.3.1.1, .2 and .8, which counts recipients and not octets; the popular number
# is that of a table that many pages copy.
_POPULAR = "popular table: 256"


@pytest.mark.parametrize(
    ("points", "lines"),
    [
        (LOCAL_PART, {"standard: 64": {64}, _POPULAR: {256}}),
        (swept("local-part", (60, 250), (63, 250)), {}),
        (swept("domain", (255, 250), (256, 501)), {"standard: 255": {255}, _POPULAR: {256}}),
        (swept("recipients buffer", (99, 250), (101, 452)), {"standard: 100": {100}}),
    ],
)
def test_both_claims_are_marked_where_they_are_in_the_picture(
    points: Sweep, lines: dict[str, set[int]]
) -> None:
    axes = figures.limit_steps(points)
    assert axes.get_legend_handles_labels()[1] == [*lines]
    assert (axes.get_legend() is not None) == bool(lines)
    for label, xs in lines.items():
        assert {x for x, _ in read.curve(axes, label)} == xs
