"""A made-up zone of the DNS, and the ports of SMTP: the data, and the tables that show them."""

import tomllib
from functools import cache
from importlib import resources

from smtplesson.protocol.reply import Reply, parse_reply
from smtplesson.show.table import Table
from smtplesson.tables import load

Records = dict[str, list[str]]  # by their type


@cache
def _file() -> dict[str, dict[str, Records]]:
    return tomllib.loads(resources.files(__package__).joinpath("zone.toml").read_text("utf-8"))


def records(name: str) -> Records | None:
    """The records of a name; None if there is no such name."""
    return _file()["names"].get(name.lower())


@cache
def replies() -> dict[str, Reply]:
    """What a server says at RCPT when it has found out that nothing can be tried, by reason."""
    return {key: parse_reply(str(line).encode()) for key, line in _file()["replies"].items()}


def zone() -> Table:
    """The whole zone as a table: all that `route` is told."""
    rows = [
        (name, kind, ", ".join(data))
        for name, kinds in _file()["names"].items()
        for kind, data in kinds.items()
    ]
    return Table(("Name", "Type", "Data"), rows, "A made-up zone", prose=True)


def ports() -> Table:
    """The three ports of SMTP as a table: who speaks there to whom, and how."""
    heads = ("Port", "Service", "Client", "Server", "Encryption", "Login", "Source")
    rows = load(lambda **cells: tuple(cells.values()), "routing/ports")
    return Table(heads, rows, "Who connects to whom", prose=True)
