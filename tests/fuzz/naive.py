"""A server's answers judged from the outside: written from RFC 5321, sharing no code with ours.

It cuts what the client sent into commands, texts and responses by what the server answered,
slowly and one at a time, and says what is wrong with the answers.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# RFC 5321 §4.2: Reply-code = %x32-35 %x30-35 %x30-39; printable US-ASCII; CRLF.
_LINE = re.compile(rb"([2-5][0-5][0-9])([ -])([\x20-\x7e]*)\r\n")
# RFC 2034 §3 and RFC 3463 §2: no leading zeros.
_STATUS = re.compile(rb"([245])\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})( |\Z)")
_END = b"\r\n.\r\n"


class Answer(NamedTuple):
    """One reply: its code, and the text of each line."""

    code: int
    texts: tuple[bytes, ...]


class UnlawfulError(AssertionError):
    """The server broke a rule; the text says which."""


def answers(octets: bytes) -> list[Answer]:
    """The replies in what a server sent.

    Raises: UnlawfulError for anything that RFC 5321 §4.2 or §4.5.3.1.5 does not allow.
    """
    found, code, texts = list[Answer](), b"", list[bytes]()
    for line in octets.splitlines(keepends=True):
        parts = _LINE.fullmatch(line)
        if not parts or len(line) > 512:
            raise UnlawfulError(f"no reply line: {line[:80]!r}")
        if code not in (b"", parts[1]):
            raise UnlawfulError(f"a reply with the codes {code!r} and {parts[1]!r}")
        code = parts[1]
        texts.append(parts[3])
        if parts[2] == b" ":
            found.append(Answer(int(code), tuple(texts)))
            code, texts = b"", []
    if texts:
        raise UnlawfulError(f"a reply without a last line: {texts[0]!r}")
    return found


def check_status(answer: Answer, *, wanted: bool) -> None:
    """Raises UnlawfulError if an enhanced code is missing, misplaced or of another class.

    wanted: the reply should have one (RFC 2034 §4: none in greetings and after EHLO and HELO;
        class 3 has none).
    """
    for text in answer.texts:
        status = _STATUS.match(text)
        if bool(status) != wanted:
            raise UnlawfulError(f"{answer.code}: enhanced code {'missing' if wanted else 'there'}")
        if status and int(status[1]) != answer.code // 100:
            raise UnlawfulError(f"{answer.code} with the enhanced code {status[0]!r}")


def units(sent: bytes, said: Sequence[Answer]) -> Iterator[tuple[str, bytes, Answer | None]]:
    """Each command, text and response that the client has completed, and its answer.

    sent: all that the client sent in clear, or all inside TLS, up to where the server stops.
    said: the replies to it, in order.
    Yields: the kind ("command", "text", "response"), the octets, and the answer or None.
    """
    kind, at, rest = "command", 0, list(said)
    while True:
        if kind == "text":  # the line before a text ends with CRLF for whoever looks for a dot
            place = (b"\r\n" + sent[at:]).find(_END)
            complete, end = place >= 0, at + place + len(_END) - 2
        else:
            end = sent.find(b"\n", at) + 1
            complete = end > 0
        if not complete:
            break
        octets, at = sent[at:end], end
        answer = rest.pop(0) if rest else None
        yield kind, octets, answer
        if answer is None or answer.code in (221, 421):
            break
        verb = octets.split(b" ", 1)[0].strip().upper()
        if kind == "command" and verb == b"STARTTLS" and answer.code == 220:
            break
        if rest and rest[0].code == 421 and len(rest) == 1:  # the farewell after many errors
            break
        kind = {354: "text", 334: "response"}.get(answer.code, "command")
    if len(rest) > 1 or (rest and rest[0].code != 421):
        raise UnlawfulError(f"more replies than commands: {rest[0]}")


def message(text: bytes) -> bytes:
    """The message that a text with its last line `.` carries (RFC 5321 §4.5.2)."""
    lines = text.removesuffix(b".\r\n").split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)
