"""The machine, fed with octets; what it says is read by the strict reader in tests/conftest.py."""

from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.session import Session
from tests.conftest import EHLO, read_replies, started, toml


def answer(which: str | Scenario | Session, *octets: bytes) -> tuple[int, str]:
    """Code and enhanced code of the one reply that the last of `octets` draws."""
    session = which if isinstance(which, Session) else started(which)
    *_, last = [session.receive(each) for each in octets]
    (reply,) = read_replies(last)
    (status,) = set(reply.statuses)  # RFC 2034 §4: the same on each line
    return reply.code, status


def offering(*extensions: str) -> Scenario:
    """A server with these extensions and no others, and with a mailbox `alice`."""
    return toml(f'users = ["alice"]\nextensions = {list(extensions)}')


def secured(which: str | Scenario) -> Session:
    """A session that has its TLS, and has said EHLO inside."""
    session = started(which, EHLO, b"STARTTLS\r\n")
    session.tls_started()
    session.receive(EHLO)
    return session
