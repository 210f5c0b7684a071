"""Observed replies: the counts from bounce mails, and what five real servers answered.

The codes of the servers are compared with the recording in tests/recorded, of which they are an
extract, and what the RFCs ask with the table of commands and replies.
"""

import re
from collections import Counter
from typing import Any

import pytest

from smtplesson import facts
from smtplesson.evidence.observed import (
    BIAS,
    BIAS_NOTE,
    LICENCE,
    SOURCE,
    observed_codes,
    observed_replies,
)
from smtplesson.evidence.servers import SERVERS, Situation, played, server_answers
from tests.recorded.test_recorded import SESSIONS, answer_from, octets_of

RECORDED = {each["id"]: each for each in SESSIONS}
STAGES = {"NOOP": "NOOP", ".": "end-of-data", "FROBNICATE": "unknown"}

# Bounces


def test_the_sums_are_those_of_the_corpus() -> None:
    rows = observed_replies()
    assert len(rows) == 286
    assert len({row.mta_family for row in rows}) == 60
    classes = Counter[int]()
    for row in rows:
        classes[row.code // 100] += row.count
    assert classes == {2: 1, 4: 28, 5: 406}
    assert sum(observed_codes().values()) == 435


def test_every_row_is_a_count_of_a_reply() -> None:
    for row in observed_replies():
        assert 200 <= row.code < 600 and row.count > 0, row
        assert re.fullmatch(r"[a-z0-9-]+", row.mta_family), row
        assert re.fullmatch(r"(?:[245]\.\d{1,3}\.\d{1,3})?", row.enhanced), row
    assert len({(r.mta_family, r.command, r.code, r.enhanced) for r in observed_replies()}) == 286


def test_lookup_by_code() -> None:
    assert sum(row.count for row in observed_replies() if row.code == 552) == 31
    assert observed_codes()[552] == 31 and 441 not in observed_codes()
    assert list(observed_codes()) == sorted(observed_codes())


def test_source_licence_and_bias_are_told() -> None:
    assert "sisimai/set-of-emails" in SOURCE
    assert LICENCE.startswith("BSD 2-Clause, Copyright (C) 2014-2025 azumakuniyuki")
    assert "not a traffic sample" in BIAS and "not how common" in BIAS_NOTE


# Servers


def recorded(situation: Situation, server: str) -> int | None:
    """The last code that the recording has for a situation; None if the server was not asked."""
    session, step = situation.source.split("/")
    told = answer_from(RECORDED[session]["answers"][server].split()[int(step)]).codes
    return told[-1] if told and isinstance(told, tuple) else None


def step_of(situation: Situation) -> dict[str, Any]:
    session, step = situation.source.split("/")
    found = RECORDED[session]["steps"][int(step)]
    return found if isinstance(found, dict) else {"send": found}


@pytest.mark.parametrize("each", server_answers(), ids=lambda each: each.situation)
def test_codes_are_those_recorded(each: Situation) -> None:
    assert list(each.codes) == list(SERVERS) and len(SERVERS) == 5
    assert each.codes == {server: recorded(each, server) for server in SERVERS}


@pytest.mark.parametrize("each", server_answers(), ids=lambda each: each.situation)
def test_the_last_line_is_the_one_recorded(each: Situation) -> None:
    lines = octets_of(step_of(each)["send"]).decode("latin-1").splitlines()
    assert lines[-1] == each.lines[-1]
    assert max(map(len, lines)) in map(len, each.lines)


@pytest.mark.parametrize("each", server_answers(), ids=lambda each: each.situation)
def test_what_hangs_on_the_set_up_is_set_aside(each: Situation) -> None:
    if step_of(each).get("policy"):
        assert "aiosmtpd" in each.aside
    assert set(each.aside) <= set(SERVERS)
    assert bool(each.note) or not each.aside


@pytest.mark.parametrize("each", server_answers(), ids=lambda each: each.situation)
def test_the_rfc_column_fits_the_table_of_replies(each: Situation) -> None:
    verb = each.lines[-1].split()[0]
    assert set(each.rfc_codes) <= facts.allowed_codes(STAGES.get(verb, verb))
    assert each.rfc_codes and re.search(r"RFC \d{4} §\d", each.rfc)


def test_situations_differ_and_lines_have_the_lengths_they_name() -> None:
    rows = {each.situation: each for each in server_answers()}
    assert len(rows) == len(server_answers()) == 22
    for octets in (513, 1001):
        assert len(rows[f"command line of {octets} octets"].lines[-1]) + 2 == octets
    assert len(rows["text line of 999 octets and CRLF"].lines[-2]) == 999
    assert rows["101st recipient"].lines.count("RCPT TO:<alice@example.test>") == 101


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        (r"NOOP\nQUIT", ("NOOP", "QUIT")),
        ("NOOP {x*3}y", ("NOOP xxxy",)),
        (r"DATA\n\n.", ("DATA", "", ".")),
        (r"{RSET\n*2}", ("RSET", "RSET")),
    ],
)
def test_the_lines_of_a_cell(cell: str, lines: tuple[str, ...]) -> None:
    assert played(cell) == lines
