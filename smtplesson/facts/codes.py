"""Reply codes: what each known one means, and what the digits say about any of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from smtplesson.tables import load, words


class Standing(StrEnum):
    """Who gives a code its meaning: an RFC in force, on trial, for the record only, or nobody."""

    RFC = "rfc"
    EXPERIMENTAL = "experimental"
    HISTORIC = "historic"
    FOLKLORE = "folklore"


# RFC 5321 §4.2.1: severity and duty by the first digit, subject by the second.
_FIRST = {
    2: ("positive completion", "go on"),
    3: ("positive intermediate", "send more"),
    4: ("transient negative completion", "try again later"),
    5: ("permanent negative completion", "give up and report"),
}
_OUTSIDE = "outside the grammar"
# RFC 5321 §4.2: a client takes a first digit outside 2 to 5, and only that, for a fatal error.
_FATAL = (_OUTSIDE, "give up and report")
_SECOND = ("syntax", "information", "connections", "unspecified", "unspecified", "mail system")


# These three take any number of three digits, known or not (RFC 5321 §4.2, §4.2.1, §4.3.2).


def severity(code: int) -> str:
    """How the command ended; "outside the grammar" where the first digit is not 2 to 5."""
    return _FIRST.get(code // 100, _FATAL)[0]


def duty(code: int) -> str:
    """What a client has to do next, by the first digit alone."""
    return _FIRST.get(code // 100, _FATAL)[1]


def subject(code: int) -> str:
    """What the reply is about; "outside the grammar" where the second digit is not 0 to 5."""
    second = code // 10 % 10
    return _SECOND[second] if second < len(_SECOND) else _OUTSIDE


@dataclass(frozen=True, slots=True, repr=False)
class ReplyCode:
    """A row of reply_codes.csv: one code, its meaning, and what popular lists make of it.

    short_name, meaning: a few words, a sentence.
    advice: what a client should do next, beyond its duty; empty for most folklore.
    iana_enhanced: enhanced codes that the registry pairs with it; a hint, not a rule.
    in_seed_table, table_claim, table_verdict, correction: whether the popular table of 27 codes
        has it, what that says, our verdict (agree, imprecise, wrong, folklore), what is right.
    enhanced_origin, instead, story: for folklore, the enhanced code that lost its dots (or
        empty), what real servers say in its place, how it came about.
    """

    code: int
    standing: Standing
    short_name: str
    meaning: str
    advice: str
    source: str
    iana_enhanced: tuple[str, ...]
    in_seed_table: bool
    table_claim: str
    table_verdict: str
    correction: str
    enhanced_origin: str
    instead: str
    story: str
    note: str

    def __repr__(self) -> str:
        return f"ReplyCode({self.code}, {self.short_name!r})"

    @property
    def severity(self) -> str:
        """How the command ended, by the first digit."""
        return severity(self.code)

    @property
    def subject(self) -> str:
        """What the reply is about, by the second digit."""
        return subject(self.code)

    @property
    def duty(self) -> str:
        """What a client has to do next, by the first digit."""
        return duty(self.code)


@cache
def reply_codes() -> Mapping[int, ReplyCode]:
    """All codes that we know, real and folklore, by number and in rising order; read-only."""
    rows = load(
        ReplyCode,
        "facts/reply_codes",
        code=int,
        standing=Standing,
        iana_enhanced=words,
        in_seed_table=lambda cell: cell == "yes",
    )
    return MappingProxyType({row.code: row for row in rows})


@cache
def seed_table() -> tuple[ReplyCode, ...]:
    """The 27 codes of the popular table, in rising order, with its claims and our verdicts."""
    return tuple(row for row in reply_codes().values() if row.in_seed_table)
