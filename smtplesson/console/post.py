"""What arrived: the last message as its mailbox has it, envelope and header side by side."""

from collections import Counter
from collections.abc import Iterator
from email.message import Message as Fields
from email.parser import BytesHeaderParser
from itertools import dropwhile, takewhile
from typing import NamedTuple

from smtplesson.loopback.host import Host
from smtplesson.loopback.transcript import Transcript
from smtplesson.printable import printable
from smtplesson.protocol.address import Mailbox
from smtplesson.protocol.memory import Message
from smtplesson.show.pieces import (
    Box,
    Code,
    Element,
    Line,
    Part,
    Small,
    Span,
    Stack,
    details,
    unseen,
)
from smtplesson.show.table import Table

MOST_LINES, LINE_CAP = 40, 200  # of a message that are shown, and characters of a line


class Arrival(NamedTuple):
    """A message that the server has taken, and how it came.

    message: as it is stored.
    wire: the octets between DATA's reply and the lone dot, as they were sent.
    boxes: how many messages each of its recipients has by now; a name for each mailbox here, and
        the address of one elsewhere.
    """

    message: Message
    wire: bytes
    boxes: dict[str, int]

    @property
    def news(self) -> str:
        """Who has how many messages."""
        told = (f"{name} has {n} message{'s' * (n > 1)}" for name, n in self.boxes.items())
        return ", ".join(told)


def arrival(host: Host, session: Transcript) -> Arrival:
    """What has come with the end of data that is the session's last."""
    message = host.messages[-1]
    backwards = dropwhile(lambda each: each.stage != "end-of-data", reversed(session.exchanges))
    text = takewhile(lambda each: each.stage in ("text", "end-of-data"), backwards)
    wire = b"".join(reversed([each.sent for each in text])).removesuffix(b".\r\n")
    counts = Counter(_owner(host, each) for kept in host.messages for each in kept.recipients)
    owners = [_owner(host, each) for each in message.recipients]
    return Arrival(message, wire, {owner: counts[owner] for owner in owners})


def post(came: Arrival) -> Iterator[Part]:
    """The message, opened."""
    message = came.message
    header = BytesHeaderParser().parsebytes(message.content)
    first, *others = [Code(f"RCPT TO:<{each}>") for each in message.recipients]
    rows: list[tuple[Part, ...]] = [
        ("from", Code(f"MAIL FROM:<{message.reverse_path}>"), _field(header, "From")),
        ("to", first, _field(header, "To")),
        *(("and to", each, "") for each in others),
    ]
    yield details(
        printable(came.news),
        Table((unseen("Who"), "Envelope", "Header"), rows, prose=True),
        "The envelope alone decides where a mail goes (RFC 5321 §2.3.1); the header is part of "
        "the text, and this server does not compare it with anything.",
        Line("The text as it is stored:"),
        Box(Stack(*_lines(came)), kind="smtp-stored"),
    )


def _owner(host: Host, mailbox: Mailbox) -> str:
    """The user whose mailbox it is, or the address of one elsewhere."""
    if host.scenario.is_local(mailbox.domain):
        return mailbox.local.partition("+")[0].lower()
    return str(mailbox)


def _field(header: Fields, name: str) -> Part:
    if (value := header[name]) is None:
        return f"no {name} line"
    unfolded = " ".join(str(value).split())
    return Code(_shown(f"{name}: {unfolded}".encode()))


def _lines(came: Arrival) -> Iterator[Element]:
    """Each stored line, with what was sent in its place if a dot was taken off."""
    stored = came.message.content.removesuffix(b"\r\n").split(b"\r\n")
    wire = came.wire.removesuffix(b"\r\n").split(b"\r\n")
    if len(wire) != len(stored):  # another client's
        wire = [b"." * line.startswith(b".") + line for line in stored]
    for line, sent in list(zip(stored, wire, strict=True))[:MOST_LINES]:
        note = (Small(f"  sent as {_shown(sent)}"),) if sent != line else ()
        yield Span(Code(_shown(line)), *note)
    if (rest := len(stored) - MOST_LINES) > 0:
        yield Small(f"and more lines: {rest:,}")


def _shown(octets: bytes) -> str:
    text = printable(
        octets.decode("utf-8", "backslashreplace").replace("\r", "").replace("\n", " ")
    )
    return text if len(text) <= LINE_CAP else f"{text[:LINE_CAP]}… ({len(text):,} characters)"
