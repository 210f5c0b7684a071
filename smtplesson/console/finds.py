"""Finds: which codes the consoles have drawn, and who wants to hear of the next one."""

from collections.abc import Iterable
from typing import Protocol
from weakref import WeakSet

from smtplesson.loopback.transcript import Exchange


class Hunter(Protocol):
    """Who wants to know of finds."""

    def found(self, exchange: Exchange) -> None:
        """Takes note of the first exchange that drew its code."""


class Finds:
    """The first exchange that drew each code, and who is told of it.

    first: code -> exchange.
    """

    def __init__(self) -> None:
        self.first: dict[int, Exchange] = {}
        self._hunters: WeakSet[Hunter] = WeakSet()

    def subscribe(self, hunter: Hunter) -> None:
        """Tells the hunter of all finds to come, for as long as somebody else holds it."""
        self._hunters.add(hunter)

    def announce(self, exchanges: Iterable[Exchange]) -> None:
        """Keeps the exchanges that drew a new code and tells of them; the others cost nothing."""
        for exchange in exchanges:
            if exchange.code is not None and exchange.code not in self.first:
                self.first[exchange.code] = exchange
                for hunter in list(self._hunters):
                    hunter.found(exchange)


# Where the consoles of this kernel announce and its hunts listen, unless they are given another.
KERNEL_FINDS = Finds()
