"""Reply reader: paste what a bounce or a log says, read what it means."""

import re
from collections.abc import Iterator

from ipywidgets import Button, Textarea

from smtplesson.bounces.find_reply import MOST_TO_READ, find_reply
from smtplesson.errors import LessonError
from smtplesson.facts import explain
from smtplesson.facts.enhanced import ENHANCED_CODE
from smtplesson.facts.explanation import badge
from smtplesson.show.pieces import Lines, Part
from smtplesson.show.table import Table
from smtplesson.widgets.board import Board

EXAMPLE = """Final-Recipient: rfc822; bob@example.test
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552-4.2.2 The mailbox of bob is full,
    552 4.2.2 please try again tomorrow"""
# Where an enhanced code stands by itself: RFC 3464 §2.3.4; Postfix and sendmail; qmail.
_STATUS = re.compile(rf"(?:\bStatus:\s*|\bdsn=|\(#)({ENHANCED_CODE})(?![\d.])", re.I)


class ReplyReader(Board):
    """Finds the reply in a line of a bounce or a log, and explains it.

    text: what to begin with.
    """

    title = "Reply reader"

    def __init__(self, text: str = "") -> None:
        self.pasted = Textarea(text, description="Bounce or log", rows=6)
        self.pasted.placeholder = "Paste one line or several"
        self.pasted.layout.width = "100%"
        self.example = Button(description="Show an example")
        self.clear = Button(description="Clear")
        super().__init__([self.pasted], [self.example, self.clear])
        self.on_change(self.pasted)
        self.on_click(self.example, lambda: self.pasted.set_trait("value", EXAMPLE))
        self.on_click(self.clear, lambda: self.pasted.set_trait("value", ""))

    def pieces(self) -> Iterator[Part]:
        """The reply that was found and its explanation, or what is missing."""
        text = self.pasted.value
        if len(text) > MOST_TO_READ:
            many = f"{len(text):,} characters are too many to look through"
            raise LessonError(f"{many}: {MOST_TO_READ:,} at most")
        if not text.strip():
            text = EXAMPLE
            yield "Paste a line of a bounce message or of a mail log. These, say, are read so:"
            yield Lines(text.splitlines())
        yield from _read(text)


def _read(text: str) -> Iterator[Part]:
    """The reply in a text and its explanation, or what is missing."""
    if reply := find_reply(text):
        found = (badge(reply.code), reply.enhanced or "none", reply.text.replace("\n", " / "))
        yield Table(("Reply code", "Enhanced code", "Text"), [found], "Found")
        yield explain(f"{reply.code} {reply.enhanced}".strip())
    elif status := _STATUS.search(text):
        yield (
            f"There is no SMTP reply here, but an enhanced status code: {status[1]}. Whoever "
            "wrote the report chose it; the server that refused the mail may have said "
            "something else, or nothing (RFC 3464 §2.3.4)."
        )
        yield explain(status[1])
    else:
        yield (
            "There is no SMTP reply in this text. One begins with three digits, the first of "
            "them 2 to 5 (RFC 5321 §4.2), as in: said: 452 4.2.2 Mailbox full"
        )
