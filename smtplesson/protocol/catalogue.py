"""The server's replies as data: `replies.csv`, a key, a reply and its source per row."""

from functools import cache
from types import MappingProxyType

from smtplesson.protocol.reply import Reply
from smtplesson.tables import load


def _keyed(key: str, code: int, enhanced: str, text: str, source: str) -> tuple[str, Reply]:
    return key, Reply(code, text, enhanced)


@cache
def catalogue() -> MappingProxyType[str, Reply]:
    """All replies that the machine gives of its own accord, by key, with {fields} in some texts."""
    return MappingProxyType(dict(load(_keyed, "protocol/replies", code=int)))
