"""Schedules: how long a sender waits before it tries again after a 4yz."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from smtplesson import toml

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0

# Draws a number from [0, 1).
Chance = Callable[[], float]

_ENDLESS = float("inf")
_ALLOWED = dict.fromkeys(
    ("first", "factor", "longest", "give_up"), toml.number(0, _ENDLESS, float)
) | {"jitter": toml.number(0, 1, float)}


@dataclass(frozen=True, slots=True)
class Schedule:
    """The waits between attempts; all times in seconds.

    first: the wait after the first attempt.
    factor: each wait is so many times the one before.
    longest: no wait is longer.
    give_up: no attempt is made later than so long after the first one.
    jitter: share of each wait that is left to chance: 0.5 makes 10 minutes 5 to 15.
    Raises: LessonError if one of them makes no sense.
    """

    first: float
    factor: float = 1.0
    longest: float = _ENDLESS
    give_up: float = 5 * DAY
    jitter: float = 0.0

    def __post_init__(self) -> None:
        toml.read_values(asdict(self), _ALLOWED, "Schedule")

    def waits(self, chance: Chance) -> Iterator[float]:
        """The waits, one after the other, until the time to give up has come."""
        passed, wait = 0.0, self.first
        while True:
            actual = wait * (1 + self.jitter * (2 * chance() - 1)) if self.jitter else wait
            passed += actual
            if passed > self.give_up or actual <= 0:
                return
            yield actual
            wait = min(wait * self.factor, self.longest)


# Never tries again, as most spam programs do.
NEVER = Schedule(first=1.0, give_up=0.0)
# RFC 5321 §4.5.4.1: a retry after 30 minutes at the earliest, two attempts in the first hour,
# then one every two or three hours, and giving up after four or five days.
RFC_5321 = Schedule(first=30 * MINUTE, factor=2.0, longest=2.5 * HOUR)


def every(seconds: float, *, give_up: float = 5 * DAY) -> Schedule:
    """A schedule with the same wait each time."""
    return Schedule(seconds, give_up=give_up)


def backoff(
    first: float, *, factor: float = 2.0, longest: float = 4 * HOUR, jitter: float = 0.5
) -> Schedule:
    """Exponential back-off with jitter: the waits grow, and no two senders keep in step."""
    return Schedule(first, factor, longest, jitter=jitter)
