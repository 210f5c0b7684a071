"""What a server remembers from one session to the next: attempts and accepted messages."""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

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

    messages: the last ones that `keep` was given.
    unfinished: octets of the texts that have not ended yet, in all sessions.
    """

    messages: deque[Message] = field(default_factory=deque)
    unfinished: int = 0
    _octets: int = 0  # of all messages
    _times: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)
    _attempts: dict[tuple[str, ...], tuple[int, float]] = field(default_factory=dict)

    def keep(self, message: Message) -> None:
        """Keeps a message. The oldest go, of too many or too large ones; the new one stays."""
        self.messages.append(message)
        self._octets += len(message.content)
        while len(self.messages) > (1 if self._octets > MAX_OCTETS else MAX_MESSAGES):
            self._octets -= len(self.messages.popleft().content)

    @property
    def standing(self) -> tuple[object, ...]:
        """All that a rule may ask of it."""
        times = tuple((key, *times) for key, times in self._times.items())
        return tuple(self._attempts.items()), times

    def attempt(self, key: tuple[str, ...], now: float) -> tuple[int, float]:
        """Counts one more attempt: its number from 1, and the seconds since the first one."""
        count, first = self._attempts.get(key, (0, now))
        if not count and len(self._attempts) >= MAX_ATTEMPTS:
            del self._attempts[next(iter(self._attempts))]  # the oldest is forgotten
        self._attempts[key] = (count + 1, first)
        return count + 1, now - first

    def times(self, key: tuple[str, ...], now: float, most: int) -> deque[float]:
        """Notes one more attempt, and gives the times of the last `most`, this one included."""
        if key not in self._times and len(self._times) >= MAX_SENDERS:
            del self._times[next(iter(self._times))]
        times = self._times.setdefault(key, deque(maxlen=most))
        times.append(now)
        return times
