"""Reactions: what mail clients did at each fault, as a value that shows itself as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from smtplesson.show.pieces import Part, Piece
from smtplesson.show.table import Table

SUCCESS = ("success", "exit status 0")
NOTHING = "nothing heard"
_HEADS = ("fault", "client", "says next", "reports", "message accepted")


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one client did at one fault.

    client, fault: their names.
    said: the stages at which the server heard the client after the fault, in order; "connect"
        is a new connection. What is said to a closed connection nobody hears.
    reported: to the caller: "success" or an exception's class, or a program's exit status.
    accepted: True if the server took the message over.
    should: what a client should do at that fault, with the clause.
    """

    client: str
    fault: str
    said: tuple[str, ...]
    reported: str
    accepted: bool
    should: str

    @property
    def is_true(self) -> bool:
        """True if success was reported of an accepted message, or failure of another."""
        return (self.reported in SUCCESS) == self.accepted

    @property
    def word(self) -> str:
        """The reaction in two or three words."""
        if self.reported in SUCCESS:
            return "retries as HELO" if self.said[:1] == ("HELO",) else "says delivered"
        if self.accepted:
            return "says failed"
        if "connect" in self.said:
            return "connects again"
        return "next recipient" if "RCPT" in self.said else "gives up"

    def cells(self) -> tuple[str, str, str, str, str]:
        """The reaction as a row of a table; `should` is not in it."""
        said = " ".join(self.said) or NOTHING
        return self.fault, self.client, said, self.reported, "yes" if self.accepted else "no"


@dataclass(frozen=True, slots=True, repr=False)
class Reactions(Piece):
    """The reactions of several clients, in the order of faults, then of clients.

    missing: the clients that are not installed, of which nothing is known here.
    """

    rows: tuple[Reaction, ...]
    missing: tuple[str, ...] = ()

    @property
    def clients(self) -> tuple[str, ...]:
        """The clients that were tried."""
        return tuple(dict.fromkeys(row.client for row in self.rows))

    @property
    def should(self) -> dict[str, str]:
        """What a client should do, for each fault."""
        return {row.fault: row.should for row in self.rows}

    def of(self, client: str, fault: str) -> Reaction:
        """The reaction of that client at that fault.

        Raises: KeyError if there is none.
        """
        for row in self.rows:
            if (row.client, row.fault) == (client, fault):
                return row
        raise KeyError((client, fault))

    def __repr__(self) -> str:
        tried = ", ".join(self.clients) or "none"
        return f"<Reactions at {len(self.should)} faults of {tried}{self._lack('; ', '')}>"

    def __str__(self) -> str:
        table = Table(_HEADS, [row.cells() for row in self.rows])
        duties = [f"should at {fault}: {duty}" for fault, duty in self.should.items()]
        return "\n".join([str(table), *duties]) + self._lack("\n", ".")

    def pieces(self) -> Iterator[Part]:
        """A table in which the rows of one fault share what a client should do."""
        caption = "What each client did after a fault, and what it should do"
        rows = [(*row.cells(), row.should) for row in self.rows]
        yield Table(
            (*_HEADS, "should"),
            rows,
            caption + self._lack(". ", "."),
            kind="smtplesson-reactions",
            grouped=True,
        )

    def _lack(self, before: str, after: str) -> str:
        """Which clients are missing, or nothing."""
        return f"{before}not installed: {', '.join(self.missing)}{after}" if self.missing else ""
