"""Senders: how the client's side of a simulation behaves."""

from dataclasses import dataclass

from smtplesson import toml
from smtplesson.errors import LessonError, shown
from smtplesson.experiments.schedules import NEVER, RFC_5321, Schedule

MAX_MESSAGES = 1_000  # of one sender


def _address(value: object) -> str:
    """Converts what can stand between < and > in a command: there it may not end the line."""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("an address is expected")
    return value


def _addresses(value: object) -> tuple[str, ...]:
    """Converts a list of addresses, which one address is not, although Python would read it so."""
    if not isinstance(value, list | tuple):
        raise ValueError("a list of addresses is expected")
    return tuple(map(_address, value))


_ALLOWED = {
    "sender": _address,
    "recipients": _addresses,
    "messages": toml.number(0, MAX_MESSAGES),
    "gap": toml.number(0, float("inf"), float),
    "pipelined": toml.of_type(bool, "True or False"),
    "retries": toml.of_type(Schedule, "a Schedule, such as backoff(60),"),
    "stubborn": toml.of_type(bool, "True or False"),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """How a client behaves. The default sends one message once and takes no for an answer.

    sender, recipients: the reverse-path and the forward-paths.
    messages, gap: how many messages it sends, 1,000 at most; the seconds from one to the next.
    pipelined: sends MAIL, RCPT and DATA in one go (RFC 2920).
    retries: the waits after a 4yz. Without any it treats a 4yz as if it were a 5yz.
    stubborn: goes on after a 5yz as if nothing had been said.
    Raises: LessonError if one of them makes no sense.
    """

    sender: str = "news@client.example"
    recipients: tuple[str, ...] = ("alice@example.test",)
    messages: int = 1
    gap: float = 0.0
    pipelined: bool = False
    retries: Schedule = NEVER
    stubborn: bool = False

    def __post_init__(self) -> None:
        given = {name: getattr(self, name) for name in _ALLOWED}
        known = toml.read_values(given, _ALLOWED, "Sender")
        object.__setattr__(self, "recipients", known["recipients"])  # which may have been a list


def known_sender(sender: Sender) -> Sender:
    """The sender, if it is one.

    Raises: LessonError if it is not.
    """
    if not isinstance(sender, Sender):
        raise LessonError(f"{shown(sender)} is no Sender; there is PATIENT, or make one")
    return sender


ONE_MESSAGE = Sender()
PIPELINED = Sender(pipelined=True)
PATIENT = Sender(retries=RFC_5321)
STUBBORN = Sender(stubborn=True)
