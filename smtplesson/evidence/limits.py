"""How long a line or a message may be."""

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


@cache
def limits() -> Mapping[str, Limit]:
    """All sizes by the name of their object; read-only. Source: RFC 5321 §4.5.3.1."""
    rows = load(Limit, "evidence/limits", octets=lambda cell: int(cell) if cell else None)
    return MappingProxyType({row.object: row for row in rows})
