"""Finds: which codes the consoles have drawn, who wants to hear of the next one, who spoke last."""

from collections.abc import Iterable
from functools import cache
from typing import Protocol
from weakref import WeakSet

from smtplesson.experiments.provoke import recipes
from smtplesson.facts import Standing, reply_codes
from smtplesson.loopback.host import Host
from smtplesson.loopback.transcript import Exchange, Transcript


@cache
def goals(*, folklore: bool) -> frozenset[int]:
    """The codes that can be drawn and that a standard defines; or, that none does."""
    known = reply_codes()
    return frozenset(c for c in recipes() if (known[c].standing is Standing.FOLKLORE) is folklore)


def score(drawn: Iterable[int], *, folklore: bool = False) -> str:
    """How many of these codes have been drawn, such as "7 of 40"."""
    wanted = goals(folklore=folklore)
    return f"{len(wanted & set(drawn))} of {len(wanted)}"


def news(new: Iterable[int], drawn: Iterable[int]) -> str:
    """Which codes have been drawn for the first time, and how many that makes."""
    told = []
    for word, folklore in (("New", False), ("New, though folklore", True)):
        if codes := [str(code) for code in new if code in goals(folklore=folklore)]:
            told.append(f"{word}: {' and '.join(codes)}, {score(drawn, folklore=folklore)}.")
    return " ".join(told)


class Hunter(Protocol):
    """Who wants to know of finds."""

    def found(self, exchange: Exchange) -> None:
        """Takes note of the first exchange that drew its code."""


class Talker(Protocol):
    """A console; see `smtplesson.console.model.ConsoleModel`."""

    host: Host

    @property
    def session(self) -> Transcript:
        """The exchanges of the session that is open, or was last."""

    @property
    def transcript(self) -> Transcript:
        """All exchanges since the start."""


class Finds:
    """The first exchange that drew each code, and who is told of it.

    first: code -> exchange.
    earlier: codes that were drawn on other days, as far as a hunt has told.
    talker: the console in which something was said last, or None.
    """

    def __init__(self) -> None:
        self.first: dict[int, Exchange] = {}
        self.earlier: set[int] = set()
        self.talker: Talker | None = None
        self._hunters: WeakSet[Hunter] = WeakSet()

    def subscribe(self, hunter: Hunter) -> None:
        """Tells the hunter of all finds to come, for as long as somebody else holds it."""
        self._hunters.add(hunter)

    @property
    def drawn(self) -> set[int]:
        """All codes that have been drawn."""
        return self.earlier | self.first.keys()

    def forget(self) -> None:
        """Has nothing been drawn yet."""
        self.first.clear()
        self.earlier.clear()

    def announce(self, exchanges: Iterable[Exchange]) -> list[int]:
        """Keeps the exchanges that drew a new code and tells of them; the others cost nothing.

        Returns the codes that have not been drawn on other days either.
        """
        new = []
        for exchange in exchanges:
            if exchange.code is not None and exchange.code not in self.first:
                self.first[exchange.code] = exchange
                if exchange.code not in self.earlier:
                    new.append(exchange.code)
                for hunter in list(self._hunters):
                    hunter.found(exchange)
        return new


# Where the consoles of this kernel announce and its hunts listen, unless they are given another.
KERNEL_FINDS = Finds()
