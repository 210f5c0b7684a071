"""Places: where each session of each simulated sender stands in the world of chance."""

from itertools import count

from smtplesson.experiments.schedules import Chance
from smtplesson.protocol.chance import draw

# The later sessions of a sender, and its own luck, have places of their own, beyond those of
# all senders' first sessions.
LATER, LUCK = 1 << 40, 1 << 39


def session_number(sender: int, nth: int) -> int:
    """The number of a sender's nth session; both count from 1."""
    return sender + (nth - 1) * LATER


def luck_of(seed: int, sender: int) -> Chance:
    """The chance of one sender, for the jitter of its waits."""
    steps = count()
    return lambda: draw(seed, sender + LUCK, next(steps))
