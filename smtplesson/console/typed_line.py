"""What somebody typed: a line's octets, and what a reply to them may be."""

import re
from typing import NamedTuple

from smtplesson.facts import duty, reply_codes

# The longest limit that can be tried out is AUTH's, 12,288 octets (RFC 4954 §4).
MAX_LINE = 20_000
# A first digit, or a whole code by the grammar of RFC 5321 §4.2.
GUESS = re.compile(r"[2-5](?:[0-5][0-9])?")
_ESCAPE = re.compile(rb"\\(?:([rnt0\\])|x([0-9A-Fa-f]{2}))")
_ESCAPED = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}


def to_octets(line: str, *, raw: bool) -> bytes:
    """What the line puts on the wire: itself and CRLF.

    raw: nothing is added, and \\r, \\n, \\t, \\0, \\\\ and \\xNN stand for octets.
    """
    octets = line.encode()
    if not raw:
        return octets + b"\r\n"
    return _ESCAPE.sub(
        lambda found: _ESCAPED[found[1]] if found[1] else bytes.fromhex(found[2].decode()), octets
    )


def complaint(line: str, *, raw: bool) -> str:
    """Why a line cannot be sent, or ""."""
    if len(to_octets(line, raw=raw)) > MAX_LINE:
        return f"That is longer than anything worth trying here: {MAX_LINE:,} octets."
    if not raw and re.search("[\r\n]", line):
        return "One line at a time, without its end. Raw mode sends other line ends."
    return ""


def name_of(code: int) -> str:
    """The short name of a reply code, or that no RFC has it."""
    fact = reply_codes().get(code)
    return fact.short_name if fact else "known to no RFC"


class Prediction(NamedTuple):
    """What a learner committed to before the reply was shown.

    guess: a first digit ("5") or a whole code ("550").
    code: the reply code that came, or None if no reply came.
    """

    guess: str
    code: int | None

    def __str__(self) -> str:
        """What came of it, and why if it was wrong."""
        if self.is_right or self.code is None:
            return f"{self._said}: {'right' if self.is_right else 'not right'}."
        return f"{self._said}: not right. {self._why(self.code)}"

    @property
    def _said(self) -> str:
        return f"Predicted {self.guess}, got {self.code or 'no reply'}"

    def _why(self, code: int) -> str:
        """In what the reply differs from the predicted one."""
        meant = f"{code} is: {name_of(code)}."
        if self.guess[0] == str(code)[0]:
            return f"The first digit is right. {meant}"
        wished = duty(100 * int(self.guess[0]))
        return (
            f"A {self.guess[0]} tells the client: {wished}; a {str(code)[0]}: {duty(code)}. {meant}"
        )

    @property
    def is_right(self) -> bool:
        """True if the first digit was right, and the rest too where a whole code was given."""
        return str(self.code).startswith(self.guess)
