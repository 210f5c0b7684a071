"""A server's answers judged from the outside: written from RFC 5321, sharing no code with ours.

It cuts what the client sent into commands, texts and responses by what the server answered,
slowly and one at a time, and says what is wrong with the answers.
"""

from collections.abc import Iterator, Sequence

from tests.conftest import Said

_END = b"\r\n.\r\n"


def check_status(answer: Said, *, wanted: bool) -> None:
    """Fails if an enhanced code is missing, misplaced or of another class.

    wanted: the reply should have one (RFC 2034 §4: none in greetings and after EHLO and HELO;
        class 3 has none).
    """
    for status in answer.statuses:
        there = "there" if status else "missing"
        assert bool(status) == wanted, f"{answer.code}: enhanced code {there}"
        assert status[:1] in ("", str(answer.code)[0]), f"{answer.code} with {status}"


def units(sent: bytes, said: Sequence[Said]) -> Iterator[tuple[str, bytes, Said | None]]:
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
    late = len(rest) == 1 and rest[0].code == 421
    assert not rest or late, f"more replies than commands: {rest[0]}"


def message(text: bytes) -> bytes:
    """The message that a text with its last line `.` carries (RFC 5321 §4.5.2)."""
    lines = text.removesuffix(b".\r\n").split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)
