"""Hostile octets for each kind of reader, from a seeded source of chance."""

from collections.abc import Sequence
from random import Random

from tests.conftest import cut_at

_LINES = (
    *(b"EHLO client.example", b"HELO c", b"EHLO [IPv6:::1]", b"NOOP", b"RSET", b"HELP", b"QUIT"),
    *(b"MAIL FROM:<a@b.example>", b"MAIL FROM:<>", b"MAIL FROM:<a@b> SIZE=9 BODY=8BITMIME"),
    *(b'MAIL FROM:<"a b"@b.example>', b"MAIL FROM:<\xc3\xa9@b> SMTPUTF8", b"mail from:x"),
    *(b"RCPT TO:<alice@example.test>", b"RCPT TO:<alice@example.test>", b"RCPT TO:<bob@x.test>"),
    *(b"RCPT TO:<reply-421@example.test>", b"RCPT TO:<data-reply-554@example.test>"),
    *(b"RCPT TO:<@a,@b:alice@example.test>", b"RCPT TO:<", b"RCPT TO:<Postmaster>"),
    *(b"DATA", b"DATA", b"DATA", b".", b"..", b". ", b"Subject: x", b"...x", b"", b" ", b"\0"),
    *(b"AUTH PLAIN", b"AUTH LOGIN", b"AUTH CRAM-MD5", b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ="),
    *(b"*", b"=", b"eA==", b"YWxpY2U=", b"d29uZGVybGFuZA==", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b"VRFY alice", b"VRFY \xc3\xa9 SMTPUTF8", b"EXPN staff", b"BDAT 5 LAST", b"STARTTLS"),
    *(b"x" * 505, b"x" * 600, b"x" * 998, b"x" * 999, b"A" * 12_400, b"MAIL FROM:<" + b"a" * 600),
)
_ENDS = (*([b"\r\n"] * 14), b"\n", b"\r", b"", b"\r\n.\r\n", b"\n.\n", b"\r\n.\n", b"\r\r\n")
_HELLO = b"EHLO client.example\r\n"
_MAIL = _HELLO + b"MAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.test>\r\n"
# Most of the interesting states lie behind a greeting, a transaction or a challenge.
_STARTS = (
    *(b"", _HELLO, _MAIL, _MAIL + b"DATA\r\n", _HELLO + b"AUTH PLAIN\r\n"),
    *(_HELLO + b"AUTH LOGIN\r\n", _HELLO + b"STARTTLS\r\n"),
)
_MARKS = (
    *("550", "5.1.1", "421 4.7.0", "250-", "550-5.7.1", "354 ", "<a@b.example>", "said: "),
    *("smtp; ", "(in reply to RCPT TO command)", "\n    ", "\r\n", "host mx[192.0.2.1]", '"', "'"),
    *("\\", ",", "=", "#", "9" * 40, "５５０", "5.1.1.1"),
    *("\x1b]0;x\x07", "\u202e", "\ud800", "\0", "é"),
)


def client_lines(chance: Random) -> bytes:
    """What a hostile client sends: commands and texts, some of them broken."""
    lines = [chance.choice(_LINES) + chance.choice(_ENDS) for _ in range(chance.randrange(12))]
    return chance.choice(_STARTS) + broken(chance, b"".join(lines))


def server_lines(chance: Random) -> bytes:
    """What a hostile server sends: replies, some of them broken."""
    codes = (b"220", b"250", b"354", b"334", b"421", b"550", b"235", b"199", b"600", b"2x0", b"25")
    gaps = (b" ", b" ", b"-", b"", b"\t")
    lines = [
        b"".join(map(chance.choice, (codes, gaps, _LINES, _ENDS)))
        for _ in range(chance.randrange(1, 8))
    ]
    return broken(chance, b"".join(lines))


def text(chance: Random) -> str:
    """A line or several as in a bounce, a log or a fantasy."""
    return "".join(
        chance.choice(_MARKS) if chance.random() < 0.6 else chr(chance.randrange(1, 0x250))
        for _ in range(chance.randrange(1, 30))
    )


def broken(chance: Random, octets: bytes) -> bytes:
    """The octets as they are, or with one stretch of them changed, doubled or missing."""
    if not octets or chance.random() < 0.6:
        return octets
    start = chance.randrange(len(octets))
    end = min(len(octets), start + chance.choice((1, 1, 2, 8, 64)))
    new: Sequence[bytes] = (
        chance.randbytes(end - start),
        octets[start:end] * 2,
        b"",
        bytes([octets[start] ^ 1 << chance.randrange(8)]),
    )
    return octets[:start] + chance.choice(new) + octets[end:]


def cut(chance: Random, octets: bytes) -> list[bytes]:
    """The octets in a few pieces."""
    return cut_at(octets, (chance.randrange(len(octets) + 1) for _ in range(chance.randrange(9))))
