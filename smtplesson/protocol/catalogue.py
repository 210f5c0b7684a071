"""The server's replies as data: `replies.csv`, a key, a reply and its source per row."""

import csv
import io
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from smtplesson.protocol.reply import Reply


class Entry(NamedTuple):
    """One row: the reply, perhaps with {fields} in its text, and the RFC section behind it."""

    reply: Reply
    source: str


@cache
def catalogue() -> MappingProxyType[str, Entry]:
    """All replies that the machine gives of its own accord, by key."""
    data = resources.files(__package__).joinpath("replies.csv")
    rows = csv.DictReader(io.StringIO(data.read_text("utf-8")))
    entries = {
        row["key"]: Entry(Reply(int(row["code"]), row["text"], row["enhanced"]), row["source"])
        for row in rows
    }
    return MappingProxyType(entries)
