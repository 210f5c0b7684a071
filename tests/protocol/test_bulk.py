"""The scenario `bulk`: one reason for each sender, as RFC 7372, RFC 7505 and providers have it."""

import pytest

from smtplesson.facts import enhanced, vendor_codes
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario_file import scenario
from smtplesson.protocol.session import Session
from tests.conftest import EHLO, MAIL, RCPT, codes, lines, read_replies, started, talk
from tests.protocol import answer

# Typed from the definitions: the reply code is the "associated basic status code" there.
REGISTERED = {
    "dkim-none": (550, "5.7.20"),  # RFC 7372 §3.1: no passing signature
    "dkim-weak": (550, "5.7.21"),  # RFC 7372 §3.1: passing, none acceptable
    "dkim-other": (550, "5.7.22"),  # RFC 7372 §3.1: acceptable, none matches the author
    "spf-fail": (550, "5.7.23"),  # RFC 7372 §3.2: the result is "fail"
    "spf-error": (451, "4.7.24"),  # RFC 7372 §3.2: an error, 451 or 550
    "no-reverse": (550, "5.7.25"),  # RFC 7372 §3.3: the address has failed the reverse lookup
    "neither": (550, "5.7.26"),  # RFC 7372 §3.4: more than one check has failed
    "null-mx": (550, "5.7.27"),  # RFC 7505 §4.1: the sender's domain has a null MX
    "bad-name": (550, "5.7.1"),  # RFC 3463 §3.8: not authorised, permanent only
}
# RFC 6647 §2.3, §5: MAIL of somebody new, 421 where it closes; RFC 3463 §3.8.
# X.7.28: IANA registry, mail flood detected.
CLOSING = {"new-name": (421, "4.7.0"), "flood": (421, "4.7.28")}


def mail_from(name: str) -> bytes:
    return lines(f"MAIL FROM:<list@{name}.example>")


@pytest.mark.parametrize("name", REGISTERED)
def test_one_command_draws_one_reason(name: str) -> None:
    code, status = REGISTERED[name]
    assert answer(started("bulk"), EHLO, mail_from(name)) == (code, status)
    sized = lines(f"mail from:<List@{name.upper()}.EXAMPLE> SIZE=5")
    assert answer(started("bulk"), EHLO, sized) == (code, status)
    known = enhanced(status)
    assert known and code in known.basic_codes  # what the IANA registry pairs
    assert int(status[0]) in known.usable_classes


def test_the_description_tells_which_sender_draws_what() -> None:
    found = scenario("bulk")
    told = {name: status for name, (_, status) in {**REGISTERED, **CLOSING}.items()}
    for name, status in told.items():
        assert f"{name}.example" in found.about
        assert status in found.about.split(f"{name}.example")[1].split(" from ")[0]
    matches = [rule.match for rule in found.rules]
    assert sorted(matches) == sorted(f"*@{name}.example" for name in told)


def test_two_of_them_are_what_gmail_says() -> None:
    gmail = [row for row in vendor_codes() if row.provider == "Gmail"]
    for name, words in {"neither": "neither SPF nor DKIM", "flood": "too much"}.items():
        code, status = {**REGISTERED, **CLOSING}[name]
        (row,) = [row for row in gmail if row.covers(str(code), status, "")]
        assert row.standard == "same" and words in row.use


@pytest.mark.parametrize("path", ["", "me@client.example", "me@sub.spf-fail.example"])
def test_all_others_are_welcome(path: str) -> None:
    session = started("bulk")
    assert talk(session, EHLO, lines(f"MAIL FROM:<{path}>")) == [250]
    assert talk(session, RCPT) == [250]


def test_what_is_refused_leaves_the_session_open() -> None:
    session = started("bulk")
    assert talk(session, EHLO, mail_from("neither")) == [550]
    assert talk(session, MAIL) == [250]


def test_a_flood_is_more_than_three_mails_in_a_minute() -> None:
    session = started("bulk", EHLO)
    script = (mail_from("flood") + b"RSET\r\n") * 3
    assert codes(session.receive(script, 0.0)) == [250] * 6
    others = mail_from("client") + b"RSET\r\n"  # count for nothing
    assert codes(session.receive(others * 5, 1.0)) == [250] * 10
    (last,) = read_replies(session.receive(mail_from("flood"), 59.0))
    assert (last.code, last.statuses) == (421, ("4.7.28",))
    assert session.receive(b"NOOP\r\n", 59.0) == b""  # RFC 5321 §3.8: 421 closes


def test_who_is_new_is_taken_after_an_hour_and_a_flood_after_a_minute() -> None:
    memory = Memory()

    def asked(name: str, now: float) -> int:
        session = Session(scenario("bulk"), memory=memory)
        session.open(now)
        return codes(session.receive(EHLO + mail_from(name), now))[-1]

    assert [asked("new-name", now) for now in (0.0, 1_800.0, 3_599.0)] == [421] * 3
    assert asked("new-name", 3_600.0) == 250
    assert [asked("flood", now) for now in (0, 1, 2, 3, 59, 120)] == [*[250] * 3, 421, 421, 250]
