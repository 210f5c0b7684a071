"""Only CRLF.CRLF ends a message text, and nothing in clear survives STARTTLS.

RFC 5321 §4.1.1.4 and §2.3.8: a server that took anything else for the end of the data would
read two messages where another one reads a single one.
"""

from itertools import product

import pytest

from smtplesson.protocol.scenario_file import scenario_names
from smtplesson.protocol.session import Session
from tests.conftest import DATA, EHLO, MAIL, RCPT, TRANSACTION, codes, in_chunks, started, talk

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
    letters = [bytes([octet]) for octet in alphabet]
    return [
        b"".join(mix) for length in range(1, longest + 1) for mix in product(letters, repeat=length)
    ]


def content_of(text: bytes) -> bytes:
    """The message in a text, by RFC 5321 §4.5.2: of each line one leading dot is taken off."""
    return b"\r\n".join(line[line.startswith(b".") :] for line in text.split(b"\r\n"))


def delivered(text: bytes) -> tuple[list[int], Session]:
    """The codes that a text with its end draws, NOOP behind it included."""
    session = started("example", TRANSACTION)
    return codes(session.receive(text + END + b"NOOP\r\n")), session


@pytest.mark.parametrize("mix", TRICKS)
@pytest.mark.parametrize("size", [0, 1])
def test_a_known_trick_does_not_end_the_text(mix: bytes, size: int) -> None:
    text = b"hello" + mix + SECOND
    session = started("example", TRANSACTION)
    pieces = in_chunks(text + END, size) if size else [text + END]
    assert codes(b"".join(map(session.receive, pieces))) == [250]
    assert [message.content for message in session.memory.messages] == [content_of(text) + b"\r\n"]


@pytest.mark.parametrize("start", [b"", b"hello"])
@pytest.mark.parametrize(("alphabet", "longest"), [(b"\r\n.", 7), (b"\r\n.\0", 5)])
def test_every_mix_of_line_ends_and_dots(start: bytes, alphabet: bytes, longest: int) -> None:
    for mix in texts(alphabet=alphabet, longest=longest):
        text = start + mix + SECOND
        if END in b"\r\n" + text:
            continue  # this one does end, as it should: see below
        answered, session = delivered(text)
        assert answered == [250, 250], mix
        (message,) = session.memory.messages
        assert message.content == content_of(text) + b"\r\n", mix
        assert str(message.reverse_path) == "sender@remote.example"


def test_the_true_end_does_end_it() -> None:
    for mix in texts(alphabet=b"\r\n.", longest=6):
        text = b"hello" + mix
        if END not in text:
            continue
        session = started("example", TRANSACTION)
        session.receive(text)
        first = text.partition(END)[0] + b"\r\n"
        assert session.memory.messages[0].content == content_of(first), mix


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
