"""What somebody typed: a line's octets, and what a reply to them may be."""

import re
from typing import NamedTuple

# A first digit, or a whole code by the grammar of RFC 5321 §4.2.
GUESS = re.compile(r"[2-5](?:[0-5][0-9])?", re.ASCII)
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


class Prediction(NamedTuple):
    """What a learner committed to before the reply was shown.

    guess: a first digit ("5") or a whole code ("550").
    code: the reply code that came, or None if no reply came.
    """

    guess: str
    code: int | None

    @property
    def is_right(self) -> bool:
        """True if the first digit was right, and the rest too where a whole code was given."""
        return str(self.code).startswith(self.guess)
