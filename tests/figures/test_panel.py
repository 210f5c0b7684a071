"""What all pictures have in common: words, numbers, a style of their own, and where they stand."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import matplotlib.style
import pytest
from bs4 import BeautifulSoup
from matplotlib import rc_context, rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from smtplesson import connect, figures, simulate
from smtplesson.experiments import attempts, every, expected
from smtplesson.experiments.reactions import Reaction, Reactions
from smtplesson.experiments.senders import Sender
from smtplesson.experiments.sweep import sweep
from smtplesson.figures.panel import Panel, panel
from tests.figures.reading import alike, own

BUSY, MEANS = simulate("busy", 20), expected("busy")
WAITING = Sender(retries=every(240))
LATE = simulate("greylist", 5, sender=WAITING).deliveries
TALK = connect("example").transcript
LENGTHS = sweep("local-part", range(60, 70))
REACTIONS = Reactions((Reaction("robot", "a fault", (), "success", True, "Wait."),), ("pigeon",))
# Each small, for they are drawn whole four times.
DRAW: dict[str, Callable[..., Axes]] = {
    "bounce_bars": figures.bounce_bars,
    "code_map": partial(figures.code_map, ["QUIT", "DATA"]),
    "compared_bars": partial(figures.compared_bars, BUSY, BUSY),
    "convergence": partial(figures.convergence, [BUSY], 450, stage="RCPT", expected=MEANS),
    "delay_curve": partial(figures.delay_curve, LATE, schedule=WAITING.retries, until=300),
    "eavesdropper": partial(figures.eavesdropper, TALK),
    "heat_map": partial(figures.heat_map, BUSY),
    "ladder": partial(figures.ladder, TALK),
    "limit_steps": partial(figures.limit_steps, LENGTHS, here=64),
    "lost_dots": partial(figures.lost_dots, [571, 422]),
    "mail_way": figures.mail_way,
    "reaction_grid": partial(figures.reaction_grid, REACTIONS),
    "reply_anatomy": partial(figures.reply_anatomy, "550-5.1.1 One\n550 5.1.1 Two"),
    "reply_bars": partial(figures.reply_bars, BUSY, MEANS),
    "server_grid": partial(figures.server_grid, about="octets"),
    "state_map": partial(figures.state_map, TALK),
    "timeline": partial(figures.timeline, attempts("greylist", sender=WAITING), until=300),
}
# What a user may have set; with LaTeX, a picture fails where there is none.
DARK = "dark_background"
ODD = {"font.size": 24, "axes.grid": True, "text.usetex": True, "lines.linewidth": 9}


def test_every_picture_is_tried_here() -> None:
    assert sorted(DRAW) == figures.__all__


@pytest.mark.parametrize("name", DRAW)
def test_a_picture_has_words_and_numbers_and_the_lessons_style(name: str) -> None:
    axes = own(DRAW[name]())
    assert len(axes.alternative) > 40 and axes.get_title()
    with rc_context({"font.size": 5}):  # set between drawing and showing
        assert axes._repr_html_().count('<th scope="row">') == len(axes.rows) > 0
    with matplotlib.style.context([DARK, ODD]):
        before = dict(rcParams)
        again = own(DRAW[name]())
        assert alike(again.png(), axes.png()) and rcParams == before
    assert str(axes) == repr(axes) == str(again)


@pytest.mark.parametrize("name", DRAW)
def test_axes_of_the_caller_become_white_even_on_a_dark_figure(name: str) -> None:
    seen = []
    for style in ("default", DARK):
        with matplotlib.style.context(style):
            mine = Figure().add_subplot()
            assert DRAW[name](ax=mine) is mine
            canvas: Any = FigureCanvasAgg(cast(Figure, mine.figure))  # has no types
            canvas.draw()
            seen.append(bytes(canvas.buffer_rgba()))
    assert alike(*seen)


def test_words_of_a_stranger_stay_words() -> None:
    axes = cast(Panel, panel())
    hostile = '"><script>alert(1)</script> & $\\frac$'
    axes.set_title(hostile)
    axes.tell(hostile, ("server", hostile), [(hostile, "1")])
    page = BeautifulSoup(axes._repr_html_(), "html.parser")
    image, caption = page.select("figure > img, figure > figcaption")
    assert (image["alt"], caption.text) == (hostile, hostile)
    assert str(image["src"]).startswith("data:image/png;base64,iVBOR")
    assert [cell.text for cell in page.select("th, td")] == ["server", hostile, hostile, "1"]
    assert not page.select("script")


def test_new_heights_keep_the_layout_and_longer_words_get_their_room() -> None:
    axes = cast(Panel, panel())
    axes.bar(["250", "450"], (3, 4))
    axes.set_ylabel("share, %")
    axes.png()
    before = axes.get_position().bounds
    assert axes.png() is axes.png()  # what has not changed is not drawn again
    tick, name = axes.get_xticklines()[0], axes.get_yticklabels()[0]
    for part in (axes.spines["left"], axes.yaxis.label, tick, name):
        drawn = axes.png()
        part.set_alpha(0.5)
        assert not alike(axes.png(), drawn)
    old = axes.png()
    cast(Rectangle, axes.patches[0]).set_height(2)
    assert not alike(axes.png(), old)
    assert axes.get_position().bounds == before
    axes.set_ylim(0, 123_456_789)
    axes.ticklabel_format(axis="y", style="plain")
    axes.set_title("a title\nof two lines")
    axes.png()
    box = axes.get_tightbbox()
    assert box is not None
    assert box.x0 > 0 and box.y1 < cast(Figure, axes.figure).bbox.height
