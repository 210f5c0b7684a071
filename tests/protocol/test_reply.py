"""Replies as octets and as values (RFC 5321 §4.2; RFC 2034 §3)."""

from pathlib import Path

import pytest

from smtplesson import protocol
from smtplesson.errors import WireError
from smtplesson.protocol.reply import Reply, catalogue, parse_line, parse_reply
from tests.cases import rows


@pytest.mark.parametrize(
    ("octets", "reply"),
    [
        (b"250 ok\r\n", Reply(250, "ok")),
        (b"250\r\n", Reply(250, "")),  # RFC 5321 §4.2: the text is optional
        (b"250 \r\n", Reply(250, "")),
        (b"250 ok\n", Reply(250, "ok")),  # a bare LF of a sloppy server
        (b"550 5.1.1 no\r\n", Reply(550, "no", "5.1.1")),
        (b"550 5.1.1\r\n", Reply(550, "", "5.1.1")),
        (b"550-5.1.1 no\r\n550 5.1.1 way\r\n", Reply(550, "no\nway", "5.1.1")),
        (b"250-one\r\n250-two\r\n250 three\r\n", Reply(250, "one\ntwo\nthree")),
        (b"250-\r\n250 \r\n", Reply(250, "\n")),
        # RFC 2034 §4: no enhanced code follows 3yz, and the classes agree.
        (b"354 2.0.0 go\r\n", Reply(354, "2.0.0 go")),
        (b"550 4.1.1 no\r\n", Reply(550, "4.1.1 no")),
        # RFC 3463 §2: one to three ASCII digits without leading zeros.
        (b"550 5.01.1 x\r\n", Reply(550, "5.01.1 x")),
        (b"550 5.1.010 x\r\n", Reply(550, "5.1.010 x")),
        ("550 5.1.\u0661 x\r\n".encode(), Reply(550, "5.1.\u0661 x")),
        (b"550 5.1.1000 x\r\n", Reply(550, "5.1.1000 x")),
        (b"550 5.100.999 x\r\n", Reply(550, "x", "5.100.999")),
        (b"250 2.0.0.1 is an address\r\n", Reply(250, "2.0.0.1 is an address")),
        (b"250 caf\xc3\xa9\r\n", Reply(250, "café")),
        (b"250 caf\xe9\r\n", Reply(250, "caf\\xe9")),
    ],
)
def test_octets_to_reply(octets: bytes, reply: Reply) -> None:
    assert parse_reply(octets) == reply


@pytest.mark.parametrize(
    "octets",
    [
        *(b"", b"\r\n", b"ok\r\n", b"25\r\n", b"2500 ok\r\n", b"25x ok\r\n", b" 250 ok\r\n"),
        *(b"101 no\r\n", b"199 no\r\n", b"600 no\r\n", b"260 no\r\n", b"299 no\r\n", b"560 no\r\n"),
        *(b"250_ok\r\n", b"250.ok\r\n", b"250ok\r\n", b"250 a\rb\r\n", b"250-a\r\n550 b\r\n"),
        *(b"250-a\r\n\r\n250 b\r\n", "٢٥٠ ok\r\n".encode()),
    ],
)
def test_what_is_no_reply(octets: bytes) -> None:
    # RFC 5321 §4.2: Reply-code = %x32-35 %x30-35 %x30-39
    with pytest.raises(WireError):
        parse_reply(octets)


def test_a_wire_error_is_a_connection_error_and_shows_the_octets() -> None:
    with pytest.raises(ConnectionError, match=r"b'HTTP/1.1 400 Bad Request") as error:
        parse_line(b"HTTP/1.1 400 Bad Request\r\n")
    assert isinstance(error.value, WireError)
    assert error.value.raw == b"HTTP/1.1 400 Bad Request\r\n"


@pytest.mark.parametrize(
    ("reply", "octets"),
    [
        (Reply(250, "ok"), b"250 ok\r\n"),
        (Reply(221), b"221 \r\n"),
        (Reply(550, "no\nway", "5.1.1"), b"550-5.1.1 no\r\n550 5.1.1 way\r\n"),
        (Reply(250, "a\rb\0c\x1b[2J\x7f\u00e9\u2028"), b"250 a?b?c?[2J???\r\n"),
    ],
)
def test_reply_to_octets(reply: Reply, octets: bytes) -> None:
    # What a client sent may be quoted, so nothing of it may end a line or move a cursor.
    assert reply.octets == octets


def test_the_sign_of_a_reply() -> None:
    # RFC 5321 §4.2.1: 2yz and 3yz are positive.
    positive = [
        code for code in (200, 250, 334, 399, 400, 450, 500, 559) if Reply(code).is_positive
    ]
    assert positive == [200, 250, 334, 399]


def test_every_reply_of_the_catalogue_has_a_source() -> None:
    for row in rows(Path(protocol.__path__[0]) / "replies.csv"):
        assert "RFC " in row["source"] and "§" in row["source"], row
    for key, reply in catalogue().items():
        assert reply.text.isascii()
        assert not reply.enhanced or reply.enhanced[0] == str(reply.code)[0], key
