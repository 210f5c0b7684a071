"""Simulated sessions: the same everywhere, conserved from stage to stage, true to the rules."""

from collections import Counter
from math import sqrt

import pytest

from smtplesson import connect, serve, simulate
from smtplesson.experiments import expected
from smtplesson.experiments.senders import ONE_MESSAGE
from smtplesson.protocol.scenario_file import parse_scenario

# The shares of scenario busy, typed from its file: what reaches a stage passed the ones before.
REFUSED = {
    ("connect", 421): 0.05,
    ("MAIL", 451): 0.95 * 0.04,
    ("RCPT", 450): 0.95 * 0.96 * 0.15,
    ("RCPT", 452): 0.95 * 0.96 * 0.10,
    ("end-of-data", 451): 0.95 * 0.96 * 0.75 * 0.06,
    ("end-of-data", 421): 0.95 * 0.96 * 0.75 * 0.02,
}

OVER = [(450, 0.75), (451, 0.5), (452, 0.5)]


def test_expected_is_the_product_of_the_shares_on_the_way() -> None:
    means = {(place.stage, place.code): mean for place, mean in expected("busy").items()}
    refused = {key: mean for key, mean in means.items() if key[1] >= 400}
    assert refused == pytest.approx(REFUSED)
    assert means["end-of-data", 250] == pytest.approx(0.95 * 0.96 * 0.75 * 0.92)


def test_shares_above_one_leave_the_later_rules_what_is_left() -> None:
    rules = [f'[[rule]]\nat = "RCPT"\nreply = "{code}"\nshare = {share}\n' for code, share in OVER]
    over = parse_scenario("".join(rules), "over")
    means = {place.code: mean for place, mean in expected(over).items() if place.stage == "RCPT"}
    assert means == pytest.approx({450: 0.75, 451: 0.25})
    drawn = simulate(over, 400, seed=7).to_dict()["RCPT"]
    assert {*drawn} == {"450", "451"} and drawn["451"] == pytest.approx(100, abs=5 * 8.7)


@pytest.mark.parametrize(("place", "share"), REFUSED.items())
def test_observed_lies_within_five_sigma(place: tuple[str, int], share: float) -> None:
    sessions = 4_000
    tally = simulate("busy", sessions, seed=7)
    observed = sum(n for key, n in tally.counts.items() if key[:2] == place)
    assert abs(observed - share * sessions) < 5 * sqrt(share * (1 - share) * sessions)


def test_no_session_is_lost_between_two_stages() -> None:
    stages = simulate("busy", 500, seed=3).to_dict()
    assert sum(stages["connect"].values()) == 500
    assert sum(stages["EHLO"].values()) == stages["connect"]["220"]
    assert sum(stages["MAIL"].values()) == stages["EHLO"]["250"]
    assert sum(stages["RCPT"].values()) == stages["MAIL"]["250"]
    assert sum(stages["DATA"].values()) == stages["RCPT"]["250"]
    assert sum(stages["end-of-data"].values()) == stages["DATA"]["354"]
    gone = stages["connect"]["421"] + stages["end-of-data"]["421"]
    assert sum(stages["QUIT"].values()) == 500 - gone


def test_the_seed_alone_decides() -> None:
    assert simulate("busy", 300, seed=1) == simulate("busy", 300, seed=1)
    assert simulate("busy", 300, seed=1) != simulate("busy", 300, seed=2)


def test_the_same_sessions_over_tcp_draw_the_same_replies() -> None:
    sessions = 40
    counts = Counter[tuple[str, int | None]]()
    with serve("busy", seed=5) as server:
        for _ in range(sessions):
            client = connect(server)
            if client.transcript.codes[-1] == 220:
                client.send_mail(
                    ONE_MESSAGE.sender, ONE_MESSAGE.recipients, "Subject: hello\n\nJust one line."
                )
            if client.transcript.codes[-1] != 421:
                client.send("QUIT")
            # A client that found no recipient says RSET, which the counting one leaves out.
            said = (each for each in client.transcript if each.code and each.stage != "RSET")
            counts.update((each.stage, each.code) for each in said)
            client.close()
    tally = simulate("busy", sessions, seed=5)
    assert counts == {(p.stage, p.code): n for p, n in tally.counts.items()}
