"""A run of the distribution lab: sessions played bit by bit, and what is to be said of them."""

from collections.abc import Mapping, Sequence
from time import monotonic

from smtplesson.errors import LessonError
from smtplesson.experiments.expected import expected
from smtplesson.experiments.fit import fit
from smtplesson.experiments.senders import Sender
from smtplesson.experiments.simulate import simulate_part
from smtplesson.experiments.tally import Place, StageShare, Tally, in_session, stage_shares
from smtplesson.facts.explanation import badge
from smtplesson.protocol.scenario import Scenario
from smtplesson.show.table import Table

# The numbers of sessions that can be asked for, and at which the tallies are kept.
SIZES = (*(n * 10**power for power in range(1, 6) for n in (1, 2, 5)), 1_000_000)
# A part is as many sessions as take so many seconds, but no fewer and no more than these.
PACE, LEAST, MOST = 0.02, 20, 100_000
_NOTHING = ("–", "–")  # observed and expected

Means = Mapping[Place, float]


class Run:
    """Sessions with each of one or two scenarios, played side by side, as many as are asked for.

    Asked for fewer, it shows those of them that it has; asked for more, it counts on.

    sessions: how many are asked for: one of SIZES.
    means: what is to be expected of each scenario, or None if that is too much to compute.
    goes_on: whether it plays; False when all is played, or when it has been stopped.
    rate: sessions a second, as they went lately.
    """

    def __init__(
        self, scenarios: Sequence[Scenario], sender: Sender, seed: int, sessions: int
    ) -> None:
        self.scenarios, self.sender, self.seed, self.sessions = scenarios, sender, seed, sessions
        self.means = [_means(each, sender) for each in scenarios]
        self.goes_on = True
        self.rate = 0.0
        self._played = [[Tally()] for _ in scenarios]

    @property
    def place(self) -> tuple[object, ...]:
        """All that decides what is counted, but how many are asked for."""
        return tuple(self.scenarios), self.sender, self.seed

    @property
    def courses(self) -> list[list[Tally]]:
        """Of each scenario the tallies at growing numbers of sessions; the last holds all."""
        return [
            [tally for tally in course if tally.sessions <= self.sessions]
            for course in self._played
        ]

    @property
    def tallies(self) -> list[Tally]:
        """All that is counted of each scenario."""
        return [course[-1] for course in self.courses]

    @property
    def done(self) -> int:
        """The number of sessions with each scenario of those that are asked for."""
        return self.tallies[0].sessions

    def play(self, seconds: float) -> None:
        """Plays sessions for so long, some at least, or until none are left."""
        end = monotonic() + seconds
        self.goes_on = self.done < self.sessions
        while self.goes_on:
            self._play_part()
            self.goes_on = self.done < self.sessions
            if monotonic() >= end:
                return

    def _play_part(self) -> None:
        """Plays the next part, which ends where a tally is to be kept or earlier."""
        begun, done = monotonic(), self._played[0][-1].sessions
        mark = next(size for size in SIZES if size > done)
        wanted = min(max(int(self.rate * PACE), LEAST), MOST)
        part = range(done + 1, min(done + wanted, mark) + 1)
        for scenario, course in zip(self.scenarios, self._played, strict=True):
            course.append(course[-1] + simulate_part(scenario, part, self.seed, self.sender))
            if course[-2].sessions not in SIZES:
                del course[-2]
        self.rate = len(part) / max(monotonic() - begun, 1e-6)

    def most_open(self) -> tuple[str, str]:
        """Stage and code of the reply that chance decides most: about half of those there."""
        found = []
        for tally in self.tallies:
            for stage, counts in tally.to_dict().items():
                total = sum(counts.values())
                found += [(n * (total - n) / total**2, code, stage) for code, n in counts.items()]
        _, code, stage = max(found)
        return stage, code

    def shares(self) -> Table:
        """The share of each code at its stage with its interval, beside what was to be expected."""
        heads, columns = ["Stage", "Code"], []
        for scenario, tally, means in zip(self.scenarios, self.tallies, self.means, strict=True):
            heads += [scenario.name, "expected"]
            found = stage_shares(tally, means)
            columns.append({(each.stage, each.code): _cells(each) for each in found})
        places = {place for column in columns for place in column}
        rows = [
            (
                at,
                badge(code),
                *(cell for each in columns for cell in each.get((at, code), _NOTHING)),
            )
            for at, code in sorted(places, key=lambda place: (in_session(place[0]), place))
        ]
        return Table(heads, rows, "Share of the replies at each stage, with its 95 % interval")


def verdict(tally: Tally, means: Means | None) -> str:
    """Whether the replies fit what was to be expected, in a sentence."""
    if means is None:
        return "The expected shares are not shown: there are too many ways to compute them."
    found = fit(tally, means)._replace(merged=())
    if not found.statistic:
        return "The replies are exactly as expected."
    often = f"{found.p:.0%}" if found.p >= 0.01 else "less than 1%"
    return (
        f"The replies {'fit' if found.p >= 0.05 else 'hardly fit'} the expected shares: chance "
        f"alone brings a difference at least as large in {often} of such runs ({found})."
    )


def _means(scenario: Scenario, sender: Sender) -> Means | None:
    """What is to be expected, or None if there are too many ways for a sender to go."""
    try:
        return expected(scenario, sender)
    except LessonError:
        return None


def _cells(found: StageShare) -> tuple[str, str]:
    """What was observed, and what was to be expected."""
    share, wanted = found.share, found.wanted
    observed = f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"
    return observed, "–" if wanted is None else f"{wanted:.1%}"
