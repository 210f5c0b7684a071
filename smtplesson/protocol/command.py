"""The command line: octets in, verb, argument, path and parameters out."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from smtplesson.protocol.address import AddressError, Mailbox, parse_path

# The verbs of RFC 5321 §4.1.1, RFC 3207 and RFC 4954: what this machine can do.
VERBS = (
    *("EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "VRFY", "EXPN", "HELP", "NOOP", "QUIT"),
    *("STARTTLS", "AUTH"),
)
# Known and not implemented, so 502 and not 500 (RFC 5321 §4.2.4).
NOT_IMPLEMENTED = ("BDAT", "ETRN", "TURN")

# A run of blanks, or a quoted string, in which blanks mean something. NOOP and HELP are not
# here: their arguments are free text.
_BLANKS = re.compile(r'("(?:[^"\\]|\\.)*+"?)| +')
_IN_WORDS = ("MAIL", "RCPT", "VRFY", "EXPN", "AUTH")
# esmtp-keyword and esmtp-value of RFC 5321 §4.1.2; UTF-8 in values by RFC 6531 §3.3.
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\x80-\ud7ff\ue000-\U0010ffff]+))?")


@dataclass(frozen=True, slots=True)
class Command:
    """One command line, taken apart.

    verb: in capitals, "" for an empty line.
    argument: the text after the verb, without extra or trailing white space.
    departures: how the line departs from the grammar although its meaning is clear:
        "bare LF" (not ended by CRLF), "extra space" (two where one belongs, or one after the
        colon of FROM: and TO:). A scenario tolerates or refuses them.
    """

    verb: str
    argument: str
    departures: tuple[str, ...] = ()


# Keywords in capitals, each with its value or None, in the order of the line.
Parameters = tuple[tuple[str, str | None], ...]


class Envelope(NamedTuple):
    """The argument of MAIL or RCPT."""

    mailbox: Mailbox
    parameters: Parameters = ()

    def __str__(self) -> str:
        """As a rule may name it: the address, and what there is of parameters."""
        words = [key if value is None else f"{key}={value}" for key, value in self.parameters]
        return " ".join([str(self.mailbox), *words])


# The longest line that is remembered: any that a server parses, MAIL with its extensions too.
_SHORT = 1_048


def parse_command(line: bytes) -> Command:
    """The command in `line`, line ending included. Never fails: any octets have a verb.

    Trailing white space is always ignored (RFC 5321 §4.1.1 asks receivers to).
    """
    return _remembered(line) if len(line) <= _SHORT else _parsed(line)


def _parsed(line: bytes) -> Command:
    """The command in `line`, taken apart."""
    departures = [] if line.endswith(b"\r\n") else ["bare LF"]
    ending = b"\r\n" if line.endswith(b"\r\n") else b"\n"
    text = line.removesuffix(ending).decode("utf-8", "surrogateescape").rstrip(" \t")
    verb, _, argument = text.partition(" ")
    verb = verb.upper() if verb.isascii() else verb
    bare = argument.lstrip(" ")
    if "  " in bare and verb in _IN_WORDS:
        bare = _BLANKS.sub(lambda found: found[1] or " ", bare)
    if ": <" in bare and verb in ("MAIL", "RCPT"):  # the commonest slip of people who type
        bare = re.sub(r"(?i)\A(from:|to:) (?=<)", r"\1", bare)
    if bare != argument:
        departures.append("extra space")
    return Command(verb, bare, tuple(departures))


_remembered = lru_cache(maxsize=256)(_parsed)  # pure, and a client repeats itself


@lru_cache(maxsize=256)
def parse_envelope(argument: str, keyword: str) -> Envelope:
    """The path and parameters after `FROM:` or `TO:`.

    argument: for instance `FROM:<a@example.test> SIZE=100`.
    keyword: "FROM:" or "TO:".
    Raises: AddressError with the key of the reply that says what is wrong.
    Source: RFC 5321 §4.1.1.2, §4.1.1.3, §4.1.1.11, §4.1.2.
    """
    if argument[: len(keyword)].upper() != keyword:
        raise AddressError(f"no_{keyword[:-1].lower()}")
    mailbox, rest = parse_path(argument[len(keyword) :])
    if rest and not rest.startswith(" "):
        raise AddressError("bad_path")
    parameters: list[tuple[str, str | None]] = []
    for word in rest[1:].split(" ") if rest else ():
        if not (found := _PARAMETER.fullmatch(word)):
            raise AddressError("bad_parameter")
        parameters.append((found[1].upper(), found[2]))
    return Envelope(mailbox, tuple(parameters))
