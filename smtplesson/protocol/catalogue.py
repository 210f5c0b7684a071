"""The server's replies as data: `replies.csv`, a key, a reply and its source per row."""

from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from smtplesson.protocol.reply import Reply
from smtplesson.tables import load


class Entry(NamedTuple):
    """One row: the reply, perhaps with {fields} in its text, and the RFC section behind it."""

    reply: Reply
    source: str


def _keyed(key: str, code: int, enhanced: str, text: str, source: str) -> tuple[str, Entry]:
    return key, Entry(Reply(code, text, enhanced), source)


@cache
def catalogue() -> MappingProxyType[str, Entry]:
    """All replies that the machine gives of its own accord, by key."""
    return MappingProxyType(dict(load(_keyed, "protocol/replies", code=int)))
