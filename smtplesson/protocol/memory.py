"""What a server remembers from one session to the next: attempts and accepted messages."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smtplesson.protocol.address import Mailbox

# All is bounded: a lesson's server must not grow with what it is sent.
MAX_ATTEMPTS, MAX_SENDERS, MAX_MESSAGES = 10_000, 1_000, 200
# Octets of all messages that are kept, and as many again of all texts that have not ended yet.
MAX_OCTETS = 67_108_864


class Message(NamedTuple):
    """A message that the server took responsibility for (RFC 5321 §6.1)."""

    reverse_path: Mailbox
    recipients: tuple[Mailbox, ...]
    content: bytes


@dataclass(slots=True)
class Memory:
    """Attempts by place and subject, and the last messages accepted.

    One Memory belongs to one server, or to one simulated sender; sessions share it.

    attempts: by place and subject, how many there were and when the first one was.
    times: by place and reverse-path, when the last ones were.
    messages: the last ones that `keep` was given.
    unfinished: octets of the texts that have not ended yet, in all sessions.
    """

    attempts: dict[tuple[str, ...], tuple[int, float]] = field(default_factory=dict)
    times: dict[tuple[str, ...], tuple[float, ...]] = field(default_factory=dict)
    messages: deque[Message] = field(default_factory=deque)
    unfinished: int = 0
    _octets: int = 0  # of all messages

    def keep(self, message: Message) -> None:
        """Keeps a message. The oldest go, of too many or too large ones; the new one stays."""
        self.messages.append(message)
        self._octets += len(message.content)
        while len(self.messages) > (1 if self._octets > MAX_OCTETS else MAX_MESSAGES):
            self._octets -= len(self.messages.popleft().content)

    @property
    def standing(self) -> tuple[tuple[Any, ...], ...]:
        """All that a rule may ask of it: what is in `attempts` and in `times`."""
        return tuple(self.attempts.items()), tuple(self.times.items())

    def count(self, key: tuple[str, ...], now: float) -> tuple[int, float]:
        """Counts one more attempt: its number from 1, and the seconds since the first one."""
        count, first = self.attempts.get(key, (0, now))
        if not count and len(self.attempts) >= MAX_ATTEMPTS:
            del self.attempts[next(iter(self.attempts))]  # the oldest is forgotten
        self.attempts[key] = (count + 1, first)
        return count + 1, now - first

    def note(self, key: tuple[str, ...], now: float, most: int) -> tuple[float, ...]:
        """Notes one more attempt, and gives the times of the last `most`, this one included."""
        if key not in self.times and len(self.times) >= MAX_SENDERS:
            del self.times[next(iter(self.times))]
        self.times[key] = times = (*self.times.get(key, ()), now)[-most:]
        return times
