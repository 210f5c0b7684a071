"""Grids: what servers answered and what clients did, each in its cell, from typed cases."""

import pytest

from smtplesson.evidence.servers import Situation, server_answers
from smtplesson.experiments.reactions import Reaction, Reactions
from smtplesson.figures import reaction_grid, server_grid
from smtplesson.figures.panel import Panel
from smtplesson.loopback.client import converse
from tests.figures import reading as read
from tests.figures.reading import DONE, LATER, MORE, NO, NONE

HELLO, MAIL, RCPT = "EHLO a.example", "MAIL FROM:<a@a.example>", "RCPT TO:<nobody@example.test>"
_SET_UP = ("aiosmtpd",), "set up so", ""
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
    assert grid.rows[1] == ("user", *codes, "§3.3", "set up so")
    assert grid.rows[2][1] == "211 or 214"
    assert list(grid.rows[-1][2:8]) == ROWS["a code that the RFCs name"]


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
        **{(0, 0): ("● says delivered", DONE.fill), (1, 0): ("▶ asks for next", MORE.fill)},
        **{(0, 1): ("■ says delivered", NO.fill), (1, 1): ("▲ gives up", LATER.fill)},  # not true
        **{(0, 2): ("▶ retries as HELO", MORE.fill), (1, 2): missing},
        **{(2, y): missing for y in range(3)},
    }
    assert grid.alternative == (
        "Grid of 3 faults and 2 mail clients: what each did next and reported. Reports that are "
        "not true: robot (says delivered, f2). Clients not installed: pigeon."
    )
    told = ("gives up", "nothing heard", "exit 1", "no", "Wait at f2.")
    assert grid.rows[3] == ("f2", "clerk", *told)
    assert grid.rows[-1] == ("f3", "pigeon", "not installed", "", "", "", "Wait at f3.")
