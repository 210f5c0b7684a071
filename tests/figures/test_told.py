"""Pictures of a conversation and of a story: ladder, state map and timeline, read back."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from smtplesson.experiments.watch import Attempt
from smtplesson.figures import ladder, state_map, timeline
from smtplesson.figures.timeline import span
from smtplesson.loopback.client import converse
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.states import State
from tests.figures import reading as read
from tests.figures.reading import DONE, LATER, MORE, NO, NONE

RECIPIENTS = [f"RCPT TO:<{name}@example.test>" for name in ("alice", "nobody", "abuse")]
INK, QUIET = "#222222", "#767676"


def said(client: bytes, server: bytes, note: str = "", to: State = State.GREETED) -> Exchange:
    """An exchange in a session that has been greeted."""
    stage = client[:4].decode() or "connect"
    sent, received = (line + b"\r\n" if line else b"" for line in (client, server))
    return Exchange(stage, sent, received, State.GREETED, to, (note,) if note else ())


TALK = Transcript(
    [
        said(b"", b"220 mx.example"),
        said(b"EHLO a.example", b"250-mx.example\r\n250-SIZE\r\n250 HELP"),
        said(b"MAIL FROM: <a@a.example>", b"501 5.5.4 No $\\frac$", "$\\frac$ note"),
        said(b"DATA", b"354 Go on"),
        said(b"x" * 200, b""),
        said(b".", b"451 4.3.0 Later"),
    ]
)


def test_ladder_has_an_arrow_for_each_turn_downwards_in_time() -> None:
    axes = ladder(TALK)
    left, right = (each.at[0] for each in read.written(axes)[:2])
    assert [each.text for each in read.written(axes)[:2]] == ["client", "server"] and left < right
    server = [(right, left, look.fill) for look in (DONE, DONE, NO, MORE, LATER)]
    client = (left, right, INK)
    assert [(each.start[0], each.end[0], each.colour) for each in read.arrows(axes)] == [
        *(server[0], client, server[1], client, server[2], client, server[3]),
        *(client, client, server[4]),
    ]
    levels = [each.start[1] for each in read.arrows(axes)]
    assert levels == sorted({*levels}) == [each.end[1] for each in read.arrows(axes)]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # time runs downwards


def test_ladder_says_on_each_arrow_what_was_said() -> None:
    axes = read.own(ladder(TALK))
    lines: dict[float, list[str]] = {each.start[1]: [] for each in read.arrows(axes)}
    rest: list[str] = []
    for each in read.written(axes)[2:]:
        on = [y for y in lines if 0 < y - each.at[1] < 0.1]  # just above it
        (lines[on[0]] if on else rest).append(each.text)
    assert ["; ".join(line) for line in lines.values()] == [
        *("● 220; mx.example", "EHLO a.example", "● 250; mx.example ... 2 more lines"),
        *("MAIL FROM: <a@a.example>", "■ 501; 5.5.4 No $\\frac$", "DATA", "▶ 354; Go on"),
        *("x" * 75 + "...", ".", "▲ 451; 4.3.0 Later"),
    ]
    assert rest == ["$\\frac$ note"]
    assert axes.png()  # where a formula would fail
    badges = [(each.colour, each.fill) for each in read.written(axes) if each.fill]
    assert badges == [("#ffffff", look.fill) for look in (DONE, DONE, NO, MORE, LATER)]


def test_ladder_words_hold_the_conversation_and_its_notes() -> None:
    axes = read.own(ladder(TALK))
    row = ("MAIL", "MAIL FROM: <a@a.example>", "501 5.5.4 No $\\frac$", "$\\frac$ note")
    assert axes.rows[2] == row and [row[0] for row in axes.rows] == [each.stage for each in TALK]
    assert "of 6 exchanges" in axes.alternative and "220, 250, 501, 354, 451." in axes.alternative
    assert "codes in order: none" in str(ladder(Transcript()))


@pytest.mark.parametrize(("exchanges", "more"), [(40, 0), (47, 7)])
def test_ladder_draws_forty_exchanges_and_says_so(exchanges: int, more: int) -> None:
    axes = read.own(ladder(Transcript([said(b"NOOP", b"250 ok")] * exchanges)))
    assert len(read.arrows(axes)) == 80 and len(axes.rows) == 40
    note = f"{more} more exchanges are not drawn"
    assert (note in axes.alternative) == (more > 0) == (note in read.written(axes)[-1].text)


# ---- state map: from state to state as RFC 5321 §3.3 and §4.1.4, RFC 3207 §4.2 and RFC 4954 §4

MOVES = {
    ("CONNECTED", "GREETED"): "EHLO / HELO",
    ("GREETED", "SENDER"): "MAIL",
    ("SENDER", "RECIPIENT"): "RCPT",
    ("RECIPIENT", "RECIPIENT"): "RCPT",  # RFC 5321 §3.3: as often as there are recipients
    ("RECIPIENT", "CONTENT"): "DATA",
    ("CONTENT", "GREETED"): "lone dot",
    ("SENDER", "GREETED"): "EHLO / HELO / RSET",
    ("RECIPIENT", "GREETED"): "EHLO / HELO / RSET",
    ("GREETED", "TLS"): "STARTTLS",
    ("TLS", "CONNECTED"): "handshake",
    ("GREETED", "AUTH"): "AUTH",
    ("AUTH", "GREETED"): "response",
}


def drawn_moves(axes: Axes) -> dict[tuple[str, str], tuple[str, str, float]]:
    """Label, colour and width of each arrow by the states at whose boxes it begins and ends."""
    boxes = read.boxes(axes)
    labels = [each for each in read.written(axes) if each.at not in boxes]
    moves = {}
    for move, arrow in zip(read.joined(axes), read.arrows(axes), strict=True):
        nearest = min(labels, key=lambda label: read.near(arrow, label.at))
        moves[move] = nearest.text, arrow.colour, arrow.width
    return moves


def test_the_map_has_an_arrow_with_its_verbs_for_every_move() -> None:
    axes = read.own(state_map())
    assert drawn_moves(axes) == {move: (verbs, QUIET, 1.1) for move, verbs in MOVES.items()}
    assert read.crossed(axes) == []
    places = {state: at for at, state in read.in_boxes(axes).items()}
    assert {*places} == {state for move in MOVES for state in move} | {"CLOSED"}
    assert {fill for fill, _ in read.boxes(axes).values()} == {"#ffffff"}
    mail = ["CONNECTED", "GREETED", "SENDER", "RECIPIENT", "CONTENT"]
    assert sorted(mail, key=lambda state: places[state][0]) == mail  # from left to right
    told = {(row[0].upper(), row[1].upper()) for row in axes.rows}
    assert told == {*MOVES, ("SENDER", "TLS"), ("RECIPIENT", "TLS")}
    assert "This session" not in axes.alternative


def test_the_heads_of_arrows_that_arrive_at_one_box_stand_apart() -> None:
    axes = read.own(state_map())
    axes.png()
    back = [each.curve for each in read.arrows(axes) if each.curve[2][1] > 1.6]
    # Whoever comes from farther off goes round the others, and arrives farther to the left.
    arrived = [end[0] for _, _, end in sorted(back)]
    assert len(arrived) == 3 and max(np.diff(arrived)) < -0.15


def bold(axes: Axes) -> list[tuple[str, str]]:
    """The moves that are drawn as taken."""
    return [move for move, look in drawn_moves(axes).items() if look[1:] == (MORE.fill, 3)]


def test_the_way_of_a_session_is_drawn_bold_and_its_last_state_filled() -> None:
    mail = [said(b"NOOP", b"250 a"), said(b"MAIL", b"250 a", to=State.SENDER)]
    axes = read.own(state_map(Transcript(mail)))
    assert bold(axes) == [("GREETED", "SENDER")]
    boxes = read.boxes(axes)
    filled = [each for each in read.written(axes) if boxes.get(each.at, "")[:1] == (MORE.fill,)]
    assert [(each.text, each.colour) for each in filled] == [("SENDER", "#ffffff")]
    way = "This session went through greeted, sender; it is now in state sender."
    assert axes.alternative.endswith(way)
    # What is not drawn as a rule is drawn where it was taken.
    gone = state_map(Transcript([said(b"QUIT", b"221 bye", to=State.CLOSED)]))
    assert drawn_moves(gone)["GREETED", "CLOSED"] == ("QUIT", MORE.fill, 3)


def test_a_recipient_more_is_a_loop_if_it_is_taken() -> None:
    session = converse("example", ["EHLO a.example", "MAIL FROM:<a@a.example>", *RECIPIENTS])
    mail = [("CONNECTED", "GREETED"), ("GREETED", "SENDER"), ("SENDER", "RECIPIENT")]
    assert bold(state_map(session[:4])) == mail
    assert bold(state_map(session[:5])) == mail  # nobody is known under that name
    all_taken = read.own(state_map(session))
    assert bold(all_taken) == [*mail, ("RECIPIENT", "RECIPIENT")]
    assert read.crossed(all_taken) == []  # though what is bold is wider


# ---- timeline


def attempt(minutes: float, code: int, wait: float | None = None) -> Attempt:
    """An attempt that ended with this code, or none; the sender waits so many minutes."""
    talk = [said(b"RCPT", b"%d x" % code if code else b""), said(b"QUIT", b"221 x")]
    return Attempt(60 * minutes, Transcript(talk), None if wait is None else 60 * wait)


def waits(axes: Axes) -> list[read.Point]:
    """Where the dotted line begins, bends and ends."""
    (line,) = (each for each in axes.lines if each.get_linestyle() == ":")
    return [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]


STORY = [attempt(0, 450, 4), attempt(4, 421, 6), attempt(10, 450, 5), attempt(15, 250)]


def test_each_attempt_has_its_mark_and_a_line_leads_to_the_next() -> None:
    axes = read.own(timeline(STORY))
    later, done = ("^", LATER.fill), ("o", DONE.fill)
    assert read.ticks(axes.yaxis) == {0: "▲ 450", 1: "▲ 421", 2: "● 250"}
    inks = [to_hex(label.get_color()) for label in axes.get_yticklabels()]
    assert inks == [LATER.fill, LATER.fill, DONE.fill]
    assert read.marks(axes) == [(0, 0, *later), (4, 1, *later), (10, 0, *later), (15, 2, *done)]
    numbers = [("1", (0, 0)), ("2", (4, 1)), ("3", (10, 0)), ("4", (15, 2))]
    assert [each[:2] for each in read.written(axes)] == numbers
    # A wait says nothing of the server: no bar stands at the reply before it.
    assert [patch for patch in axes.patches if isinstance(patch, Rectangle)] == []
    assert waits(axes) == [(0, 0), (4, 1), (10, 0), (15, 2)]
    assert str(axes).splitlines() == [
        "Timeline of 4 attempts in 15 minutes. The replies in order: 450, 421, 450, 250. "
        "After the last one the sender is done: delivered.",
        "attempt  minutes  reply  then",
        "1        0.0      ▲ 450  waits 4 minutes",
        "2        4.0      ▲ 421  waits 6 minutes",
        "3        10.0     ▲ 450  waits 5 minutes",
        "4        15.0     ● 250  is done: delivered",
    ]
    part = timeline(STORY[:2])  # a story that is not over ends in a question mark
    assert (" ?", (10, 1)) in [each[:2] for each in read.written(part)]
    assert waits(part) == [(0, 0), (4, 1), (10, 1)]
    assert "After the last one the sender waits 6 minutes." in str(part)


def test_the_time_in_which_the_server_refuses_ends_when_it_ends() -> None:
    axes = read.own(
        timeline([attempt(0, 421, 30), attempt(30, 421, 60), attempt(90, 250)], until=3_600)
    )
    assert read.shaded(axes) == (0, 60)  # minutes, though the next attempt is at minute 90
    end = read.curve(axes, "until here the server refuses (60 minutes)")
    assert {x for x, _ in end} == {60}
    assert "The server refuses for 60 minutes from the first attempt on." in axes.alternative
    days = [attempt(n * 24 * 60, 450, 24 * 60) for n in range(6)]
    assert read.shaded(timeline(days, until=2 * 86_400)) == (0, 2)  # in the unit of the axis
    assert read.shaded(timeline(STORY)) is None and "refuses" not in str(timeline(STORY))


def test_no_attempt_is_a_timeline_too() -> None:
    axes = read.own(timeline([]))
    assert [each[:2] for each in read.written(axes)] == [(" ?", (0, 0))]
    assert read.marks(axes) == [] and axes.png()
    assert str(axes) == "Timeline without an attempt: nothing is known yet."


def test_one_attempt_is_a_timeline_too() -> None:
    given_up = "gives up and reports to the author"
    for code, look, row in (
        *((554, NO, f"■ 554 {given_up}"), (450, LATER, f"▲ 450 {given_up}")),
        *((250, DONE, "● 250 is done: delivered"), (0, NONE, f"◆ no reply {given_up}")),
    ):
        axes = timeline([attempt(0, code)])
        assert read.marks(axes) == [(0, 0, look.marker, look.fill)]
        assert " ".join(str(axes).split()).endswith(f"1 0.0 {row}")


def test_a_long_story_is_told_in_days_and_shortened() -> None:
    codes = [452] * 4 + [450] * 9 + [250]
    axes = timeline([attempt(n * 24 * 60, code) for n, code in enumerate(codes)])
    assert axes.get_xlabel() == "days after the first attempt"
    assert [mark[0] for mark in read.marks(axes)] == list(range(14)) and not read.written(axes)
    assert "452, 452, 452, 8 more, 450, 450, 250." in str(axes)


def test_times_are_told_in_the_unit_that_suits_them() -> None:
    times = (0, 60, 90, 4 * 3_600, 5 * 3_600, 3 * 86_400, 4 * 86_400)
    told = ["0 minutes", "1 minute", "1.5 minutes", "240 minutes", "5 hours", "72 hours", "4 days"]
    assert [span(time) for time in times] == told
