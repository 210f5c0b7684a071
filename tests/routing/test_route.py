"""The way to a server, against RFC 5321 §5.1 and RFC 7505; the zone and the ports."""

import ipaddress
import re
import tomllib
from pathlib import Path

import pytest

import smtplesson.routing as house
from smtplesson.errors import LessonError
from smtplesson.facts import enhanced, reply_codes
from smtplesson.routing import ports, route, zone
from smtplesson.routing.zone import replies
from smtplesson.show.table import Table

ZONE = tomllib.loads(Path(house.__file__).with_name("zone.toml").read_text("utf-8"))["names"]
MX, RESERVE = "mx.example.test", "reserve.example.test"
FIRST = [(MX, "192.0.2.25"), (MX, "2001:db8::25"), (RESERVE, "198.51.100.25")]


@pytest.mark.parametrize(
    ("domain", "targets"),
    [
        ("example.test", FIRST),  # RFC 5321 §5.1: the lowest number first, all of its addresses
        ("EXAMPLE.Test", FIRST),  # §2.4: a domain has no case
        ("alias.example", FIRST),  # §5.1: the name that a CNAME gives takes its place
        ("small.example", [("small.example", "192.0.2.7")]),  # §5.1: implicit MX
        ("half.example", [("mx.half.example", "198.51.100.7")]),  # §5.1: each in turn
        ("[192.0.2.9]", [("[192.0.2.9]", "192.0.2.9")]),  # §4.1.3: an address literal
        ("[IPv6:2001:db8::9]", [("[IPv6:2001:db8::9]", "2001:db8::9")]),
    ],
)
def test_servers_are_tried_in_this_order(domain: str, targets: list[tuple[str, str]]) -> None:
    found = route(f"bob@{domain}")
    assert (list(found.targets), found.reply) == (targets, None)


@pytest.mark.parametrize(
    ("domain", "code", "status"),
    [
        ("nomail.example", 556, "5.1.10"),  # RFC 7505 §4.1: null MX
        ("nowhere.invalid", 550, "5.1.2"),  # RFC 6761 §6.4; RFC 3463 §3.2: no such domain
        ("no-such-name.example", 550, "5.1.2"),
        ("empty.example", 550, "5.4.4"),  # RFC 3463 §3.5: a name, but no way
        ("broken.example", 550, "5.4.4"),  # RFC 5321 §5.1: an MX, but none that is usable
        ("shaky.example", 451, "4.4.3"),  # RFC 5321 §5.1: to be tried later; RFC 3463 §3.5
    ],
)
def test_where_there_is_none_this_is_said(domain: str, code: int, status: str) -> None:
    found = route(f"bob@{domain}")
    assert found.reply and not found.targets
    assert (found.reply.code, found.reply.enhanced) == (code, status)
    assert code in reply_codes() and enhanced(status)
    for view in (str(found), found._repr_html_()):
        assert str(code) in view and f"{status} {found.reply.text}" in view


def test_where_an_mx_is_there_the_domains_own_address_is_not_used() -> None:
    # RFC 5321 §5.1; both domains have an address that nothing may ask for.
    for domain in ("broken.example", "nomail.example", "example.test"):
        (own,) = ZONE[domain]["A"]
        found = route(f"bob@{domain}")
        assert own not in dict(map(reversed, found.targets))  # type: ignore[arg-type]
        assert own not in str(found)


def test_a_name_that_is_not_there_is_told_from_one_without_an_address() -> None:
    # RFC 1034 §4.3.1: a name error says that the name does not exist.
    answers = [route(f"bob@{name}.example").steps[-1][1] for name in ("broken", "empty")]
    assert answers == ["no such name", "none"]


def test_a_null_mx_is_asked_for_nothing_more() -> None:
    # RFC 7505 §1: delivery fails at once.
    assert [asked for asked, _, _ in route("bob@nomail.example").steps] == ["MX of nomail.example"]


def test_equal_servers_share_the_load_and_the_seed_decides() -> None:
    # RFC 5321 §5.1: randomised. Two-sided: 300 to 700 of 1,000 is more than 12 deviations wide.
    first = [route("bob@twins.example", seed).targets[0][0] for seed in range(1_000)]
    assert 300 < first.count("left.twins.example") < 700
    assert first == [route("bob@twins.example", seed).targets[0][0] for seed in range(1_000)]
    for seed in range(20):
        hosts = sorted(host for host, _ in route("bob@twins.example", seed).targets)
        assert hosts == ["left.twins.example", "right.twins.example"]
        assert list(route("bob@example.test", seed).targets) == FIRST  # no chance among unequals


def test_it_is_told_step_by_step_as_text_and_as_html() -> None:
    found = route("bob@alias.example")
    assert [asked for asked, _, _ in found.steps] == [
        *("MX of alias.example", "MX of example.test"),
        *("addresses of mx.example.test", "addresses of reserve.example.test"),
    ]
    for view in (str(found), found._repr_html_()):
        for step in found.steps:
            assert all(words in view for words in step)
        assert "port 25 of mx.example.test (192.0.2.25). If that fails, it tries mx." in view
        assert "nothing is looked up" in view
    assert "&lt;b&gt;" in route('"<b>"@example.test')._repr_html_()


@pytest.mark.parametrize("wrong", ["", "bob", "bob@", "@example.test", "a@b@c", "bob@-x-", None, 7])
def test_what_is_no_address_costs_one_line(wrong: str) -> None:
    with pytest.raises(
        LessonError, match=r"is not an address; an example is bob@example\.test$"
    ) as caught:
        route(wrong)
    assert str(caught.value).startswith(repr(wrong))


# ---- the zone


def test_the_zone_is_made_up_of_what_is_reserved_for_examples() -> None:
    # RFC 6761 §6.2 and §6.5; RFC 5737 §3; RFC 3849 §2.
    blocks = [*("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"), "2001:db8::/32"]
    networks = [ipaddress.ip_network(block) for block in blocks]
    for name, kinds in ZONE.items():
        assert re.fullmatch(r"([a-z]+\.)+(test|example)", name)
        assert set(kinds) <= {"A", "AAAA", "MX", "CNAME", "TXT"}
        for each in (*kinds.get("A", ()), *kinds.get("AAAA", ())):
            assert any(ipaddress.ip_address(each) in network for network in networks)


def test_the_zone_keeps_the_rules_of_the_dns() -> None:
    for name, kinds in ZONE.items():
        if "CNAME" in kinds:  # RFC 1034 §3.6.2: alone, and here it leads to no other
            assert set(kinds) == {"CNAME"} and "CNAME" not in ZONE[kinds["CNAME"][0]]
        hosts = [each.split()[-1] for each in kinds.get("MX", ())]
        assert not any("CNAME" in ZONE.get(host, ()) for host in hosts)  # RFC 5321 §5.1
        if "." in hosts:
            assert kinds["MX"] == ["0 ."], name  # RFC 7505 §3: alone, with preference 0


def test_the_tables_show_every_record_and_reply() -> None:
    view = str(zone())
    for name, kinds in ZONE.items():
        assert name in view
        assert all(each in view for data in kinds.values() for each in data)
    used = {route(f"bob@{name}").reply for name in (*ZONE, "nowhere.invalid")} - {None}
    assert used == set(replies().values())


# ---- the ports


def test_the_ports_are_those_of_the_rfcs() -> None:
    # RFC 5321 §4.5.4.2 (25); RFC 6409 §3.1 (587) and §4.3 (login); RFC 8314 §3.3 (465) and §7.3.
    table = ports()
    assert isinstance(table, Table)
    rows = {row[0]: dict(zip(table.heads, row, strict=True)) for row in table.rows}
    assert {port: row["Service"] for port, row in rows.items()} == {
        "25": "smtp",
        "587": "submission",
        "465": "submissions",
    }
    assert [row["Login"] for row in rows.values()] == ["none", "required", "required"]
    assert rows["587"]["Encryption"] == "STARTTLS"
    assert rows["465"]["Encryption"] == "TLS from the first octet"
    assert all("RFC" in str(row["Source"]) for row in rows.values())
