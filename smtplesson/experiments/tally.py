"""The tally: how often each reply came at each stage, and how sure one can be of a share."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from math import sqrt
from typing import NamedTuple

from smtplesson.errors import LessonError
from smtplesson.facts import severity, subject
from smtplesson.protocol.reply import parse_reply


class Place(NamedTuple):
    """What a tally counts: a reply at a stage."""

    stage: str
    code: int
    enhanced: str = ""


class Share(NamedTuple):
    """A share with the interval that holds the true one in 95 of 100 experiments.

    hits, total: how often it came, of how many.
    value, low, high: the share and its bounds, 0 to 1.
    """

    hits: int
    total: int
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        bounds = f"{self.low:.1%} to {self.high:.1%}"
        return f"{self.hits} of {self.total}: {self.value:.1%} ({bounds})"


# The ways to group replies, each with the label of a place in that grouping.
GROUPINGS: dict[str, Callable[[Place], str]] = {
    "code": lambda place: str(place.code),
    "class": lambda place: f"{place.code // 100}yz",
    "second digit": lambda place: f"x{place.code // 10 % 10}z",
    "stage": lambda place: place.stage,
    "enhanced": lambda place: place.enhanced or "none",
}


@dataclass
class Tally:
    """Counts of replies over a number of sessions.

    sessions: how many sessions were counted.
    counts: how often each reply came at each stage.
    """

    sessions: int = 0
    counts: Counter[Place] = field(default_factory=Counter)

    def count(self, stage: str, octets: bytes) -> None:
        """Counts the reply in `octets`; no octets are no reply, and count as nothing."""
        if octets:
            self.counts[_place(stage, octets)] += 1

    @property
    def replies(self) -> int:
        """The number of replies counted."""
        return self.counts.total()

    def by(self, grouping: str = "code") -> dict[str, int]:
        """Counts by "code", "class", "second digit", "stage" or "enhanced", in rising order.

        Raises: LessonError if the grouping is none of these.
        """
        return {label: int(n) for label, n in grouped(self.counts, grouping).items()}

    def share(self, code: int | str, *, stage: str | None = None) -> Share:
        """The share of a code or a class among the replies, with its 95 % Wilson interval.

        code: 450, or "4yz" for the class.
        stage: among the replies at this stage; None for all.
        """
        label = str(code)
        grouping = "class" if label.endswith("yz") else "code"
        chosen = Counter(
            {place: n for place, n in self.counts.items() if stage in (None, place.stage)}
        )
        return wilson(int(grouped(chosen, grouping).get(label, 0)), chosen.total())

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.sessions + other.sessions, self.counts + other.counts)

    def to_dict(self) -> dict[str, dict[str, int]]:
        """Counts by stage and code, both in rising order of the session and of the code."""
        stages = {place.stage: None for place in self._places()}
        return {
            stage: {
                str(code): sum(n for p, n in self.counts.items() if p[:2] == (stage, code))
                for code in sorted({p.code for p in self.counts if p.stage == stage})
            }
            for stage in stages
        }

    def _places(self) -> list[Place]:
        """The places in order of the stage's first appearance in a session, then of code."""
        return sorted(self.counts, key=lambda place: (_order(place.stage), place))

    def __str__(self) -> str:
        lines = [f"{self.sessions:,} sessions, {self.replies:,} replies"]
        for place in self._places():
            reply = f"{place.code} {place.enhanced}".rstrip()
            lines.append(f"{place.stage:<12} {reply:<12} {self.counts[place]:>9,}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Tally of {self.sessions:,} sessions, {self.replies:,} replies>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escape(place.stage)}</th><td>{place.code}</td>'
            f"<td>{escape(place.enhanced)}</td>"
            f'<td style="text-align:left">{severity(place.code)}, {subject(place.code)}</td>'
            f"<td>{self.counts[place]:,}</td></tr>"
            for place in self._places()
        )
        heads = "".join(
            f'<th scope="col">{head}</th>'
            for head in ("Stage", "Code", "Enhanced", "Meaning", "Replies")
        )
        caption = f"{self.sessions:,} sessions, {self.replies:,} replies"
        return f"<table><caption>{caption}</caption><tr>{heads}</tr>{rows}</table>"


# The order of the stages in a session that sends mail.
_STAGES = ("connect", "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "end-of-data")


def _order(stage: str) -> int:
    return _STAGES.index(stage) if stage in _STAGES else len(_STAGES)


@lru_cache(maxsize=1024)  # in a simulation the same few replies come again and again
def _place(stage: str, octets: bytes) -> Place:
    reply = parse_reply(octets)
    return Place(stage, reply.code, reply.enhanced)


def grouped(counts: Mapping[Place, float], grouping: str) -> dict[str, float]:
    """The sum of the counts of each group, in rising order of the label.

    Raises: LessonError if the grouping is unknown.
    """
    if grouping not in GROUPINGS:
        raise LessonError(f"{grouping!r} is no grouping; allowed: {', '.join(GROUPINGS)}")
    label = GROUPINGS[grouping]
    sums: defaultdict[str, float] = defaultdict(float)
    for place, number in counts.items():
        sums[label(place)] += number
    return dict(sorted(sums.items()))


def wilson(hits: int, total: int) -> Share:
    """A share with its 95 % interval by Wilson's method, which holds for small counts too.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    if not total:
        return Share(0, 0, 0.0, 0.0, 1.0)
    z = 1.959963984540054  # the 97.5 % point of the normal distribution
    value = hits / total
    centre = (value + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * sqrt(value * (1 - value) / total + (z / (2 * total)) ** 2)
    # Rounding must not push a bound past the share itself, as it would for 0 of n and n of n.
    return Share(hits, total, value, min(value, centre - half), max(value, centre + half))
