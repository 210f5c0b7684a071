"""Outcomes: every way that a sender's story can take, played once by the machine and kept.

What a session says depends on its draws alone. So all senders who have met the same turns are
one crowd: the machine plays their story once, up to the next fork, and there the draws divide
the crowd. The counts are those of playing each sender by itself.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smtplesson.errors import LessonError
from smtplesson.experiments.places import LATER, luck_of, session_number
from smtplesson.experiments.senders import Sender, play
from smtplesson.experiments.tally import Tally
from smtplesson.protocol.chance import draw
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.session import Session

# A smaller crowd is played by itself: what it meets is too rare to be kept.
SMALL = 2
MOST_STORIES = 20_000  # of one tree; what is met beyond them is forgotten at once
UNLIKELY = 1e-12  # a way with less weight is a rounding error

Turns = tuple[int, ...]  # the ways taken at the forks so far
Crowd = NDArray[np.uint64]  # the numbers of senders


class Fork(NamedTuple):
    """A place where chance decides how the story goes on.

    nth, step: in which session of the sender, from 1, and at which of its steps.
    shares: the probability of each way but the last, which has what is left.
    """

    nth: int
    step: int
    shares: Sequence[float]

    def ways(self, seed: int, crowd: Crowd) -> Iterator[Crowd]:
        """Those of the crowd who take each way, in order; some may be empty.

        The subtractions are those of `Dialogue.pick`, so that nobody is rounded elsewhere.
        """
        place: Any = crowd + np.uint64((self.nth - 1) * LATER)
        chance: Any = draw(seed, place, self.step)
        for share in self.shares:
            chance = chance - share
            taken = chance < 0
            yield crowd[taken]
            crowd, chance = crowd[~taken], chance[~taken]
        yield crowd

    def weights(self) -> list[float]:
        """The probability of each way; what shares above 1 in sum push out of reach has none."""
        ends = [min(1.0, end) for end in accumulate(self.shares, initial=0.0)] + [1.0]
        return [after - before for before, after in pairwise(ends)]


class Alone:
    """A story that goes on by the sender's own luck, so that each has to be played by itself."""


Met = Tally | Fork | Alone  # where turns lead: to the end of the story, to a fork, or nowhere


class Outcomes:
    """The tree of all stories of one kind of sender at one scenario, as far as it was met.

    scenario, sender: as for `simulate`.
    """

    def __init__(self, scenario: Scenario, sender: Sender) -> None:
        self.scenario = scenario
        self.sender = sender
        self._known: dict[Turns, Met] = {}

    def tally(self, numbers: range, seed: int) -> Tally:
        """The tally of the senders with these numbers, from 1.

        Raises: LessonError if a message of theirs is never done.
        """
        total = Tally(len(numbers))
        crowds: list[tuple[Turns, Crowd]] = [
            ((), np.arange(numbers.start, numbers.stop, dtype="u8"))
        ]
        while crowds:
            turns, crowd = crowds.pop()
            met = self._met(turns, crowd)
            if isinstance(met, Tally):
                total.add(met, len(crowd))
            elif isinstance(met, Fork):
                ways = enumerate(met.ways(seed, crowd))
                crowds += [((*turns, way), part) for way, part in ways if len(part)]
            else:
                for number in crowd.tolist():
                    self._play_alone(number, seed, total)
        return total

    def weighed(self) -> Iterator[tuple[float, Tally]]:
        """Each whole story with its probability; the tallies are those of a single sender."""
        stories: list[tuple[Turns, float]] = [((), 1.0)]
        while stories:
            turns, weight = stories.pop()
            met = self._known.get(turns) or self._meet(turns)
            if isinstance(met, Tally):
                yield weight, met
            elif isinstance(met, Fork):
                ways = enumerate(met.weights())
                stories += [((*turns, way), weight * w) for way, w in ways if w > UNLIKELY]
            else:
                raise LessonError("waits that are left to chance have no end of ways")

    def _met(self, turns: Turns, crowd: Crowd) -> Met:
        """Where these turns lead; for a small crowd, only if that is known."""
        known = self._known.get(turns)
        if known is None and len(crowd) < SMALL:
            return Alone()
        try:
            return known or self._meet(turns)
        except LessonError as error:
            raise LessonError(f"sender {crowd[0]}: {error}") from error

    def _meet(self, turns: Turns) -> Met:
        """Where these turns lead, found out by the machine."""
        tally, memory, left = Tally(1), Memory(), iter(turns)
        met: Met = tally

        def connect(nth: int) -> Session:
            return _Led(self.scenario, nth, memory, left)

        try:
            tally.deliveries.add(play(self.sender, connect, tally.count, _no_luck))
        except _ForkError as fork:
            met = fork.fork
        except _LuckError:
            met = Alone()
        if len(self._known) < MOST_STORIES:
            self._known[turns] = met
        return met

    def _play_alone(self, number: int, seed: int, tally: Tally) -> None:
        """Counts what a single sender meets."""
        memory = Memory()  # of its own: one sender's attempts are no other's

        def connect(nth: int) -> Session:
            place = session_number(number, nth)
            return Session(self.scenario, seed=seed, number=place, memory=memory)

        try:
            luck = luck_of(seed, number)
            tally.deliveries.add(play(self.sender, connect, tally.count, luck))
        except LessonError as error:
            raise LessonError(f"sender {number}: {error}") from error


@lru_cache(maxsize=8)
def outcomes(scenario: Scenario, sender: Sender) -> Outcomes:
    """The tree of a scenario and a sender, which goes on growing from one call to the next."""
    return Outcomes(scenario, sender)


class _ForkError(Exception):
    """The story has come to a fork at which no turn is given."""

    def __init__(self, fork: Fork) -> None:
        super().__init__(fork)
        self.fork = fork


class _LuckError(Exception):
    """The sender has asked for luck of its own."""


def _no_luck() -> float:
    raise _LuckError


class _Led(Session):
    """A session that takes the turns that are given, and stops at the first fork beyond them."""

    def __init__(self, scenario: Scenario, nth: int, memory: Memory, turns: Iterator[int]) -> None:
        super().__init__(scenario, number=nth, memory=memory)
        self.turns = turns

    def pick(self, shares: Sequence[float]) -> int:
        if shares[0] >= 1:
            return 0  # nothing is left to chance
        turn = next(self.turns, None)
        if turn is None:
            raise _ForkError(Fork(self.number, self.step, shares))
        return turn
