"""Deliveries: what became of the recipients, after how many attempts and how long a time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from smtplesson.errors import LessonError
from smtplesson.experiments.errand import Delivery, Fate
from smtplesson.experiments.shares import Share, wilson


@dataclass
class Deliveries:
    """The ends of many recipients' stories.

    counts: how often each end was met; a Delivery is fate, attempts and delay in seconds.
    """

    counts: Counter[Delivery] = field(default_factory=Counter)

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Counts what became of some recipients."""
        self.counts.update(deliveries)

    def __add__(self, other: "Deliveries") -> "Deliveries":
        return Deliveries(self.counts + other.counts)

    def share(self, fate: Fate | str) -> Share:
        """The share of the recipients with this fate: "accepted", "refused" or "deferred".

        Its interval holds if each sender has one message to one recipient: what goes out in one
        session meets the same greeting.

        Raises: LessonError if it is no fate.
        """
        if fate not in list(Fate):
            raise LessonError(f"{fate!r} is not a fate; allowed: {', '.join(Fate)}")
        hits = sum(number for end, number in self.counts.items() if end.fate == fate)
        return wilson(hits, self.counts.total())

    def attempts(self) -> dict[int, int]:
        """How many recipients were accepted at the nth attempt."""
        return self._accepted_by("attempts")

    def delays(self) -> dict[int, int]:
        """How many recipients were accepted after so many seconds."""
        return self._accepted_by("delay")

    def quantile(self, share: float) -> int | None:
        """The delay in seconds within which this share of the accepted was accepted.

        share: 0.5 for the median. None if nobody was accepted.
        Raises: LessonError if it is no share.
        """
        if not 0 < share <= 1:
            raise LessonError(f"{share} is not a share: more than 0 and at most 1 is allowed")
        delays = self.delays()
        total, passed = sum(delays.values()), 0
        for delay, number in delays.items():
            passed += number
            if passed / total >= share:  # a product would round 7 % of 100 to more than 7
                return delay
        return None

    def _accepted_by(self, what: str) -> dict[int, int]:
        sums: Counter[int] = Counter()
        for end, number in self.counts.items():
            if end.fate is Fate.ACCEPTED:
                sums[getattr(end, what)] += number
        return dict(sorted(sums.items()))

    def __str__(self) -> str:
        total = self.counts.total()
        lines = [f"{total:,} recipients"]
        lines += [f"{fate:<10} {self.share(fate)}" for fate in Fate]
        for attempts, number in self.attempts().items():
            lines.append(f"accepted at attempt {attempts}: {number:,}")
        if (median := self.quantile(0.5)) is not None:
            lines.append(f"delay: median {median:,} s, 95 % within {self.quantile(0.95):,} s")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Deliveries to {self.counts.total():,} recipients>"
