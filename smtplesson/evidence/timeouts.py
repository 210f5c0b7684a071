"""How long each side has to wait for the other."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from smtplesson.show.table import Table
from smtplesson.tables import load


class Timeout(NamedTuple):
    """A row of timeouts.csv: how long one side should wait at least before it gives up.

    waiting_for: the stage of a session whose reply is awaited, "text" or "next command".
    who: "client" or "server".
    minutes: the least that RFC 5321 advises; each command has a time of its own.
    """

    waiting_for: str
    who: str
    minutes: int
    remark: str
    source: str


@cache
def timeouts() -> Mapping[str, Timeout]:
    """All times by what is waited for, in the order of a session; read-only.

    Source: RFC 5321 §4.5.3.2.
    """
    rows = load(Timeout, "evidence/timeouts", minutes=int)
    return MappingProxyType({row.waiting_for: row for row in rows})


def timeout_table() -> Table:
    """All times as a table to show."""
    heads = ("Waiting for", "Who waits", "Minutes, at least", "What for", "Source")
    return Table(heads, list(timeouts().values()), prose=True)
