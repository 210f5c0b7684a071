"""What is offered as possible is what the machine takes, and the other way round."""

from dataclasses import replace

import pytest

from smtplesson import Client, Host, Reply, Scenario, State, connect, scenario, scenario_names
from smtplesson.console.offers import Offer, offers
from smtplesson.protocol.command import NOT_IMPLEMENTED, VERBS
from smtplesson.protocol.scenario import EXTENSIONS, MECHANISMS, Rule

EHLO, LOGIN = "EHLO a.example", "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ="  # alice, wonderland
MAIL, RCPT = "MAIL FROM:<you@client.example>", "RCPT TO:<alice@example.test>"
# Ways into each state, and to each pair of encrypted and logged in.
WAYS: list[tuple[str, ...]] = [
    (),
    ("HELO a.example",),
    (EHLO,),
    (EHLO, "STARTTLS"),
    (EHLO, "STARTTLS", EHLO),
    (EHLO, "STARTTLS", EHLO, LOGIN),
    (EHLO, LOGIN),
    (EHLO, LOGIN, "STARTTLS"),
    (EHLO, LOGIN, "STARTTLS", EHLO),
    (EHLO, "AUTH PLAIN", "*"),
    (EHLO, "AUTH LOGIN"),
    (EHLO, "AUTH PLAIN", "AGFsaWNlAHdvbmRlcmxhbmQ="),
    (EHLO, MAIL),
    (EHLO, MAIL, RCPT),
    (EHLO, LOGIN, MAIL, RCPT),
    (EHLO, "STARTTLS", EHLO, LOGIN, MAIL, RCPT),
    (EHLO, MAIL, RCPT, "DATA"),
    (EHLO, MAIL, RCPT, "DATA", "."),
    (EHLO, "QUIT"),
]
LOGS_IN = (("alice", "wonderland"),)
BUILT_IN = [scenario(name) for name in scenario_names()]
MADE = [
    *(Scenario(each, accounts=LOGS_IN, mechanisms=(each,)) for each in MECHANISMS),
    *(
        Scenario(f"no {each}", extensions=tuple(x for x in EXTENSIONS if x != each))
        for each in ("STARTTLS", "AUTH", "HELP")
    ),
    *(Scenario(each, accounts=LOGS_IN, require=(each,)) for each in ("TLS", "AUTH")),
    *(
        Scenario(f"greets with {code}", rules=(Rule("connect", Reply(code)),))
        for code in (521, 554)
    ),
]
# What turns a command away before anybody looks at its argument: out of order, not there, no such
# mechanism, never any mail, something else first, no service (RFC 5321 §4.2.4; RFC 4954 §4 and §6;
# RFC 7504 §3; RFC 3207 §4).
TURNED_AWAY = {502, 503, 504, 521, 530}


# In turn one is turned away with 554, one with 521, and one is let in; or with 421 only.
SESSIONS = {"closed": (1, 2, 3), "outage": (2,)}


def after(which: Scenario, number: int, way: tuple[str, ...]) -> Client:
    """The client of the nth session, when it has gone that way."""
    host = Host(which)
    for _ in range(number - 1):
        connect(host).close()
    client = connect(host)
    for line in way:
        if client.state is not State.CLOSED:
            client.send(line)
    return client


def reply_to(client: Client, line: str) -> tuple[int | None, str]:
    """The code and the text that a line draws; no code if it draws none."""
    if client.state is State.CLOSED:
        return None, ""
    reply = client.send(line).reply
    return (reply.code, reply.text) if reply else (None, "")


def fault(which: Scenario, number: int, way: tuple[str, ...], offer: Offer) -> str:
    """What is wrong with an offer, or ""."""
    client = after(which, number, way)
    state = client.state
    code, text = reply_to(client, offer.line)
    if state is State.CONTENT:  # all is text, and what is not the end draws no reply
        is_right = offer.allowed == (code is not None)
    elif state in (State.AUTH, State.CLOSED) or offer.label in (".", "response"):
        is_right = offer.allowed == (state is State.AUTH and offer.label == "response")
    elif offer.allowed:
        is_right = code not in TURNED_AWAY
    else:
        is_right = code in TURNED_AWAY and offer.why == f"{text} ({code})"
    return "" if is_right else f"{which.name} {number} {way} {offer}: {code} {text}"


@pytest.mark.parametrize("which", BUILT_IN + MADE, ids=lambda each: each.name)
def test_what_is_offered_is_what_is_taken(which: Scenario) -> None:
    faults = []
    for number in SESSIONS.get(which.name, (1,)):
        for way in WAYS:
            client = after(which, number, way)
            offered = offers(client.standing, which)
            assert {*VERBS} <= {offer.label for offer in offered if offer.line and offer.why}
            faults += [fault(which, number, way, offer) for offer in offered]
    assert not any(faults), [each for each in faults if each][:5]


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("only", MECHANISMS)
def test_a_login_begins_with_a_mechanism_that_is_there(mechanism: str, only: str) -> None:
    first = {"PLAIN": LOGIN, "LOGIN": "AUTH LOGIN YWxpY2U=", "CRAM-MD5": "AUTH CRAM-MD5"}
    which = replace(scenario("example"), mechanisms=(only,))
    (offer,) = [each for each in offers(connect(which).standing, which) if each.label == "AUTH"]
    assert not offer.allowed  # before EHLO
    client = after(which, 1, (EHLO,))
    (offer,) = [each for each in offers(client.standing, which) if each.label == "AUTH"]
    assert (offer.allowed, offer.line) == (True, first[only])
    code, _ = reply_to(client, first[mechanism])
    assert code == ({"PLAIN": 235}.get(mechanism, 334) if mechanism == only else 504)


def test_the_simplest_login_is_offered() -> None:
    for mechanisms, line in (("CRAM-MD5 LOGIN PLAIN", LOGIN), ("CRAM-MD5 LOGIN", "AUTH LOGIN ")):
        which = replace(scenario("example"), mechanisms=tuple(mechanisms.split()))
        assert any(each.line.startswith(line) for each in offers(connect(which).standing, which))


@pytest.mark.parametrize("verb", [*NOT_IMPLEMENTED, "XYZZY"])
def test_what_is_never_offered_is_never_taken(verb: str) -> None:
    client = connect("example")
    assert verb not in {offer.label for offer in offers(client.standing, scenario("example"))}
    assert client.send(verb).code == (500 if verb == "XYZZY" else 502)  # RFC 5321 §4.2.4
