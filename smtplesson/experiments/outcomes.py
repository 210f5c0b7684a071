"""Outcomes: every way that a sender's story can take, played once by the machine and kept.

What a session says depends on its draws alone. So all senders who stand alike and have met the
same turns are one crowd: the machine plays their session once, up to the next fork, and there the
draws divide the crowd. After it, those who stand alike again are one crowd once more, however they
came there. The counts are those of playing each sender by itself.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from smtplesson.errors import LessonError
from smtplesson.experiments.errand import Errand, Underway, at_start
from smtplesson.experiments.places import LATER, luck_of, session_number
from smtplesson.experiments.schedules import Chance
from smtplesson.experiments.senders import Sender
from smtplesson.experiments.tally import Tally
from smtplesson.protocol.chance import draw
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.session import Session

if TYPE_CHECKING:  # it is heavy, and in a web page it is missing
    import numpy as np
    from numpy.typing import NDArray

# A smaller crowd is played by itself: what it meets is too rare to be kept.
SMALL = 2
MOST_STORIES = 20_000  # of one tree; what is met beyond them is forgotten at once
UNLIKELY = 1e-12  # what has less weight is a rounding error

Turns = tuple[int, ...]  # the ways taken at the forks so far
Crowd: TypeAlias = "range | NDArray[np.uint64]"  # the numbers of senders
# Before a session, all that it and what follows hang on: of the sender, and of the server's memory.
Standing = tuple[Underway, tuple[tuple[Any, ...], ...]]


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
        import numpy as np

        if isinstance(crowd, range):
            crowd = np.arange(crowd.start, crowd.stop, dtype=np.uint64)
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


class End(NamedTuple):
    """The end of a session in which chance has decided something, or of all.

    tally: what has been added since the last such end.
    after: how the sender stands then; None if nothing waits any more.
    """

    tally: Tally
    after: Standing | None


class Alone:
    """A session that goes on by the sender's own luck, so that each has to be played by itself."""


Met = Fork | End | Alone  # where the turns of a session lead


class Outcomes:
    """The tree of all stories of one kind of sender at one scenario, as far as it was met.

    scenario, sender: as for `simulate`.
    """

    def __init__(self, scenario: Scenario, sender: Sender) -> None:
        self.scenario = scenario
        self.sender = sender
        self._start = at_start(sender), Memory().standing
        self._known: dict[tuple[Standing, Turns], Met] = {}

    def tally(self, numbers: range, seed: int) -> Tally:
        """The tally of the senders with these numbers, from 1.

        Raises: LessonError if a message of theirs is never done.
        """
        import numpy as np

        total = Tally(len(numbers))
        waiting: dict[Standing, list[Crowd]] = {self._start: [numbers]}
        while waiting:
            standing = min(waiting, key=_sessions)  # so that none comes to it later
            parts = waiting.pop(standing)
            whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
            crowds: list[tuple[Turns, Crowd]] = [((), whole)]
            while crowds:
                turns, crowd = crowds.pop()
                met = self._met(standing, turns, crowd)
                if isinstance(met, Fork):
                    ways = enumerate(met.ways(seed, crowd))
                    crowds += [((*turns, way), part) for way, part in ways if len(part)]
                elif isinstance(met, End):
                    total.add(met.tally, len(crowd))
                    if met.after:
                        waiting.setdefault(met.after, []).append(crowd)
                else:
                    for number in map(int, crowd):
                        self._play_alone(number, seed, standing, total)
        return total

    def weighed(self) -> Iterator[tuple[float, Tally]]:
        """Each way through each session with its probability, and what it adds to the counts."""
        waiting = {self._start: 1.0}
        while waiting:
            standing = min(waiting, key=_sessions)
            stories: list[tuple[Turns, float]] = [((), waiting.pop(standing))]
            while stories:
                turns, weight = stories.pop()
                met = self._known.get((standing, turns)) or self._meet(standing, turns)
                if isinstance(met, Fork):
                    ways = [((*turns, way), weight * w) for way, w in enumerate(met.weights())]
                    stories += [each for each in ways if each[1] > UNLIKELY]
                elif isinstance(met, End):
                    yield weight, met.tally
                    if met.after:
                        waiting[met.after] = waiting.get(met.after, 0.0) + weight
                else:
                    raise LessonError("waits that are left to chance have endlessly many outcomes")

    def _met(self, standing: Standing, turns: Turns, crowd: Crowd) -> Met:
        """Where these turns lead; for a small crowd, only if that is known."""
        known = self._known.get((standing, turns))
        if known is None and len(crowd) < SMALL:
            return Alone()
        try:
            return known or self._meet(standing, turns)
        except LessonError as error:
            raise LessonError(f"sender {crowd[0]}: {error}") from error

    def _meet(self, standing: Standing, turns: Turns) -> Met:
        """Where these turns lead, found out by the machine."""
        errand, memory = self._resumed(standing, _no_luck)
        left, tally, first = deque(turns), Tally(), errand.sessions
        met: Met
        try:
            # Without a turn it goes on: what leaves nothing to chance is one long story.
            while not errand.is_over and (errand.sessions == first or left or not turns):
                session = _Led(self.scenario, errand.sessions + 1, memory, left)
                tally.deliveries.add(errand.attempt(session, tally.count))
            met = End(tally, None if errand.is_over else (errand.standing, memory.standing))
        except _ForkError as fork:
            met = fork.fork
        except _LuckError:
            met = Alone()
        if len(self._known) < MOST_STORIES:
            self._known[standing, turns] = met
        return met

    def _play_alone(self, number: int, seed: int, standing: Standing, tally: Tally) -> None:
        """Counts what a single sender meets from here on."""
        errand, memory = self._resumed(standing, luck_of(seed, number))
        try:
            while not errand.is_over:
                place = session_number(number, errand.sessions + 1)
                session = Session(self.scenario, seed=seed, number=place, memory=memory)
                tally.deliveries.add(errand.attempt(session, tally.count))
        except LessonError as error:
            raise LessonError(f"sender {number}: {error}") from error

    def _resumed(self, standing: Standing, chance: Chance) -> tuple[Errand, Memory]:
        """A sender that stands so, and what the server remembers of it.

        One sender's attempts are no other's, so each has a memory of its own.
        """
        underway, (attempts, times) = standing
        return Errand(self.sender, chance, underway), Memory(dict(attempts), dict(times))


def _sessions(standing: Standing) -> int:
    """How many sessions a sender has had."""
    return standing[0][0]


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

    def __init__(self, scenario: Scenario, nth: int, memory: Memory, turns: deque[int]) -> None:
        super().__init__(scenario, number=nth, memory=memory)
        self.turns = turns

    def pick(self, shares: Sequence[float]) -> int:
        if shares[0] >= 1:
            return 0  # nothing is left to chance
        if not self.turns:
            raise _ForkError(Fork(self.number, self.step, shares))
        return self.turns.popleft()
