"""The tally: how often each reply came at each stage, and how sure one can be of a share."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import nan
from typing import NamedTuple

from smtplesson.errors import LessonError
from smtplesson.experiments.deliveries import Deliveries
from smtplesson.experiments.shares import Share, wilson
from smtplesson.facts import severity, subject
from smtplesson.protocol.reply import parse_reply
from smtplesson.show.pieces import Part, Piece
from smtplesson.show.table import Table


class Place(NamedTuple):
    """What a tally counts: a reply at a stage."""

    stage: str
    code: int
    enhanced: str = ""


# The ways to group replies, each with the label of a place in that grouping.
GROUPINGS: dict[str, Callable[[Place], str]] = {
    "code": lambda place: str(place.code),
    "class": lambda place: f"{place.code // 100}yz",
    "second digit": lambda place: f"x{place.code // 10 % 10}z",
    "stage": lambda place: place.stage,
    "enhanced": lambda place: place.enhanced or "none",
}


@dataclass(repr=False)
class Tally(Piece):
    """Counts of replies over a number of sessions.

    sessions: how many were begun; a sender that tries again adds sessions of its own.
    counts: how often each reply came at each stage.
    deliveries: what became of the recipients.
    """

    sessions: int = 0
    counts: Counter[Place] = field(default_factory=Counter)
    deliveries: Deliveries = field(default_factory=Deliveries)

    def count(self, stage: str, octets: bytes) -> None:
        """Counts the reply in `octets`; no octets are no reply, and count as nothing."""
        if octets:
            self.counts[_place(stage, octets)] += 1

    def add(self, other: "Tally", times: int = 1) -> None:
        """Counts the replies and deliveries of another tally, so many times."""
        for place, number in other.counts.items():
            self.counts[place] += times * number
        for end, number in other.deliveries.counts.items():
            self.deliveries.counts[end] += times * number

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
        stage: among the replies at this stage. None for all: then it has no interval. Wilson's
            takes each reply for a draw of its own, which those of one session are not: only who
            was greeted says EHLO. At one stage each session draws again.
        """
        hits, total = part(self.counts, code, stage)
        share = wilson(int(hits), int(total))
        return share._replace(low=nan, high=nan) if stage is None else share

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.sessions + other.sessions,
            self.counts + other.counts,
            self.deliveries + other.deliveries,
        )

    def to_dict(self) -> dict[str, dict[str, int]]:
        """Counts by stage and code, both in rising order of the session and of the code."""
        return {
            stage: {code: int(n) for code, n in grouped(here, "code").items()}
            for stage, here in staged(self.counts).items()
        }

    def to_csv(self) -> str:
        """The counts as CSV text: stage, code, enhanced code, count; a row a place."""
        rows = [(*place, self.counts[place]) for place in self._places()]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [("stage", "code", "enhanced", "count"), *rows]
        )
        return out.getvalue()

    def _places(self) -> list[Place]:
        """The places in order of the stage's first appearance in a session, then of code."""
        return sorted(self.counts, key=lambda place: (in_session(place.stage), place))

    def __str__(self) -> str:
        lines = [self._headline]
        for place in self._places():
            reply = f"{place.code} {place.enhanced}".rstrip()
            lines.append(f"{place.stage:<12} {reply:<12} {self.counts[place]:>9,}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Tally of {self._headline}>"

    def pieces(self) -> Iterator[Part]:
        """A table with a row for each place."""
        rows = [
            (
                place.stage,
                place.code,
                place.enhanced,
                f"{severity(place.code)}, {subject(place.code)}",
                f"{self.counts[place]:,}",
            )
            for place in self._places()
        ]
        heads = ("Stage", "Code", "Enhanced", "Meaning", "Replies")
        yield Table(heads, rows, self._headline, prose=(3,))

    @property
    def _headline(self) -> str:
        return f"{self.sessions:,} sessions, {self.replies:,} replies"


# The order of the stages in a session that sends mail.
_STAGES = ("connect", "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "end-of-data")


def in_session(stage: str) -> tuple[int, str]:
    """A key that sorts stages into the order of a session; what may come anywhere is last."""
    return _STAGES.index(stage) if stage in _STAGES else len(_STAGES), stage


@lru_cache(maxsize=1024)  # in a simulation the same few replies come again and again
def _place(stage: str, octets: bytes) -> Place:
    reply = parse_reply(octets)
    return Place(stage, reply.code, reply.enhanced)


def grouped(counts: Mapping[Place, float], grouping: str) -> dict[str, float]:
    """The sum of the counts of each group, in rising order of the label.

    Raises: LessonError if the grouping is unknown.
    """
    if grouping not in GROUPINGS:
        raise LessonError(f"{grouping!r} is not a grouping; allowed: {', '.join(GROUPINGS)}")
    label = GROUPINGS[grouping]
    sums: defaultdict[str, float] = defaultdict(float)
    for place, number in counts.items():
        sums[label(place)] += number
    return dict(sorted(sums.items()))


def staged(counts: Mapping[Place, float]) -> dict[str, dict[Place, float]]:
    """The counts of each stage, the stages in the order of a session."""
    found: defaultdict[str, dict[Place, float]] = defaultdict(dict)
    for place, number in counts.items():
        found[place.stage][place] = number
    return {stage: found[stage] for stage in sorted(found, key=in_session)}


def part(
    counts: Mapping[Place, float], code: int | str, stage: str | None = None
) -> tuple[float, float]:
    """How many of the counts are of a code or class such as "4yz", and how many there are.

    stage: of the counts at this stage; None for all.
    """
    here = {place: n for place, n in counts.items() if stage in (None, place.stage)}
    grouping = "class" if str(code).endswith("yz") else "code"
    return grouped(here, grouping).get(str(code), 0), sum(here.values())


class StageShare(NamedTuple):
    """The share of a code among the replies at a stage, and the one that was to be expected."""

    stage: str
    code: int
    share: Share
    wanted: float | None


def stage_shares(tally: Tally, expected: Mapping[Place, float] | None = None) -> list[StageShare]:
    """The share of each code at each stage that was reached, in the order of a session.

    expected: mean replies per session, as `expected` gives them; what they hold and the tally
        does not is in the list too.
    """
    means = expected or {}
    found = []
    for stage, here in staged({**means, **tally.counts}).items():
        for code in sorted({place.code for place in here}):
            share, (mean, whole) = tally.share(code, stage=stage), part(means, code, stage)
            if share.total:
                found.append(StageShare(stage, code, share, mean / whole if whole else None))
    return found
