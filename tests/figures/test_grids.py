"""Grids: what servers answered and what clients did, each in its cell, from typed cases."""

import pytest
from matplotlib.axes import Axes

from smtplesson.errors import LessonError
from smtplesson.evidence.servers import Situation, server_answers
from smtplesson.experiments.reactions import Reaction, Reactions
from smtplesson.figures import code_map, reaction_grid, server_grid
from smtplesson.figures.panel import Panel
from smtplesson.loopback.client import converse
from tests.figures import reading as read
from tests.figures.reading import DONE, LATER, MORE, NO, NONE

HELLO, MAIL, RCPT = "EHLO a.example", "MAIL FROM:<a@a.example>", "RCPT TO:<nobody@example.test>"
_SET_UP = ("aiosmtpd",), "set up that way", ""
# What the RFCs name, and the codes of five servers; no server was asked for what is None.
CASES = (
    Situation("verb", (HELLO, "FROB"), (500,), "", 500, 500, 500, 354, 500, (), "", ""),
    Situation("user", (HELLO, MAIL, RCPT), (550,), "§3.3", 550, 450, None, 550, 550, *_SET_UP),
    Situation("help", (HELLO, "HELP"), (211, 214), "", 500, 214, 214, 214, 214, (), "", ""),
    Situation("all", (HELLO, "NOOP"), (501,), "", 250, 250, 250, 250, 250, (), "", ""),
)
# As they are drawn, with our own server in the last column, and the share of the RFCs' codes.
ROWS = {
    "verb": ["500", "■ 500", "■ 500", "■ 500", "▶ 354", "■ 500", "■ 500"],
    "user": ["550", "■ 550", "▲ 450", "–", "■ 550", "■ (550)", "■ 550"],
    "help": ["211 214", "■ 500", "● 214", "● 214", "● 214", "● 214", "● 214"],
    "all": ["501", *["● 250"] * 6],
    "a code that the RFCs name": ["2 of 4", "2 of 4", "2 of 3", "2 of 4", "2 of 3", "3 of 4"],
}


@pytest.fixture
def grid(monkeypatch: pytest.MonkeyPatch) -> Panel:
    monkeypatch.setattr("smtplesson.figures.servers.server_answers", lambda: CASES)
    return read.own(server_grid())


def test_server_grid_has_a_row_for_each_situation(grid: Panel) -> None:
    *texts, key = read.written(grid)
    levels = sorted({each.at[1] for each in texts})
    heads, *rows = ([each for each in texts if each.at[1] == level] for level in levels)
    assert grid.get_ylim()[0] > grid.get_ylim()[1]  # from top to bottom
    assert {row[0].text: [each.text for each in row[1:]] for row in rows} == ROWS
    servers = ["Postfix", "Exim", "OpenSMTPD", "sendmail", "aiosmtpd", "here"]
    assert [each.text.split("\n")[0] for each in heads] == ["RFC", *servers]
    columns = [each.at[0] for each in heads]
    assert columns == sorted(columns)
    assert all([each.at[0] for each in row[1:]] in (columns, columns[1:]) for row in rows)
    assert key.text.startswith("( ) not its own answer") and "– not asked" in key.text


def test_server_grid_has_the_colour_of_the_class_and_white_for_no_evidence(grid: Panel) -> None:
    fills = {look.mark: look.fill for look in (DONE, MORE, LATER, NO)}
    codes = [each for each in read.written(grid) if each.text[0] in fills]
    assert len(codes) == len(read.boxes(grid)) == 23
    for each in codes:
        fill, aside = fills[each.text[0]], "(" in each.text
        assert read.boxes(grid)[each.at] == ("#ffffff" if aside else fill, fill)
        assert each.colour == (fill if aside else "#ffffff")


def test_server_grid_tells_the_same_in_words(grid: Panel) -> None:
    assert "In 1 all five gave the same code" in grid.alternative
    assert "a code that the RFCs name in 3." in grid.alternative
    codes = ("550", "550", "450", "–", "550", "(550)", "550")
    assert grid.rows[1] == ("user", *codes, "§3.3", "set up that way")
    assert grid.rows[2][1] == "211 or 214"
    assert list(grid.rows[-1][2:8]) == ROWS["a code that the RFCs name"]


def test_server_grid_about_one_thing_has_its_rows_only(grid: Panel) -> None:
    some = read.own(server_grid(about="r"))
    assert [row[0] for row in some.rows[:-1]] == ["verb", "user"]
    assert "in 2 situations" in some.alternative
    with pytest.raises(LessonError, match="no situation about 'nothing'"):
        server_grid(about="nothing")


def test_our_own_code_is_one_that_the_rfcs_name() -> None:
    for each in server_answers():
        assert converse("example", each.lines).codes[-1] in each.rfc_codes, each.situation


def row(client: str, fault: str, told: str, took: bool, *said: str) -> Reaction:
    return Reaction(client, fault, said, told, took, f"Wait at {fault}.")


def test_reaction_grid_has_a_word_and_a_colour_in_each_cell() -> None:
    robot = [row("robot", "f1", "success", True), row("robot", "f2", "success", False)]
    clerk = [row("clerk", "f1", "exit 1", False, "RCPT"), row("clerk", "f2", "exit 1", False)]
    rows = (robot[0], clerk[0], robot[1], clerk[1], row("robot", "f3", "success", True, "HELO"))
    grid = read.own(reaction_grid(Reactions(rows, ("pigeon",))))
    assert read.ticks(grid.xaxis) == {0: "robot", 1: "clerk", 2: "pigeon"}
    assert read.ticks(grid.yaxis) == {0: "f1", 1: "f2", 2: "f3"}
    assert grid.get_ylim()[0] > grid.get_ylim()[1]
    fills = {(bar.x, bar.y): bar.fill for bar in read.bars(grid)}
    missing = ("◆ not installed", NONE.fill)
    assert {each.at: (each.text, fills[each.at]) for each in read.written(grid)} == {
        **{(0, 0): ("● says delivered", DONE.fill), (1, 0): ("▶ next recipient", MORE.fill)},
        **{(0, 1): ("■ says delivered", NO.fill), (1, 1): ("▲ gives up", LATER.fill)},  # not true
        **{(0, 2): ("▶ retries as HELO", MORE.fill), (1, 2): missing},
        **{(2, y): missing for y in range(3)},
    }
    assert grid.alternative == (
        "Grid of 3 faults and 2 mail clients: what each did next and reported. Reports that are "
        "not true: robot (says delivered, f2). They differ at f1, f2, f3. Clients not installed: "
        "pigeon."
    )
    told = ("gives up", "nothing heard", "exit 1", "no", "Wait at f2.")
    assert grid.rows[3] == ("f2", "clerk", *told)
    assert grid.rows[-1] == ("f3", "pigeon", "not installed", "", "", "", "Wait at f3.")


def test_reactions_that_are_the_same_are_open_and_others_filled() -> None:
    rows = [row("robot", "f1", "exit 1", False), row("clerk", "f1", "exit 1", False)]
    rows += [row("robot", "f2", "success", True), row("clerk", "f2", "exit 1", False)]
    # The same word, and true of one of them only.
    rows += [row("robot", "f3", "success", True), row("clerk", "f3", "success", False)]
    grid = read.own(reaction_grid(Reactions(tuple(rows))))
    fills = {(bar.x, bar.y): bar.fill for bar in read.bars(grid)}
    filled = [DONE.fill, LATER.fill, DONE.fill, NO.fill]
    assert [*fills.values()] == ["#ffffff", "#ffffff", *filled]  # row by row
    inks = {each.at: each.colour for each in read.written(grid)}
    assert (inks[0, 0], inks[0, 1]) == (LATER.fill, "#ffffff")
    assert "They differ at f2, f3." in grid.alternative
    alone = read.own(reaction_grid(Reactions((rows[0],))))
    assert read.bars(alone)[0].fill == LATER.fill and "differ" not in alone.alternative


# ---- code map: RFC 5321 §4.3.2 and what other sections and RFCs add: 421 (§3.8), 501 for one
# argument too many (§4.1.1), 521 (RFC 7504 §3), 530 (RFC 4954 §6), 550 to DATA (RFC 7293 §5.1.1)

STAGES = ("connect", "DATA", "HELP", "QUIT", "any command")
MARKS = {
    "connect": [(220, DONE), (421, LATER), (521, NO), (554, NO)],
    "DATA": [(354, MORE), (501, NO), (503, NO), (530, NO), (550, NO), (554, NO)],
    "HELP": [(211, DONE), (214, DONE), (502, NO), (504, NO)],
    "QUIT": [(221, DONE), (501, NO)],
    "any command": [(421, LATER), (500, NO), (501, NO), (503, NO), (530, NO), (554, NO)],
}

# Codes that the list of RFC 5321 §4.3.2 has for other stages.
LISTED = {
    "MAIL": {250, 552, 451, 452, 550, 553, 503, 455, 555},
    "RCPT": {250, 251, 550, 551, 552, 553, 450, 451, 452, 503, 455, 555},
    "end-of-data": {250, 552, 554, 451, 452, 450, 550},
    "VRFY": {250, 251, 252, 550, 551, 553, 502, 504},
    "EXPN": {250, 252, 550, 500, 502, 504},
}


def marked(axes: Axes) -> dict[str, list[tuple[int, str, str]]]:
    """The marks of each row from left to right: code, mark and fill."""
    columns = {x: int(text) for x, text in read.ticks(axes.xaxis).items()}
    fills = {(bar.x, bar.y): bar.fill for bar in read.bars(axes)}
    texts = {each.at: each.text for each in read.written(axes)}
    assert {*fills} == {*texts}  # a mark on each
    return {
        stage: [(columns[x], texts[x, at], fills[x, at]) for x, at in sorted(fills) if at == y]
        for y, stage in read.ticks(axes.yaxis).items()
    }


def test_code_map_has_a_mark_for_each_code_of_a_stage() -> None:
    axes = read.own(code_map(STAGES))
    wanted = {
        stage: [(code, look.mark, look.fill) for code, look in row] for stage, row in MARKS.items()
    }
    assert marked(axes) == wanted
    columns = [*read.ticks(axes.xaxis).values()]
    assert columns == sorted(columns) and axes.get_ylim()[0] > axes.get_ylim()[1]
    heads = {
        tick.label2.get_text(): tick.label2.get_color() for tick in axes.xaxis.get_major_ticks()
    }
    assert (heads["220"], heads["354"], heads["421"]) == (DONE.fill, MORE.fill, LATER.fill)
    assert axes.rows[0] == ("connect", "220", "", "421", "521 554")
    assert axes.rows[1] == ("DATA", "", "354", "", "501 503 530 550 554")
    assert axes.alternative == (
        "Map of 5 stages and 15 reply codes, with a mark where the RFCs allow a code. DATA has "
        "the most, 6. In addition, any command may get 421, 500, 501, 503, 530, 554."
    )


def test_code_map_has_a_gap_between_classes() -> None:
    xs = {int(text): x for x, text in read.ticks(code_map(STAGES).xaxis).items()}
    assert xs[501] - xs[500] == 1 < xs[354] - xs[221] == xs[421] - xs[354] == xs[500] - xs[421]


def test_code_map_draws_the_stages_and_codes_that_one_asks_for() -> None:
    few = read.own(code_map(["QUIT", "DATA"], codes=[354, 501, 221]))
    assert {stage: [code for code, *_ in row] for stage, row in marked(few).items()} == {
        "QUIT": [221, 501],
        "DATA": [354, 501],
    }
    whole = read.own(code_map())
    rows = {stage: {code for code, *_ in row} for stage, row in marked(whole).items()}
    for stage, codes in LISTED.items():
        assert rows[stage] >= codes, stage
    assert [row[0] for row in whole.rows][:7] == [
        *("connect", "EHLO", "HELO", "MAIL", "RCPT", "DATA", "end-of-data"),
    ]
    assert "RCPT has the most, 16." in whole.alternative
    for stages, wanted, said in (
        (["SEND"], [], "no stage 'SEND'"),
        (["QUIT"], [354], "nothing to"),
    ):
        with pytest.raises(LessonError, match=said):
            code_map(stages, codes=wanted)
