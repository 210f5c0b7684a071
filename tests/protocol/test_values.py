"""Values are values: nobody can change a scenario or an envelope that others share."""

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from smtplesson.protocol.address import Mailbox
from smtplesson.protocol.command import Envelope, parse_envelope
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.scenario import Rule, Scenario
from smtplesson.protocol.scenario_file import scenario, scenario_names
from tests.conftest import lines, started, toml


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_is_a_key_and_travels(name: str) -> None:
    found = scenario(name)
    found.replies, found.rules_at  # noqa: B018 - worked out, as in a server that runs
    again = pickle.loads(pickle.dumps(found))
    assert (again, hash(again)) == (found, hash(found))
    said = [
        started(each, number=3).receive(lines("EHLO a.example", "HELP")) for each in (found, again)
    ]
    assert said[0] == said[1] != b""
    assert replace(found, domain="other.test") not in {found: name}


def test_a_scenario_is_itself_wherever_one_is_named() -> None:
    assert scenario(scenario("busy")) is scenario("busy")


@pytest.mark.parametrize(
    ("field", "key", "value"),
    [("accounts", "eve", "x"), ("lists", "all", ()), ("replies", "noop_ok", Reply(550))],
)
def test_what_a_caller_tries_to_add_is_refused(field: str, key: str, value: object) -> None:
    before = scenario("helpful").replies["noop_ok"].code, hash(scenario("helpful"))
    with pytest.raises(TypeError):
        getattr(scenario("helpful"), field)[key] = value
    with pytest.raises(FrozenInstanceError):
        setattr(scenario("helpful"), field, {key: value})
    with pytest.raises(TypeError):
        scenario("helpful").rules_at["NOOP"] = ()  # type: ignore[index]
    assert before == (250, hash(scenario("helpful")))


def test_what_a_scenario_was_made_of_can_change_and_it_does_not() -> None:
    accounts, members, attempts, users = {"alice": "x"}, ["bob@example.test"], [1], ["alice"]
    lists = {"staff": members}
    rules = [Rule("RCPT", None, attempts=attempts)]  # type: ignore[arg-type]
    made = Scenario("mine", users=users, lists=lists, accounts=accounts, rules=rules)  # type: ignore[arg-type]
    kept = hash(made)
    for made_of in (accounts, lists, members, attempts, users, rules):
        made_of.clear()
    assert hash(made) == kept
    assert made.accounts == (("alice", "x"),)
    assert made.lists == (("staff", ("bob@example.test",)),)
    assert (made.users, made.rules[0].attempts) == (("alice",), (1,))
    assert made == Scenario(
        "mine", users=("alice",), lists=made.lists, accounts=made.accounts, rules=made.rules
    )


def test_an_envelope_is_a_key_and_cannot_be_changed() -> None:
    found = parse_envelope("FROM:<a@example.test> SIZE=100", "FROM:")
    wanted = Envelope(Mailbox("a", "example.test"), (("SIZE", "100"),))
    assert {found: 1}[wanted] == 1
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(TypeError):
        found.parameters[0] = ("SIZE", "1")  # type: ignore[index]
    with pytest.raises(AttributeError):
        found.parameters = ()  # type: ignore[misc]


def test_an_extension_that_is_new_does_not_come_by_itself() -> None:
    # The eight that all lessons were written with; a ninth has to be asked for.
    old = {"PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"}
    assert set(Scenario("mine").extensions) == old | {"STARTTLS", "AUTH", "HELP"}
    assert toml("").extensions == Scenario("mine").extensions
