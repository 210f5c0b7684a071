"""Only CRLF.CRLF ends a message text, and nothing in clear survives STARTTLS.

RFC 5321 §4.1.1.4 and §2.3.8: a server that took anything else for the end of the data would
read two messages where another one reads a single one.
"""

from itertools import product

import pytest

from smtplesson.protocol.scenario_file import scenario_names
from tests.conftest import DATA, EHLO, MAIL, RCPT, TRANSACTION, codes, in_chunks, started, talk
from tests.fuzz.naive import message

END = b"\r\n.\r\n"
SECOND = b"MAIL FROM:<forged@example.test>\r\n" + RCPT + DATA + b"forged"
# What other servers took for the end, with bare CR and LF, NUL and a blank where none belongs.
TRICKS = [
    *(b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\n.\r", b"\r.\n", b"\r\n.\r", b"\r.\r\n"),
    *(b"\r\n.\r\r\n", b"\r\r\n.\r", b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\0\n.\r\n"),
    *(b"\r\n. \r\n", b"\r\n..\r\n", b"\n\r.\n\r"),
]


def texts(*, alphabet: bytes, longest: int) -> list[bytes]:
    """All mixes of these octets."""
    lengths = range(1, longest + 1)
    return [bytes(mix) for length in lengths for mix in product(alphabet, repeat=length)]


@pytest.mark.parametrize("mix", TRICKS)
@pytest.mark.parametrize("size", [1, 1_000])
def test_a_known_trick_does_not_end_the_text(mix: bytes, size: int) -> None:
    text = b"hello" + mix + SECOND + END
    session = started("example", TRANSACTION)
    assert codes(b"".join(map(session.receive, in_chunks(text, size)))) == [250]
    assert [each.content for each in session.memory.messages] == [message(text)]


@pytest.mark.parametrize("start", [b"", b"hello"])
@pytest.mark.parametrize(("alphabet", "longest"), [(b"\r\n.", 7), (b"\r\n.\0", 5)])
def test_every_mix_of_line_ends_and_dots(start: bytes, alphabet: bytes, longest: int) -> None:
    for mix in texts(alphabet=alphabet, longest=longest):
        text = start + mix + SECOND
        if END in b"\r\n" + text:
            continue  # this one does end, as it should: see below
        session = started("example", TRANSACTION)
        assert talk(session, text + END + b"NOOP\r\n") == [250, 250], mix
        (taken,) = session.memory.messages
        assert taken.content == message(text + END), mix
        assert str(taken.reverse_path) == "sender@remote.example"


def test_the_true_end_does_end_it() -> None:
    for mix in texts(alphabet=b"\r\n.", longest=6):
        text = b"hello" + mix
        if END not in text:
            continue
        session = started("example", TRANSACTION, text)
        first = text.partition(END)[0] + END
        assert session.memory.messages[0].content == message(first), mix


@pytest.mark.parametrize("line", [b"NOOP\n", b"NOOP\n\r\n", b"NOOP\nNOOP\n"])
def test_a_strict_server_takes_no_bare_line_feed(line: bytes) -> None:
    # RFC 5321 §2.3.8
    assert talk("strict", line)[0] == 500


def test_a_bare_carriage_return_is_no_line_end_anywhere() -> None:
    # RFC 5321 §2.3.8
    assert talk("example", b"NOOP\rNOOP\r") == []
    assert talk("example", b"NOOP\rNOOP\r\n") == [500]


@pytest.mark.parametrize("which", [name for name in scenario_names() if name != "busy"])
@pytest.mark.parametrize("cut", ["together", "apart", "half a line"])
def test_nothing_in_clear_survives_starttls(which: str, cut: str) -> None:
    # RFC 3207 §4.2 and §5: what was injected before the handshake is neither answered nor kept.
    session = started(which, number=3)
    injected = {
        "together": [b"STARTTLS\r\nNOOP\r\n" + TRANSACTION + b"forged" + END],
        "apart": [b"STARTTLS\r\n", b"NOOP\r\n", TRANSACTION, b"forged" + END],
        "half a line": [b"STARTTLS\r\nQU", b"I"],
    }[cut]
    session.receive(EHLO)
    assert codes(b"".join(map(session.receive, injected))) == [220]
    session.tls_started()
    assert session.receive(b"") == b""
    assert talk(session, b"T\r\n") == [500]
    assert talk(session, MAIL) == [503]
    assert not session.memory.messages


def test_what_follows_quit_is_not_answered() -> None:
    session = started()
    assert talk(session, b"QUIT\r\nNOOP\r\n" + TRANSACTION) == [221]
    assert session.receive(b"NOOP\r\n") == b""
