"""Enhanced status codes where RFC 2034 §4 wants them, and extensions that are switched off."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import EXTENSIONS, Scenario
from smtplesson.protocol.scenario_file import scenario, scenario_names
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State
from tests.conftest import EHLO, Said, read_replies, started, talk, toml
from tests.protocol import offering

PROOFS = [
    "AUTH PLAIN AGFsaWNlAHdyb25n",  # alice, wrong
    "AUTH PLAIN AGRvcmEAZXhwbG9yZXI=",  # dora, explorer
    "AUTH PLAIN AGVyaWsAdmlraW5n",  # erik, viking
    "AUTH PLAIN AGZheQBmYXJhd2F5",  # fay, faraway
    "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",  # alice, wonderland
]
MAILBOXES = "alice bob carol dora erik smith staff nobody full disk silent broken lost bad typo"
SCRIPT = [
    *("NOOP", "MAIL FROM:<a@b.example>", "XYZZY", "BDAT 1", "HELO", "HELO client.example"),
    *("EHLO", "EHLO two names", "EHLO client.example", "STARTTLS now", "STARTTLS", "DATA", EHLO),
    *("STARTTLS", "NOOP", "RSET", "RSET now", "HELP", "HELP RCPT", "HELP ME", "VRFY", "EXPN"),
    *(f"VRFY {name}" for name in MAILBOXES.split()),
    *("EXPN staff", "EXPN alice", "VRFY a@b@c", "VRFY someone@elsewhere.example"),
    *("AUTH", "AUTH X", "AUTH CRAM-MD5 eA==", "AUTH LOGIN", "*", "AUTH PLAIN", "!", *PROOFS),
    *("AUTH PLAIN", "*", "RCPT TO:<alice@example.test>", "MAIL", "MAIL FROM:<", "MAIL FROM:<x@>"),
    *("MAIL FROM:<a@b.example> SIZE=x", "MAIL FROM:<a@b.example> FOO", "NOOP " + "x" * 600),
    *("MAIL FROM:<a@b.example> SIZE=99999999", "MAIL FROM:<ä@b.example>"),
    *("MAIL FROM:<reply-354@example.test>", "MAIL FROM:<reply-451@example.test>"),
    *("MAIL FROM:<a@b.example> SMTPUTF8", "RSET", "MAIL FROM: <a@b.example>", "MAIL FROM:<>"),
    *(f"RCPT TO:<{name}@example.test>" for name in MAILBOXES.split()),
    *("RCPT TO:<>", "RCPT TO:<ä@example.test>", "RCPT TO:<a@elsewhere.example>", "DATA now"),
    *("EHLO", "AUTH PLAIN", "DATA", "x" * 1001, ".", "MAIL FROM:<a@b.example>"),
    *("RCPT TO:<alice@example.test>", "DATA", "hello", ".", "QUIT now", "QUIT"),
]


def said(which: Scenario, numbers: range) -> Iterator[tuple[str, Said]]:
    """Each reply of some sessions with the line that drew it."""
    patient = replace(which, limits=replace(which.limits, errors=1_000))
    memory = Memory()
    for number in numbers:
        session = Session(patient, number=number, memory=memory)
        for reply in read_replies(session.open()):
            yield "greeting", reply
        for each in SCRIPT:
            line = each if isinstance(each, bytes) else f"{each}\r\n".encode()
            for reply in read_replies(session.receive(line)):
                yield line.decode().strip(), reply
            if session.state is State.TLS:
                session.tls_started()


@pytest.mark.parametrize("name", scenario_names())
def test_where_they_are_wanted_and_nowhere_else(name: str) -> None:
    """RFC 2034 §4: on every line, but not in 3yz, the greeting, or replies to EHLO and HELO."""
    met = set()
    for line, reply in said(scenario(name), range(1, 41)):
        met.add(reply.code)
        if line[:4] in ("gree", "EHLO", "HELO") or reply.code // 100 == 3:
            assert set(reply.statuses) == {""}, (line, reply)
        else:
            (status,) = set(reply.statuses)
            assert status[:1] == str(reply.code)[0], (line, reply)
    least = 1 if name == "outage" else 9  # which at first says nothing but 421
    assert len(met) >= least, "the script should see a good part of the server"


@pytest.mark.parametrize("name", scenario_names())
def test_none_where_they_are_not_offered(name: str) -> None:
    found = scenario(name)
    without = replace(
        found, extensions=tuple(x for x in found.extensions if x != "ENHANCEDSTATUSCODES")
    )
    for line, reply in said(without, range(1, 11)):
        assert set(reply.statuses) == {""}, (line, reply)
    codes = [reply.code for _, reply in said(without, range(1, 11))]
    assert codes == [reply.code for _, reply in said(found, range(1, 11))]


def without(extension: str) -> Scenario:
    """All extensions but this one, and but SMTPUTF8 without 8BITMIME (RFC 6531 §3.1)."""
    gone = (extension, "SMTPUTF8" if extension == "8BITMIME" else extension)
    return offering(*(each for each in EXTENSIONS if each not in gone))


def only(extension: str) -> Scenario:
    """This extension, and what it has to have beside it."""
    return offering(extension, *(["8BITMIME"] if extension == "SMTPUTF8" else []))


def keywords(which: Scenario) -> list[str]:
    """What EHLO announces, the server's name left out."""
    (reply,) = read_replies(started(which).receive(EHLO))
    return [text.decode().split()[0] for text in reply.texts[1:]]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_keyword_disappears_with_its_extension(extension: str) -> None:
    # RFC 5321 §4.1.1.1: what is announced is what is there.
    assert sorted(keywords(toml(""))) == sorted(EXTENSIONS)
    assert extension in keywords(only(extension))
    assert extension not in keywords(without(extension))
    assert len(keywords(without(extension))) == 7 - (extension == "8BITMIME")
    assert keywords(offering()) == []


@pytest.mark.parametrize("verb", ["STARTTLS", "AUTH", "HELP"])
def test_a_verb_that_is_off_is_not_implemented(verb: str) -> None:
    # RFC 5321 §4.2.4: 502, since the verb is known; HELP names what is there.
    session = started(without(verb))
    line = f"{verb} PLAIN\r\n".encode()
    assert [talk(session, octets) for octets in (line, EHLO, line)] == [[502], [250], [502]]
    assert verb.encode() in started(toml("")).receive(b"HELP\r\n")
    assert verb == "HELP" or verb.encode() not in session.receive(b"HELP\r\n")


@pytest.mark.parametrize(
    ("extension", "parameter"),
    [
        ("SIZE", "SIZE=5"),
        ("8BITMIME", "BODY=8BITMIME"),
        ("8BITMIME", "BODY=7BIT"),
        ("SMTPUTF8", "SMTPUTF8"),
        ("AUTH", "AUTH=<>"),
    ],
)
def test_a_parameter_that_is_off_is_unknown(extension: str, parameter: str) -> None:
    # RFC 5321 §4.1.1.11: 555
    line = f"MAIL FROM:<a@b.example> {parameter}\r\n".encode()
    assert talk(without(extension), EHLO, line) == [555]
    assert talk(only(extension), EHLO, line) == [250]
