"""Wanted replies: the short texts in a question file that say what has to come on the wire."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from smtplesson.loopback.transcript import Exchange

# A reply that is wanted, or after "no" one that must not come: "452", "no 5yz", "550 5.7.1 at
# RCPT", "450 for *<carol@*" (a pattern of the line), "500 of 513 octets" (the line with CRLF).
_WANT = re.compile(
    r"(no )?([2-5](?:[0-5]\d|yz))(?: (\d\.\d+\.\d+))?(?: at (\S+))?"
    r"(?: for (\S.*?))?(?: of (\d+) octets)?"
)


def parts(want: str) -> tuple[str, ...]:
    """ "no " or "", code, enhanced code, stage, pattern of the line, octets; "" if not named.

    Raises: ValueError if it is no wanted reply.
    """
    found = _WANT.fullmatch(want)
    if not found:
        raise ValueError(f"{want!r}: a code, or a code and its stage, 452 at RCPT, is wanted")
    return found.groups("")


def missing(want: Iterable[str], exchanges: Iterable[Exchange]) -> str:
    """The first wanted reply that did not come in its turn, or one that must not come, or ""."""
    said = list(exchanges)
    rest = iter(said)
    for each in want:
        if each.startswith("no "):
            if any(_is(exchange, each) for exchange in said):
                return each
        elif not any(_is(exchange, each) for exchange in rest):
            return each
    return ""


def shows(exchanges: Iterable[Exchange], sign: str) -> bool:
    """True if the replies of a sign came: "550", or "354 at DATA, no 250 at end-of-data"."""
    return not missing(sign.split(", "), exchanges)


def _is(exchange: Exchange, want: str) -> bool:
    _, code, enhanced, stage, line, octets = parts(want)
    reply, said = exchange.reply, exchange.sent.decode("utf-8", "replace").rstrip()
    return (
        reply is not None
        and code in (str(reply.code), f"{reply.code // 100}yz")
        and enhanced in ("", reply.enhanced)
        and stage in ("", exchange.stage)
        and (not line or fnmatchcase(said.lower(), line.lower()))
        and octets in ("", str(len(exchange.sent)))
    )
