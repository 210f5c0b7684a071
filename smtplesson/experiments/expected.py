"""What was to be expected: every branch of the machine, played once and weighed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import prod

from smtplesson.errors import LessonError
from smtplesson.experiments.senders import ONE_MESSAGE, Sender, play
from smtplesson.experiments.tally import Place, Tally
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario
from smtplesson.protocol.session import Session

MAX_BRANCHES = 2_000
# The ways to take at the first forks; and the forks passed: the way taken, and all weights.
Branch = list[int]
Taken = list[tuple[int, list[float]]]


class _OnBranch(Session):
    """A session that takes a given branch wherever the real one would leave it to chance."""

    def __init__(self, scenario: Scenario, memory: Memory, branch: Branch, taken: Taken) -> None:
        super().__init__(scenario, memory=memory)
        self.branch = branch
        self.taken = taken

    def pick(self, shares: Sequence[float]) -> int:
        # What shares above 1 in sum would push out of reach has no weight.
        ends = [min(1.0, end) for end in accumulate(shares, initial=0.0)] + [1.0]
        weights = [after - before for before, after in pairwise(ends)]
        place = len(self.taken)
        way = self.branch[place] if place < len(self.branch) else _next_way(weights, 0)
        self.taken.append((way, weights))
        return way


def expected(scenario: Scenario | str, sender: Sender = ONE_MESSAGE) -> dict[Place, float]:
    """The mean number of each reply per session, exactly, with no chance left.

    scenario, sender: as for `simulate`. It is exact unless a rule hangs on how long a sender
        waits and that is left to jitter.
    Raises: LessonError if there are more than 2,000 branches.
    """
    character = find_scenario(scenario)
    means: defaultdict[Place, float] = defaultdict(float)
    for number, (weight, tally) in enumerate(_branches(character, sender)):
        if number >= MAX_BRANCHES:
            raise LessonError(
                f"scenario {character.name} has more than {MAX_BRANCHES:,} branches with this "
                "sender: too many to compute what is to be expected"
            )
        for place, times in tally.counts.items():
            means[place] += times * weight
    return dict(sorted(means.items()))


def _branches(scenario: Scenario, sender: Sender) -> Iterator[tuple[float, Tally]]:
    """Each branch with its probability and the replies on it."""
    branch: Branch | None = []
    while branch is not None:
        tally, taken = _played(scenario, sender, branch)
        yield prod(weights[way] for way, weights in taken), tally
        branch = _next_branch(taken)


def _played(scenario: Scenario, sender: Sender, branch: Branch) -> tuple[Tally, Taken]:
    """The replies on one branch, and the forks that were passed there."""
    tally, memory = Tally(1), Memory()
    taken: Taken = []

    def connect(_: int) -> Session:
        return _OnBranch(scenario, memory, branch, taken)

    # All sessions of the sender lie on one branch; its own luck is put in the middle.
    tally.deliveries.add(play(sender, connect, tally.count, lambda: 0.5))
    return tally, taken


def _next_branch(taken: Taken) -> Branch | None:
    """The branch that turns off at the last fork which has a way left; None if none has."""
    for place in range(len(taken) - 1, -1, -1):
        way, weights = taken[place]
        other = _next_way(weights, way + 1)
        if other < len(weights):
            return [earlier for earlier, _ in taken[:place]] + [other]
    return None


def _next_way(weights: Sequence[float], start: int) -> int:
    """The first way from `start` on that can be taken; the number of ways if there is none."""
    ways = (way for way in range(start, len(weights)) if weights[way] > 1e-12)
    return next(ways, len(weights))
