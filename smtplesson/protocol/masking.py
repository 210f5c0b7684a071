"""Masking: what of a session may be shown, in a transcript, a log or on a screen.

This is the one place that knows. A login goes wrong in many ways, and then a password can stand
in any line: so from the first sign of a login until one succeeds, only that is shown which can
be no password. Message text is not for here: all of it may be shown.
"""

import re
from difflib import get_close_matches

from smtplesson.protocol.command import NOT_IMPLEMENTED, VERBS, parse_command
from smtplesson.protocol.states import State

MASK = b"****"
_COMMANDS = frozenset({*VERBS, *NOT_IMPLEMENTED} - {"AUTH"})
# Mechanisms that people meet, in any case, and others that have the form of a sasl-mech
# (RFC 4422 §3.1) and cannot be base64, in which there is no "-" and no "_" (RFC 4648 §4).
_FAMOUS = rb"(?:CRAM|DIGEST)-MD5|SCRAM-SHA-\d+(?:-PLUS)?|NTLM|GSSAPI|OAUTHBEARER|XOAUTH2?"
_MECHANISM = (
    rb"((?i:PLAIN|LOGIN|ANONYMOUS|EXTERNAL|OTP|" + _FAMOUS + rb")"
    rb"|(?=[\w-]{1,20}(?![\w-]))[A-Z0-9]+[-_][A-Z0-9_-]+)(?![\w-])"
)
# A first word that may be meant for AUTH, whatever ASCII stands around it, and a mechanism.
_LOGIN = re.compile(rb"[^\w\x80-\xff]*(\w+)(?:[^\w\x80-\xff]{1,3}" + _MECHANISM + rb")?")
# Words of a login, of one in POP3 too (RFC 1939 §7), in a line that is no command at all.
_LOGIN_WORD = re.compile(
    rb"\b(?:(?i:AUTH|" + _FAMOUS + rb")|PLAIN|LOGIN|USER|PASS)\b"
    rb"|\A\s*(?i:PLAIN|LOGIN|USER|PASS)(?:\s|\Z)"
)
# Commands that are written as their RFCs have it (RFC 5321 §4.1.1), loosely.
_VALID = re.compile(
    rb"""(?: DATA|RSET|QUIT|STARTTLS|TURN
    | (?:EHLO|HELO) (?:\ +[\w.:\[\]-]+)?
    | (?:MAIL\ +FROM|RCPT\ +TO):\ *<[^<>]*> (?:\ +(?:[a-z0-9-]+=\S+|SMTPUTF8))*
    | (?:NOOP|HELP|VRFY|EXPN|ETRN|BDAT) (?:\ .*)?
    )""",
    re.I | re.X | re.S,
)


class Masking:
    """Follows one session, and says what may be shown of each of its lines.

    login_begun: True from the first sign of a login until one succeeds.
    """

    def __init__(self) -> None:
        self.login_begun = False
        self._hidden = b""  # of the line last asked about

    def line(self, line: bytes, state: State) -> bytes:
        """What may be shown of a line that the client says, and that is no message text.

        Commands written as they should be stay as they are, AUTH and its mechanism too, and
        the "*" that cancels a login (RFC 4954 §4).

        state: in which the line is said.
        """
        text = line.rstrip(b"\r\n")
        kept = self._harmless(text, state)
        self._hidden = text[kept:].strip()
        if not self._hidden:
            return line
        return text[:kept].rstrip() + (b" " if kept else b"") + MASK + line[len(text) :]

    def reply(self, raw: bytes) -> bytes:
        """What may be shown of the reply to that line: not the hidden part, if it is repeated."""
        if not self._hidden:
            return raw
        said = raw.lower()
        words = [word for word in self._hidden.lower().split() if len(word) > 3 and word in said]
        if not words:
            return raw
        hidden = re.compile(b"|".join(map(re.escape, words)), re.I)
        lines = raw.splitlines(keepends=True)
        return b"".join(line[:4] + hidden.sub(MASK, line[4:]) for line in lines)

    def _harmless(self, text: bytes, state: State) -> int:
        """How many octets at the beginning of a line can hold no password."""
        bare = text.strip()
        if bare == b"*":
            return len(text)
        if state is State.AUTH:
            return 0
        verb = parse_command(text).verb
        if verb in _COMMANDS:
            shown = not self.login_begun or _VALID.fullmatch(bare)
            return len(text) if shown else len(verb)
        found = _LOGIN.match(text)
        if found and _is_like_auth(found[1][:9].decode().upper()):
            again, self.login_begun = self.login_begun, True
            return _readable(found, again=again)
        if _LOGIN_WORD.search(text):
            self.login_begun = True
        return 0 if self.login_begun and bare not in (b"", b".") else len(text)


def _is_like_auth(word: str) -> bool:
    """True for AUTH, and for what fingers make of it."""
    swapped = sorted(word) == sorted("AUTH")
    return swapped or word.startswith("AUTH") or bool(get_close_matches(word, ["AUTH"], 1, 0.75))


def _readable(found: re.Match[bytes], *, again: bool) -> int:
    """How many octets of a line that is like AUTH may be read: its verb, and its mechanism.

    again: a login was begun before, so that what is not quite AUTH may be a password.
    """
    if len(found[1]) > 5:  # a space is missing, so that more than the verb is in it
        return 0
    if found[2]:
        return found.end(2)
    return 0 if again and found[1].upper() != b"AUTH" else found.end(1)
