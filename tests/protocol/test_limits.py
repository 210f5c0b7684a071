"""Every size of RFC 5321 §4.5.3.1, exact to the octet: n is taken, n + 1 is not."""

import pytest

from tests.conftest import (
    DATA,
    EHLO,
    MAIL,
    RCPT,
    TEXT,
    TRANSACTION,
    in_chunks,
    read_replies,
    started,
    talk,
    toml,
)
from tests.protocol import answer, offering

HELO = b"HELO client.example\r\n"
SMALL = 'users = ["alice"]\n[limits]\nmessage = 1000\nrecipients = 3\n'


def sized(start: bytes, octets: int) -> bytes:
    """A line of so many octets, CRLF included."""
    return start.ljust(octets - 2, b"x") + b"\r\n"


# ---- the command line: 512 octets with verb and CRLF (§4.5.3.1.4), 500 beyond (§4.5.3.1.9)


@pytest.mark.parametrize(
    ("way", "start", "code"),
    [
        *((way, b"NOOP ", 250) for way in (b"", EHLO, EHLO + MAIL, EHLO + MAIL + RCPT)),
        *((b"", verb, code) for verb, code in ((b"HELP ", 214), (b"VRFY ", 550), (b"EXPN ", 550))),
        (b"", b"XYZZY ", 500),
        # Only the MAIL line grows with the extensions, and there are none but after EHLO (§2.2.1).
        (b"", b"MAIL FROM:<a@b.example> X=", 503),
        (EHLO + MAIL, b"RCPT TO:<a@b.example> X=", 555),
        (HELO, b"MAIL FROM:<a@b.example> X=", 501),
        (EHLO + HELO, b"MAIL FROM:<a@b.example> X=", 501),
        # RFC 4954 §4: an AUTH command with its initial response has no more than 512 octets.
        (EHLO, b"AUTH PLAIN ", 501),
    ],
)
def test_command_line(way: bytes, start: bytes, code: int) -> None:
    session = started("example", way)
    short, *long = (
        read_replies(session.receive(sized(start, n)))[0] for n in (512, 513, 514, 2000)
    )
    assert short.code == code
    assert all(each.code == 500 and each.texts != short.texts for each in long)
    assert talk(session, b"NOOP\r\n") == [250]


@pytest.mark.parametrize(
    ("extensions", "limit"),
    [
        ((), 512),
        (("SIZE",), 512 + 26),  # RFC 1870 §3
        (("AUTH",), 512 + 500),  # RFC 4954 §3
        (("SMTPUTF8", "8BITMIME"), 512 + 10),  # RFC 6531 §3.1
        (("SIZE", "AUTH", "SMTPUTF8", "8BITMIME"), 512 + 26 + 500 + 10),
        (("PIPELINING", "8BITMIME", "HELP"), 512),  # RFC 6152 §2: BODY makes nothing longer
    ],
)
def test_mail_line_grows_with_the_extensions_offered(
    extensions: tuple[str, ...], limit: int
) -> None:
    session = started(offering(*extensions), EHLO)
    start = b"MAIL FROM:<a@b.example> X="
    # Within the limit the line is read, and its unknown parameter answered: 555 (§4.1.1.11).
    assert talk(session, sized(start, limit)) == [555]
    assert talk(session, sized(start, limit + 1)) == [500]


def submitter(octets: int) -> bytes:
    """A mailbox as xtext of so many octets, its first letters as hexchars (RFC 4954 §5)."""
    mailbox = f"{'u' * 64}@{domain_of(255 - octets % 2)}"
    coded = (octets - len(mailbox)) // 2
    hexchars = "".join(f"+{ord(letter):02X}" for letter in mailbox[:coded])
    return (hexchars + mailbox[coded:]).encode()


def test_mail_line_of_full_length_is_taken() -> None:
    start = b"mail from:<%s@b.example> BODY=7BIT SIZE=%020d AUTH=" % (b"a" * 64, 5)
    for octets, code in ((1048, 250), (1049, 500)):
        line = start + submitter(octets - len(start) - len(b"\r\n")) + b"\r\n"
        assert len(line) == octets
        assert talk("example", EHLO, line) == [code]


# ---- the text line: 1000 octets with CRLF, a doubled dot not counted (§4.5.3.1.6)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"x" * 998, 250),
        (b"x" * 999, 500),
        (b".." + b"x" * 997, 250),  # 998 octets once the dot is undoubled
        (b".." + b"x" * 998, 500),
        (b"." + b"x" * 998, 250),  # §4.5.2: a single dot is taken off as well
        (b"." + b"x" * 999, 500),
        ("\u00e9" * 499, 250),  # octets, not characters
        ("\u00e9" * 499 + "x", 500),
        (b"x" * 500 + b"\n" + b"x" * 497, 250),  # §2.3.8: a bare LF ends no line
        (b"x" * 500 + b"\n" + b"x" * 498, 500),
        (b"x" * 500 + b"\r" + b"x" * 498, 500),
    ],
)
@pytest.mark.parametrize(("before", "after"), [(b"", b""), (b"a\r\n", b"z\r\n"), (b"\r\n", b"")])
def test_text_line(before: bytes, line: bytes | str, after: bytes, code: int) -> None:
    octets = line if isinstance(line, bytes) else line.encode()
    session = started("example", TRANSACTION)
    assert talk(session, before + octets + b"\r\n" + after + b".\r\n") == [code]
    assert len(session.memory.messages) == (code == 250)
    assert talk(session, MAIL) == [250]


# ---- local-part 64 (§4.5.3.1.1), domain 255 (§4.5.3.1.2), path 256 with brackets (§4.5.3.1.3)


@pytest.mark.parametrize(
    ("local", "fits"),
    [
        ("u" * 64, True),
        ("u" * 65, False),
        (".".join("u" * 22), True),  # 43 octets
        (f'"{"u" * 62}"', True),  # as written, quotes included
        (f'"{"u" * 63}"', False),
    ],
)
def test_local_part(local: str, fits: bool) -> None:
    mail = f"MAIL FROM:<{local}@b.example>\r\n".encode()
    rcpt = f"RCPT TO:<{local}@example.test>\r\n".encode()
    assert talk("example", EHLO, mail) == [250 if fits else 501]
    assert talk("example", EHLO + MAIL, rcpt) == [550 if fits else 501]


def domain_of(octets: int) -> str:
    """A domain name of so many octets, labels of 63 (RFC 1035 §2.3.4)."""
    name = ".".join(["d" * 63] * 5)[:octets]
    return name.removesuffix(".") + "d" * name.endswith(".")


def test_domain() -> None:
    for octets, hello, question in ((255, 250, 252), (256, 501, 501)):
        name = domain_of(octets)
        assert len(name) == octets
        assert talk("example", f"EHLO {name}\r\n".encode()) == [hello]
        assert talk("example", f"HELO {name}\r\n".encode()) == [hello]
        assert talk("example", f"VRFY a@{name}\r\n".encode()) == [question]


@pytest.mark.parametrize(("octets", "mail", "rcpt"), [(256, 250, 550), (257, 501, 501)])
@pytest.mark.parametrize("route", ["", "@relay.example:", "@r1.example,@r2.example:"])
def test_path(octets: int, mail: int, rcpt: int, route: str) -> None:
    local = f"<{route}{'u' * 60}@"
    path = local + domain_of(octets - len(local) - 1) + ">"
    assert len(path) == octets
    assert talk("example", EHLO, f"MAIL FROM:{path}\r\n".encode()) == [mail]
    assert talk("example", EHLO + MAIL, f"RCPT TO:{path}\r\n".encode()) == [rcpt]


# ---- recipients (§4.5.3.1.8, §4.5.3.1.10)


def test_one_recipient_too_many() -> None:
    session = started(toml(SMALL))
    # A refused recipient takes no place.
    assert talk(session, EHLO + MAIL, b"RCPT TO:<nobody@example.test>\r\n" * 5) == [550] * 5
    assert talk(session, RCPT * 3) == [250] * 3
    assert answer(session, RCPT) == (452, "4.5.3")
    # Those accepted stay; the rest goes in a new transaction.
    assert talk(session, DATA, TEXT) == [250]
    assert len(session.memory.messages[0].recipients) == 3
    assert talk(session, MAIL, RCPT) == [250]


def test_a_hundred_recipients_are_always_taken() -> None:
    # §4.5.3.1.8: at least 100.
    assert talk(toml('users = ["alice"]'), EHLO + MAIL, RCPT * 101) == [250] * 100 + [452]


# ---- the message (§4.5.3.1.7; RFC 1870)


def text_of(octets: int) -> bytes:
    """A text of so many octets, CRLFs counted."""
    lines = b"".join([b"x" * 98 + b"\r\n"] * (octets // 100 - 1))
    return lines + b"x" * (octets - len(lines) - 2) + b"\r\n"


@pytest.mark.parametrize("extension", ["PIPELINING", "SIZE"])
def test_real_size(extension: str) -> None:
    # RFC 1870 §5: CRLFs count, the final dot does not; §6.3 and RFC 5321 §4.5.3.1.9: 552 beyond.
    session = started(toml(f'extensions = ["{extension}", "ENHANCEDSTATUSCODES"]\n' + SMALL), EHLO)
    for octets, code, status in ((1000, 250, "2.6.0"), (1001, 552, "5.3.4"), (1000, 250, "2.6.0")):
        text = text_of(octets)
        assert len(text) == octets
        assert answer(session, MAIL + RCPT + DATA, text + b".\r\n") == (code, status)
    assert [len(message.content) for message in session.memory.messages] == [1000, 1000]


@pytest.mark.parametrize(("dots", "code"), [(333, 250), (334, 552)])
def test_doubled_dots_do_not_count(dots: int, code: int) -> None:
    # RFC 1870 §5. Lines of a single dot are the worst case: 3 octets each, 4 on the wire.
    session = started(toml(SMALL), TRANSACTION)
    assert talk(session, b"..\r\n" * dots + b".\r\n") == [code]
    assert [message.content for message in session.memory.messages] == (
        [b".\r\n" * dots] if code == 250 else []
    )


def test_a_message_of_nothing_but_dots_may_arrive_in_pieces() -> None:
    # A third of what is on the wire does not count, and must not be taken for too much either.
    session = started(toml('users = ["alice"]\n[limits]\nmessage = 30_000'), TRANSACTION)
    for piece in in_chunks(b"..\r\n" * 10_000, 999):
        assert session.receive(piece) == b""
    assert talk(session, b".\r\n") == [250]
    assert session.memory.messages[0].content == b".\r\n" * 10_000


@pytest.mark.parametrize("octets", [2_000, 20_000, 200_000])
def test_far_too_much(octets: int) -> None:
    session = started(toml(SMALL), TRANSACTION)
    assert session.receive(text_of(octets)) == b""
    assert talk(session, b".\r\n") == [552]
    assert talk(session, MAIL + RCPT + DATA, b"small\r\n.\r\n") == [250]
    assert [message.content for message in session.memory.messages] == [b"small\r\n"]


@pytest.mark.parametrize(("size", "code", "status"), [(1000, 250, "2.1.0"), (1001, 552, "5.3.4")])
def test_declared_size(size: int, code: int, status: str) -> None:
    # RFC 1870 §6.1
    session = started(toml(SMALL))
    assert b"SIZE 1000\r\n" in session.receive(EHLO)
    mail = f"MAIL FROM:<a@b.example> SIZE={size}\r\n".encode()
    assert answer(session, mail) == (code, status)


def test_a_modest_declaration_does_not_raise_the_limit() -> None:
    # RFC 1870 §6.3: the real size is what counts.
    session = started(toml(SMALL), EHLO + b"MAIL FROM:<a@b.example> SIZE=10\r\n" + RCPT + DATA)
    assert talk(session, text_of(1001) + b".\r\n") == [552]


# ---- the reply line: 512 octets with code and CRLF (§4.5.3.1.5); longer ones are split


@pytest.mark.parametrize(
    ("start", "length", "pieces"),
    [
        ("250 ", 506, 1),
        ("250 ", 507, 2),
        ("250 2.0.0 ", 500, 1),
        ("250 2.0.0 ", 501, 2),
        ("550 5.7.509 ", 498, 1),
        ("550 5.7.509 ", 499, 2),
        ("250 2.0.0 ", 5_000, 10),
        ("250 2.0.0 ", 5_001, 11),
    ],
)
def test_reply_line(start: str, length: int, pieces: int) -> None:
    text = ("0123456789" * 1000)[:length]
    extensions = "" if start[4:] else "extensions = []\n"  # without, no enhanced code is added
    chatty = toml(f'{extensions}[[rule]]\nat = "NOOP"\nreply = "{start}{text}"')
    octets = started(chatty).receive(b"NOOP\r\n")
    (reply,) = read_replies(octets)  # it also looks at the length of each line
    assert len(reply.texts) == pieces
    status = start[4:]
    assert all(piece.startswith(status.encode()) for piece in reply.texts)
    assert b"".join(piece.removeprefix(status.encode()) for piece in reply.texts).decode() == text
    assert max(map(len, octets.splitlines(keepends=True))) == min(512, length + len(start) + 2)


def test_each_line_of_a_long_reply_is_split_by_itself() -> None:
    chatty = toml(
        f'extensions = []\n[[rule]]\nat = "NOOP"\nreply = """250 {"a" * 600}\n{"b" * 600}"""'
    )
    (reply,) = read_replies(started(chatty).receive(b"NOOP\r\n"))
    assert [set(text.decode()) for text in reply.texts] == [{"a"}, {"a"}, {"b"}, {"b"}]


# ---- the line of an authentication exchange: 12288 octets (RFC 4954 §4), 500 5.5.6 beyond


def test_authentication_line() -> None:
    session = started()
    for octets, code, status in ((12_288, 501, "5.5.2"), (12_289, 500, "5.5.6")):
        assert talk(session, EHLO, b"AUTH PLAIN\r\n") == [334]
        assert answer(session, sized(b"", octets)) == (code, status)  # 12286 letters: no base64
        assert talk(session, b"NOOP\r\n") == [250]


def test_a_long_but_right_response_is_read() -> None:
    session = started("example", EHLO + b"AUTH PLAIN\r\n")
    assert talk(session, b"A" * 12_284 + b"\r\n") == [535]
