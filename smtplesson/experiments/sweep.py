"""Sweep: what a server says to objects of growing length, to see where its limit lies."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smtplesson.errors import LessonError
from smtplesson.evidence.limits import Limit, limits
from smtplesson.loopback.client import Client, connect, converse
from smtplesson.loopback.host import Host
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.states import State

if TYPE_CHECKING:
    from smtplesson.loopback.server import Server

MAX_LENGTH = 20_000_000
_SENDER = "MAIL FROM:<sender@client.example>"
_RECIPIENT = "RCPT TO:<alice@example.test>"


@dataclass(frozen=True, slots=True)
class Sweep:
    """The replies to one object at many lengths.

    limit: the limit as the standard has it.
    points: length and reply code, in rising order of the length.
    exchanges: in which each object met the server, by its length.
    """

    limit: Limit
    points: tuple[tuple[int, int], ...]
    exchanges: Mapping[int, Exchange] = field(default_factory=dict, repr=False, compare=False)

    @property
    def steps(self) -> tuple[tuple[int, int, int], ...]:
        """Where the code changes: the last length before, the code there, and the code after."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return tuple((n, before, after) for (n, before), (_, after) in pairs if before != after)

    def __str__(self) -> str:
        first, last = self.points[0], self.points[-1]
        limit = self.limit.rfc_limit  # a number or, where there is no maximum, a sentence
        unit = f" {self.limit.unit}" if limit.isdigit() else ""
        lines = [f"{self.limit.object}: {limit}{unit}"]
        lines += [f"{n:,}: {before}, beyond: {after}" for n, before, after in self.steps]
        if not self.steps:
            lines.append(f"{first[0]:,} to {last[0]:,}: {first[1]} throughout")
        return "\n".join([*lines, f"source: {self.limit.source}"])

    def __repr__(self) -> str:
        return f"<Sweep of {self.limit.object}, {len(self.points)} lengths>"


def sweep(
    limit: str, lengths: Iterable[int], to: "Server | Host | Scenario | str | int" = "example"
) -> Sweep:
    """The replies of a server to an object of each length.

    limit: one of `SWEEPABLE`, such as "local-part" or "command line".
    lengths: in the limit's own unit, octets or recipients.
    to: as for `connect`: a server, its port, a host, a scenario or its name.
    Raises: LessonError if there is no such limit, or a length that no such object can have.
    """
    if limit not in _PROBES:
        raise LessonError(f"{limit!r} cannot be swept; allowed: {', '.join(_PROBES)}")
    least, probe = _PROBES[limit]
    met = {}
    for length in sorted(set(lengths)):
        if not least <= length <= MAX_LENGTH:
            raise LessonError(
                f"{limit} of {length}: {least:,} to {MAX_LENGTH:,} {limits()[limit].unit} can be"
            )
        with connect(to) as client:  # one each: mistakes are counted, and twenty are too many
            met[length] = probe(client, length)
    if not met:
        raise LessonError(f"{limit}: no length to try was given")
    points = tuple((length, exchange.code or 0) for length, exchange in met.items())
    return Sweep(limits()[limit], points, met)


def domain(length: int) -> str:
    """A domain name of so many octets, in labels of at most 63."""
    name = ("d" * 62 + ".") * (length // 63 + 1)
    return name[: length - 1] + "d"


def _local_part(client: Client, length: int) -> Exchange:
    client.send("EHLO client.example")
    return client.send(f"MAIL FROM:<{'u' * length}@client.example>")


def _domain(client: Client, length: int) -> Exchange:
    return client.send(f"EHLO {domain(length)}")


def _path(client: Client, length: int) -> Exchange:
    client.send("EHLO client.example")
    local = "u" * min(60, length - len("<@d>"))
    return client.send(f"MAIL FROM:<{local}@{domain(length - len(local) - len('<@>'))}>")


def _command_line(client: Client, length: int) -> Exchange:
    return client.send(("NOOP " + "x" * length)[: length - len("\r\n")])


def _text(client: Client, lines: list[str]) -> Exchange:
    converse(client, ("EHLO client.example", _SENDER, _RECIPIENT))
    asked = client.send("DATA")
    if asked.after is not State.CONTENT:
        return asked
    return client.send_text("".join(f"{line}\n" for line in lines))


def _text_line(client: Client, length: int) -> Exchange:
    return _text(client, ["x" * (length - 2)])


def _message(client: Client, length: int) -> Exchange:
    whole, rest = divmod(length, 80)
    if rest == 1:  # no line is one octet long
        whole, rest = whole - 1, 81
    lines = ["x" * 78] * whole + (["x" * (rest - 2)] if rest else [])
    return _text(client, lines)


def _recipients(client: Client, length: int) -> Exchange:
    client.send("EHLO client.example")
    client.send(_SENDER)
    return client.pipeline([_RECIPIENT] * length)[-1]


# The shortest object of its kind, and how one of a given length is shown to a server. The
# reply line is missing: it is the server's own, and longer texts go on several lines.
_PROBES: dict[str, tuple[int, Callable[[Client, int], Exchange]]] = {
    "local-part": (1, _local_part),
    "domain": (1, _domain),
    "path": (5, _path),
    "command line": (6, _command_line),
    "text line": (2, _text_line),
    "message content": (2, _message),
    "recipients buffer": (1, _recipients),
}
SWEEPABLE = tuple(_PROBES)
