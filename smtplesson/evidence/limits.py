"""How long a line, a message or a wait may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from smtplesson.tables import load


@dataclass(frozen=True, slots=True)
class Limit:
    """A row of limits.csv: the size of one thing.

    object: what is measured, such as "text line".
    rfc_limit, octets: the size in words and as a number (None where no octets are counted).
    bound: "at most" for a largest size, "at least" for one that every server has to accept.
    crlf_counts: whether the line end is part of the size.
    table_claim, table_verdict, correction: what the popular table says, and what is right.
    """

    object: str
    rfc_limit: str
    octets: int | None
    bound: str
    unit: str
    crlf_counts: str
    source: str
    code_when_exceeded: str
    table_claim: str
    table_verdict: str
    correction: str


@dataclass(frozen=True, slots=True)
class Timeout:
    """A row of timeouts.csv: how long one side has to wait at least.

    event, party: what is waited for, and who waits.
    minimum, seconds: the time in words and in seconds (the shorter one of a range).
    covers, force: what the time includes; how binding the rule is.
    """

    event: str
    party: str
    minimum: str
    seconds: int
    covers: str
    force: str
    source: str


@cache
def limits() -> Mapping[str, Limit]:
    """All sizes by the name of their object; read-only. Source: RFC 5321 §4.5.3.1."""
    rows = load(Limit, "evidence/limits", octets=lambda cell: int(cell) if cell else None)
    return MappingProxyType({row.object: row for row in rows})


@cache
def timeouts() -> Mapping[str, Timeout]:
    """All waiting times by the name of their event; read-only. Source: RFC 5321 §4.5.3.2."""
    rows = load(Timeout, "evidence/timeouts", seconds=int)
    return MappingProxyType({row.event: row for row in rows})
