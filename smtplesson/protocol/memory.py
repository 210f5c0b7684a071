"""What a server remembers from one session to the next: attempts and accepted messages."""

from collections import deque
from dataclasses import dataclass, field

from smtplesson.protocol.address import Mailbox

# Both are bounded: a lesson's server must not grow with what it is sent.
MAX_ATTEMPTS, MAX_SENDERS, MAX_MESSAGES = 100_000, 1_000, 200


@dataclass(frozen=True, slots=True)
class Message:
    """A message that the server took responsibility for (RFC 5321 §6.1)."""

    reverse_path: Mailbox
    recipients: tuple[Mailbox, ...]
    content: bytes


@dataclass(slots=True)
class Memory:
    """Attempts by place and subject, and the last messages accepted.

    One Memory belongs to one server, or to one simulated sender; sessions share it.
    """

    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=MAX_MESSAGES))
    _times: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)
    _attempts: dict[tuple[str, ...], tuple[int, float]] = field(default_factory=dict)

    def attempt(self, key: tuple[str, ...], now: float) -> tuple[int, float]:
        """Counts one more attempt: its number from 1, and the seconds since the first one."""
        count, first = self._attempts.get(key, (0, now))
        if not count and len(self._attempts) >= MAX_ATTEMPTS:
            del self._attempts[next(iter(self._attempts))]  # the oldest is forgotten
        self._attempts[key] = (count + 1, first)
        return count + 1, now - first

    def times(self, key: tuple[str, ...], now: float) -> deque[float]:
        """Notes one more attempt, and gives the times of the last 10,000, this one included."""
        if key not in self._times and len(self._times) >= MAX_SENDERS:
            del self._times[next(iter(self._times))]
        times = self._times.setdefault(key, deque(maxlen=10_000))
        times.append(now)
        return times
