"""Heat map, convergence, ladder, bounces and servers: what is drawn is what the data say."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.text import Annotation

from smtplesson import connect, simulate
from smtplesson.errors import LessonError
from smtplesson.experiments import expected
from smtplesson.experiments.tally import Tally
from smtplesson.facts import observed_codes, server_answers
from smtplesson.facts.servers import SERVERS
from smtplesson.figures import bounce_bars, convergence, heat_map, ladder, server_grid
from smtplesson.figures.ladder import MOST
from smtplesson.figures.panel import Panel
from smtplesson.figures.servers import asked_here
from smtplesson.loopback.transcript import Transcript
from smtplesson.show.style import CLASS_STYLES


def own(axes: Axes) -> Panel:
    assert isinstance(axes, Panel)
    return axes


def luminance(colour: str | float) -> float:
    """WCAG's relative luminance of a colour, or of a grey from 0 to 1."""
    parts = to_rgb(str(colour)) if isinstance(colour, str) else (colour,) * 3
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot((0.2126, 0.7152, 0.0722), linear))


def conversation(*lines: str) -> Transcript:
    client = connect("example")
    for line in lines:
        client.send(line)
    return client.transcript


# Heat map


@pytest.fixture(scope="module")
def tally() -> Tally:
    return simulate("busy", 400, seed=7)


def cells_agree(axes: Panel, tally: Tally) -> bool:
    """Whether the cells hold the counts of a tally, each under its code and beside its stage."""
    codes = [label.get_text()[-3:] for label in axes.get_xticklabels()]
    stages = [label.get_text() for label in axes.get_yticklabels()]
    found: dict[str, dict[str, int]] = {stage: {} for stage in stages}
    for text in axes.texts:
        x, y = text.get_position()
        found[stages[round(y)]][codes[round(x)]] = int(text.get_text().replace(",", ""))
    return found == tally.to_dict()


def test_heat_map_cells_hold_the_counts(tally: Tally) -> None:
    assert cells_agree(own(heat_map(tally)), tally)


def test_heat_map_with_a_wrong_cell_is_noticed(tally: Tally) -> None:
    axes = own(heat_map(tally))
    axes.texts[3].set_text("1")
    assert not cells_agree(axes, tally)


def test_heat_map_text_is_readable_on_every_grey(tally: Tally) -> None:
    axes = own(heat_map(tally))
    greys = np.asarray(axes.images[0].get_array())
    for text in axes.texts:
        x, y = text.get_position()
        ground, ink = luminance(float(greys[round(y), round(x)])), luminance(str(text.get_color()))
        assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) >= 4.5


def test_heat_map_heads_have_colour_and_mark_of_the_class(tally: Tally) -> None:
    for label in own(heat_map(tally)).get_xticklabels():
        style = CLASS_STYLES[int(label.get_text()[-3])]
        box = label.get_bbox_patch()
        assert label.get_text().startswith(style.mark)
        assert box is not None and to_rgb(box.get_facecolor()) == to_rgb(style.fill)


def test_heat_map_words_hold_every_number(tally: Tally) -> None:
    axes = own(heat_map(tally))
    told = {row[0]: dict(zip(axes.heads[1:], row[1:], strict=True)) for row in axes.rows}
    for stage, counts in tally.to_dict().items():
        nonzero = {code: cell for code, cell in told[stage].items() if cell != "0"}
        assert nonzero == {code: f"{n:,}" for code, n in counts.items()}
    assert f"{tally.replies:,} replies" in axes.alternative


def test_heat_map_of_nothing_is_refused() -> None:
    with pytest.raises(LessonError, match="nothing to draw"):
        heat_map(Tally())


# Convergence


@pytest.fixture(scope="module")
def growing() -> list[Tally]:
    return [simulate("busy", n, seed=3) for n in (10, 100, 1000)]


def test_convergence_draws_shares_band_and_expectation(growing: list[Tally]) -> None:
    axes = own(convergence(growing, "4yz", stage="RCPT", expected=expected("busy")))
    shares = [tally.share("4yz", stage="RCPT") for tally in growing]
    observed, line = axes.lines
    assert list(np.asarray(observed.get_xdata())) == [10, 100, 1000]
    assert list(np.asarray(observed.get_ydata())) == pytest.approx([100 * s.value for s in shares])
    outline = np.asarray(axes.collections[0].get_paths()[0].vertices)
    for tally, share in zip(growing, shares, strict=True):
        heights = outline[outline[:, 0] == tally.sessions][:, 1]
        assert heights.min() == pytest.approx(100 * share.low)
        assert heights.max() == pytest.approx(100 * share.high)
    at_rcpt = {place: mean for place, mean in expected("busy").items() if place.stage == "RCPT"}
    wanted = sum(m for p, m in at_rcpt.items() if p.code // 100 == 4) / sum(at_rcpt.values())
    assert list(np.asarray(line.get_ydata())) == pytest.approx([100 * wanted] * 2)
    assert axes.get_xscale() == "log"


def test_convergence_words_hold_every_number(growing: list[Tally]) -> None:
    axes = own(convergence(growing, 450, stage="RCPT", expected=expected("busy")))
    for row, tally in zip(axes.rows, growing, strict=True):
        share = tally.share(450, stage="RCPT")
        assert row[0] == f"{tally.sessions:,}"
        assert row[1] == f"{share.hits:,} of {share.total:,}"
        assert row[2:] == (f"{share.value:.2%}", f"{share.low:.2%} to {share.high:.2%}")
    assert "The expected share is" in axes.alternative
    assert "expected" not in own(convergence(growing, 450, stage="RCPT")).alternative


@pytest.mark.parametrize("order", [[], [1, 0], [0, 0]])
def test_convergence_needs_growing_numbers(growing: list[Tally], order: list[int]) -> None:
    with pytest.raises(LessonError, match="growing"):
        convergence([growing[place] for place in order], 450, stage="RCPT")


# Ladder


def test_ladder_has_an_arrow_and_a_badge_for_each_turn() -> None:
    transcript = conversation("EHLO a.example", "MAIL FROM:<a@a.example>", "FROB", "QUIT")
    axes = own(ladder(transcript))
    texts = [text.get_text() for text in axes.texts]
    badges = [text for text in texts if re.fullmatch(r"[●▶▲■] \d{3}", text)]
    assert badges == ["● 220", "● 250", "● 250", "■ 500", "● 221"]
    ways = [(a.xyann[0] < a.xy[0]) for a in axes.texts if isinstance(a, Annotation)]
    assert ways == [False, True, False, True, False, True, False, True, False]  # True: client's
    assert "FROB" in texts and "MAIL FROM:<a@a.example>" in texts


def test_ladder_folds_long_replies_and_long_lines() -> None:
    transcript = conversation("EHLO a.example", "NOOP " + "x" * 400)
    axes = own(ladder(transcript))
    more = len(list(transcript[1].lines())) - 2
    assert any(text.get_text().endswith(f"... {more} more lines") for text in axes.texts)
    assert max(len(text.get_text()) for text in axes.texts) < 80


def test_ladder_takes_text_for_text() -> None:
    axes = own(ladder(conversation("EHLO a.example", r"NOOP $\frac$ \x00 $")))
    assert axes.png().startswith(b"\x89PNG")
    assert any(r"$\frac$" in text.get_text() for text in axes.texts)


def test_ladder_grows_up_to_its_cap_and_says_so() -> None:
    def height(axes: Panel) -> float:
        assert isinstance(axes.figure, Figure)
        return float(axes.figure.get_figheight())

    short, exact, long = (
        own(ladder(conversation("EHLO a.example", *["NOOP"] * n))) for n in (3, MOST - 2, MOST + 5)
    )
    assert height(short) < height(exact) < height(long) < height(exact) + 1
    assert len(exact.rows) == len(long.rows) == MOST
    assert "not drawn" not in exact.words()
    assert "7 more exchanges are not drawn" in long.alternative
    assert any("7 more exchanges" in text.get_text() for text in long.texts)


def test_ladder_words_hold_the_conversation_and_its_notes() -> None:
    transcript = conversation("EHLO a.example", "MAIL FROM: <a@a.example>")
    axes = own(ladder(transcript))
    assert [row[0] for row in axes.rows] == ["connect", "EHLO", "MAIL"]
    assert all(str(each.code) in row[2] for each, row in zip(transcript, axes.rows, strict=True))
    assert transcript[-1].notes and transcript[-1].notes[0] in axes.rows[-1][3]
    assert "220, 250, 250" in axes.alternative


def test_ladder_of_no_exchange_is_empty() -> None:
    assert "codes in order: none" in own(ladder(Transcript())).words()


# Bounces


def test_bounce_bars_are_as_high_as_the_counts() -> None:
    axes = own(bounce_bars())
    codes = [int(label.get_text()[:3]) for label in axes.get_xticklabels()]
    heights = [bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)]
    assert dict(zip(codes, heights, strict=True)) == observed_codes()
    assert sum(heights) == 435
    assert [text.get_text() for text in axes.texts] == [str(n) for n in observed_codes().values()]


def test_bounce_bars_tell_numbers_bias_and_licence() -> None:
    axes = own(bounce_bars())
    assert {int(row[0]): int(row[1]) for row in axes.rows} == observed_codes()
    for part in ("435 replies", "5yz 406, 4yz 28, 2yz 1", "azumakuniyuki", "not how common"):
        assert part in axes.alternative
    for place in (axes.alternative, axes.get_title()):
        assert "a parser's test corpus, not a traffic sample" in place


# Servers


def test_server_grid_draws_the_codes_and_our_own() -> None:
    axes = own(server_grid())
    drawn = [
        t.get_text() for t in axes.texts if re.fullmatch(r"[●▶▲■] \(?\d{3}\)?|–", t.get_text())
    ]
    codes = [
        code
        for each in server_answers()
        for code in (*each.codes.values(), asked_here(each).codes[-1])
    ]
    assert [int(re.sub(r"\D", "", text) or 0) for text in drawn] == [code or 0 for code in codes]
    boxes = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    fills = [CLASS_STYLES[code // 100].fill for code in codes if code]
    assert [to_rgb(box.get_edgecolor()) for box in boxes] == [to_rgb(fill) for fill in fills]


def test_server_grid_brackets_what_is_no_evidence() -> None:
    rows = {row[0]: row for row in own(server_grid()).rows}
    for each in server_answers():
        shown = dict(zip(SERVERS, rows[each.situation][2:7], strict=True))
        for server, code in each.codes.items():
            bracketed = f"({code})" if server in each.aside else str(code)
            assert shown[server] == ("–" if code is None else bracketed)


@pytest.mark.parametrize(
    ("situation", "code"),
    [
        ("unknown user", 550),
        ("mailbox full", 452),
        ("RCPT before MAIL", 503),
        ("text line of 999 octets and CRLF", 500),
        ("STARTTLS twice", 503),
        ("AUTH with an unknown mechanism", 504),
    ],
)
def test_our_own_code_is_computed(situation: str, code: int) -> None:
    each = next(row for row in server_answers() if row.situation == situation)
    assert asked_here(each).codes[-1] == code


def test_our_own_code_is_one_that_the_rfcs_name() -> None:
    wrong = [e.situation for e in server_answers() if asked_here(e).codes[-1] not in e.rfc_codes]
    assert wrong == []


# All


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: heat_map(simulate("busy", 20), ax=ax),
        lambda ax: convergence([simulate("busy", 20)], 450, stage="RCPT", ax=ax),
        lambda ax: ladder(conversation("EHLO a.example"), ax=ax),
        lambda ax: bounce_bars(ax=ax),
        lambda ax: server_grid(ax=ax),
    ],
)
def test_they_draw_on_axes_of_the_caller(draw: Callable[[Axes | None], Axes]) -> None:
    mine = Figure().add_subplot()
    assert draw(mine) is mine
    first, second = own(draw(None)), own(draw(None))
    assert first.png() == second.png()
    assert first.alternative and first.get_title()
    assert first._repr_html_().count('<th scope="row">') == len(first.rows) > 0
