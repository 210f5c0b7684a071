"""The transcript: what was said, in order, as text, as HTML and as a file."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

from smtplesson.errors import LessonError, WireError
from smtplesson.facts import duty, severity, subject
from smtplesson.facts.explanation import badge
from smtplesson.files import naming, write_whole
from smtplesson.printable import printable
from smtplesson.protocol.reply import Reply, parse_reply
from smtplesson.protocol.states import State
from smtplesson.show.pieces import Code, Element, Part, Piece, Span, Stack, Strong
from smtplesson.show.table import Table


@dataclass(frozen=True, slots=True, repr=False)
class Exchange(Piece):
    """What the client sent and the reply that it drew.

    stage: "connect", a verb, "end-of-data", "AUTH-response", or "text" for lines of a message;
        "421" and the like that come unasked have the stage "unasked", and what is no word, or
        may be a password, "unknown".
    sent: octets from the client, credentials masked; empty for the greeting.
    received: octets from the server; empty if there was no reply.
    before, after: the session's state as the client can know it.
    notes: what is worth a remark, such as "bare LF tolerated".
    """

    stage: str
    sent: bytes
    received: bytes
    before: State
    after: State
    notes: tuple[str, ...] = ()

    @property
    def reply(self) -> Reply | None:
        """The reply, or None if none came."""
        return parse_reply(self.received) if self.received else None

    @property
    def code(self) -> int | None:
        """The reply code, or None if no reply came."""
        return int(self.received[:3]) if self.received else None

    def __str__(self) -> str:
        return "\n".join(f"{who}: {line}" for who, line in self.lines())

    def __repr__(self) -> str:
        return f"<Exchange {printable(self.stage)} {self.code}>"

    def lines(self) -> Iterator[tuple[str, str]]:
        """Each line with its speaker, "C" or "S", or "!" for a note."""
        return ((who, line) for who, lines in self.turns() for line in lines)

    def turns(self) -> Iterator[tuple[str, list[str]]]:
        """Each speaker who says anything with the lines that they say."""
        if self.sent:
            yield "C", _shown(self.sent)
        if self.received:
            yield "S", _shown(self.received)
        if self.notes:
            yield "!", [printable(note) for note in self.notes]

    def to_json(self, session: int | None = None) -> str:
        """The exchange as a line of JSON with its end, octets as Latin-1 text.

        session: the number of its session, if that is to be in it.
        """
        record: dict[str, object] = {} if session is None else {"session": session}
        record |= {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(record, default=lambda octets: octets.decode("latin-1")) + "\n"

    def pieces(self) -> Iterator[Part]:
        """A transcript of one."""
        yield Transcript([self])


@dataclass(repr=False)
class Transcript(Piece, Sequence[Exchange]):
    """The exchanges of one session, in order."""

    exchanges: list[Exchange] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.exchanges)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> "Transcript": ...
    def __getitem__(self, index: int | slice) -> "Exchange | Transcript":
        if isinstance(index, slice):
            return Transcript(self.exchanges[index])
        return self.exchanges[index]

    @property
    def codes(self) -> list[int]:
        """The reply codes in the order in which they came."""
        return [exchange.code for exchange in self.exchanges if exchange.code is not None]

    def __str__(self) -> str:
        return "\n".join(str(exchange) for exchange in self.exchanges)

    def __repr__(self) -> str:
        return f"<Transcript of {len(self)} exchanges: {' '.join(map(str, self.codes))}>"

    def pieces(self) -> Iterator[Part]:
        """A table with a row for each exchange."""
        caption = "Transcript: C is the client, S the server"
        rows = [_row(exchange) for exchange in self.exchanges]
        heads = ("Stage", "Said", "Means")
        yield Table(heads, rows, caption, prose=True, kind="smtplesson-transcript")

    def to_jsonl(self) -> str:
        """The transcript as JSON Lines: one exchange a line, octets as Latin-1 text."""
        return "".join(each.to_json() for each in self.exchanges)

    def save(self, path: str | Path) -> Path:
        """Writes the transcript; the file is whole or not there at all.

        path: with a name in .txt for text to read; any other gets JSON Lines, for `load`.
        Raises: LessonError if the file cannot be written.
        """
        target = Path(path)
        written = f"{self}\n" if target.suffix == ".txt" else self.to_jsonl()
        write_whole(target, written.encode())
        return target

    @classmethod
    def load(cls, path: str | Path) -> "Transcript":
        """The transcript in a file that `save` wrote.

        Raises: LessonError that names the file and the line if it is no transcript.
        """
        with naming(path, "read"):
            lines = Path(path).read_bytes().splitlines()
        transcript = cls()
        for number, line in enumerate(lines, 1):
            try:
                transcript.exchanges.append(_exchange(json.loads(line)))
            except _NO_EXCHANGE as error:
                fault = f"line {number} is not an exchange: {error!r:.200}"
                raise LessonError(f"{path}: {fault}") from error
        return transcript


# What reading a record that is none may raise; RecursionError: brackets within brackets.
_NO_EXCHANGE = (ValueError, KeyError, TypeError, AttributeError, WireError, RecursionError)


def _exchange(record: dict[str, str]) -> Exchange:
    """The exchange in one record."""
    received = record["received"].encode("latin-1")
    if received:
        parse_reply(received)
    sent, notes = record["sent"].encode("latin-1"), tuple(map(str, record["notes"]))
    before, after = State(record["before"]), State(record["after"])
    return Exchange(str(record["stage"]), sent, received, before, after, notes)


def _shown(octets: bytes) -> list[str]:
    """The lines in these octets, without their ends and fit to be shown."""
    text = octets.decode("utf-8", "backslashreplace").removesuffix("\n").removesuffix("\r")
    lines = text.replace("\r\n", "\n").split("\n")
    # Asked of all lines at once, since nearly all text can be shown as it is.
    return lines if "".join(lines).isprintable() else [printable(line) for line in lines]


def _row(exchange: Exchange) -> tuple[Part, Part, Part]:
    """One exchange as a table row."""
    code = exchange.code
    means = f"{severity(code)}, {subject(code)}: {duty(code)}" if code else ""
    said = Code(Stack(*(_said(who, line) for who, line in exchange.lines())))
    return printable(exchange.stage), said, means


def _said(who: str, line: str) -> Element:
    """One line of an exchange; the code of a reply is a badge in its class's colour."""
    words: tuple[Part, ...] = (badge(int(line[:3])), line[3:]) if who == "S" else (line,)
    return Span(Strong(f"{who}:"), " ", *words)
