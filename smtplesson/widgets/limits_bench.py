"""Limits bench: one length, octet by octet across its limit, and what the server says to it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import cast

from ipywidgets import BoundedIntText, Box, Button, Dropdown, IntSlider, Stack
from traitlets import link

from smtplesson.evidence.limits import Limit, limits
from smtplesson.experiments.sweep import SWEEPABLE, Sweep, sweep
from smtplesson.facts.explanation import badge
from smtplesson.figures.limit_steps import claimed, limit_steps, standard
from smtplesson.figures.panel import Panel
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.scenario import Limits, Scenario
from smtplesson.show.pieces import Box as Place
from smtplesson.show.pieces import Part
from smtplesson.show.table import Table
from smtplesson.widgets.board import Board

AROUND = 30  # the bench reaches so far to both sides of the limit
# A server that takes no more than RFC 5321 §4.5.3.1.7 and .8 ask for.
LEAST = Scenario("least", limits=Limits(message=65_536, recipients=100))
# What `sweep` fills its objects with.
_FILLING = re.compile(rb"u{12,}|x{12,}|d[d.]{11,}")


class LimitsBench(Board):
    """Pick a limit and slide a length across it; the reply changes at one octet."""

    title = "How long may it be?"

    def __init__(self) -> None:
        self.limit = Dropdown(options=SWEEPABLE, value="local-part", description="Object")
        # Each limit has a slider of its own: one that gets new ends answers with old values.
        self._pairs = {name: _controls(limits()[name]) for name in SWEEPABLE}
        self._stack = Stack([Box(pair).add_class("smtp-row") for pair in self._pairs.values()])
        self._stack.add_class("smtp-length")
        self._panel: Panel | None = None  # drawn over, so that it follows the slider
        self._aim()
        self.at_limit = Button(description="At the limit")
        self.more = Button(description="One more", button_style="primary")
        super().__init__([self.limit, self._stack], [self.at_limit, self.more])
        self.on_change(self.limit, self._aim)
        for slider, _ in self._pairs.values():
            self.on_change(slider)
        self.on_click(self.at_limit, lambda: self._go(standard(self._limit)))
        self.on_click(self.more, lambda: self._go(self.length.value + 1))

    @property
    def length(self) -> IntSlider:
        """The slider of the limit that is chosen."""
        return self._pairs[self.limit.value][0]

    @property
    def number(self) -> BoundedIntText:
        """The same length in figures."""
        return self._pairs[self.limit.value][1]

    def pieces(self) -> Iterator[Part]:
        """The reply, the line that drew it, all lengths around it, and what the standard says."""
        limit, length = self._limit, self.length.value
        swept = _swept(limit.object)
        exchange = swept.exchanges[length]
        row = f"{length:,} {limit.unit}", _sent(limit, length, exchange), badge(exchange.code or 0)
        table = Table(("Length", "What was sent", "Reply"), [row])
        self._panel = cast(Panel, limit_steps(swept, here=length, ax=self._panel))
        sent, received = _shortened(exchange.sent), _shortened(exchange.received)
        said = Transcript([replace(exchange, sent=sent, received=received)])
        words = Table(("Who", "Says"), list(_words(limit)))
        yield Place(Place(table, self._panel), Place(said, words), kind="smtp-columns")

    @property
    def _limit(self) -> Limit:
        return limits()[self.limit.value]

    def _aim(self) -> None:
        self._stack.selected_index = self.limit.index

    def _go(self, length: int) -> None:
        if length > self.length.max:
            self.said = f"The bench ends here, at {self.length.max:,}."
        self.length.value = length


def _controls(limit: Limit) -> tuple[IntSlider, BoundedIntText]:
    """A slider and a field for the length, which go together; both are at the limit."""
    lengths, start = _range(limit), standard(limit)
    slider = IntSlider(start, lengths[0], lengths[-1], description="Length", readout=False)
    number = BoundedIntText(start, min=lengths[0], max=lengths[-1], description="In figures")
    link((slider, "value"), (number, "value"))
    return slider, number


def _range(limit: Limit) -> range:
    """The lengths on the bench: around the limit, and around the popular number if it is near."""
    marks = [standard(limit), claimed(limit) or 0]
    near = [mark for mark in marks if marks[0] / 5 < mark < 5 * marks[0]]
    return range(min(near) - AROUND, max(near) + AROUND + 1)


@cache
def _swept(limit: str) -> Sweep:
    return sweep(limit, _range(limits()[limit]), LEAST)


def _sent(limit: Limit, length: int, exchange: Exchange) -> str:
    """What the client sent, in words and numbers."""
    if limit.unit == "recipients":
        return f"RCPT, {length:,} times"
    if exchange.stage == "end-of-data":
        text = exchange.sent.removesuffix(b".\r\n")
        return f"{len(text):,} octets of text with CRLF, then a lone dot"
    return f"a line of {len(exchange.sent):,} octets with CRLF"


def _shortened(octets: bytes) -> bytes:
    """What was said, with its filling counted instead of shown."""
    lines = _FILLING.sub(
        lambda found: found[0][:4] + f"… {len(found[0]):,} octets …".encode(), octets
    ).splitlines(keepends=True)
    if lines[-1] == b".\r\n" and len(lines) > 2:
        lines[1:-1] = [f"… {len(lines) - 2:,} more such lines …\r\n".encode()]
    return b"".join(lines)


def _words(limit: Limit) -> Iterator[tuple[str, str]]:
    """What the standard demands, how to count, and what the popular table makes of it."""
    beyond = "A longer one may be tried, and may be refused"
    if limit.bound == "at least":
        beyond = "There is no upper limit in the standard; each server has its own"
    demand = f"Every server has to accept {standard(limit):,} {limit.unit}. {beyond}."
    yield limit.source, demand
    if (counts := limit.crlf_counts) != "not applicable":
        yield "Does CRLF count?", f"{counts[:1].upper()}{counts[1:]}."
    if limit.table_claim:
        verdict = "right" if limit.table_verdict == "agree" else limit.table_verdict
        yield "Popular table", f"“{limit.table_claim}”: {verdict}. {limit.correction}".strip()
