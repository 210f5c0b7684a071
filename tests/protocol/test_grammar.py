"""Arguments by the grammar of RFC 5321 §4.1: what is taken, what is refused and how."""

from pathlib import Path
from string import ascii_letters, digits

import pytest

from smtplesson.protocol.address import AddressError, Mailbox, parse_path
from tests.cases import rows
from tests.conftest import DATA, EHLO, MAIL, RCPT, TEXT, read_replies, started, talk, toml

GRAMMAR = [
    (row["kind"], row["text"], int(row["code"]), row["source"])
    for row in rows(Path(__file__).with_name("rfc5321_grammar.csv"))
]
# What a CSV file shows badly.
GRAMMAR += [
    ("bad path", '<"a\x01b"@c.example>', 501, "§4.1.2: qtextSMTP begins at the space"),
    ("bad path", "<a\x00b@c.example>", 501, "§4.1.2: no NUL"),
    ("bad path", "<a\tb@c.example>", 501, "§4.1.2: no tab"),
    ("bad path", "<a\rb@c.example>", 501, "§2.3.8: no bare CR"),
    ("parameters", "SIZE=\u0665", 501, "RFC 1870 §3: ASCII digits"),
]
# What comes before a case of each kind, and how it is said.
SAID = {
    "path": [(EHLO, "MAIL FROM:{}")],
    "bad path": [(EHLO, "MAIL FROM:{}"), (EHLO + MAIL, "RCPT TO:{}")],
    "parameters": [(EHLO, "MAIL FROM:<a@b.example> {}")],
    "recipient": [(EHLO + MAIL, "RCPT TO:{}")],
    "client": [(b"", "EHLO {}"), (b"", "HELO {}")],
    "line": [(b"", "{}")],
    "greeted": [(EHLO, "{}")],
    "sender": [(EHLO + MAIL, "{}")],
}
# RFC 5890 §2.3.2.1: the labels that IDNA allows, by the tables of RFC 5892.
U_LABELS = [
    "b\u00fcro.example",
    "B\u00dcRO.example",  # RFC 5321 §2.4: a domain has no case
    "stra\u00dfe.example",  # RFC 5892 §2.6: allowed, as is the final sigma
    "\u03c0\u03cc\u03bb\u03b9\u03c2.example",
    "\u4f8b\u3048.\u30c6\u30b9\u30c8",
    "\u0645\u062b\u0627\u0644.example",
    "paral\u00b7lel.example",  # RFC 5892 Appendix A.3
    "\u0915\u094d\u200d\u0937.example",  # RFC 5892 Appendix A.2: a joiner after a virama
    "b\u00fcro-2.example",
    "\u00fc" * 57 + ".example",  # its A-label has 63 octets
]
NO_U_LABELS = [
    *(f"exam{char}ple.example" for char in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2028"),
    *(f"exam{char}ple.example" for char in "\u0080\u00a0\u3000\ue000\U0001f600\u2122\u2010\u0378"),
    "\u212a.example",  # RFC 5892 §2.2: a compatibility form of k
    "\uff45xample.test",  # RFC 5892 §2.2: a compatibility form
    "bu\u0308ro.example",  # RFC 5890 §2.3.2.1: not in NFC
    "a\u3002example",  # an ideographic full stop is none in the protocol
    "\u0301a.example",  # RFC 5891 §4.2.3.2: no leading mark
    "-\u00fc.example",  # RFC 5891 §4.2.3.1
    "\u00fc-.example",
    "ab--\u00fc.example",
    "\u0645\u0640\u062b.example",  # RFC 5892 §2.6: tatweel only fills a line
    "\u00fc_a.example",  # RFC 5321 §4.1.2: no underscore in any label
    "\u00fc" * 58 + ".example",  # its A-label has 64 octets
    "\u00fc..example",
]


@pytest.mark.parametrize(("kind", "text", "code", "source"), GRAMMAR)
def test_the_grammar(kind: str, text: str, code: int, source: str) -> None:
    for way, line in SAID[kind]:
        session = started("example", way)
        (reply,) = read_replies(session.receive(f"{line.format(text)}\r\n".encode()))
        assert reply.code == code, source
        if kind == "bad path":
            # RFC 3463 §3.2: X.1.3 is the recipient's syntax, X.1.7 the sender's; X.5.4 any
            # argument's.
            path = "5.1.7" if line.startswith("MAIL") else "5.1.3"
            assert reply.statuses[0] in (path, "5.5.4"), source


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        # RFC 5322 §3.2.3: atext besides letters and digits; and the dot, which joins two atoms.
        ("<a{}b@c.example>", "!#$%&'*+-/=?^_`{|}~." + ascii_letters + digits),
        # RFC 5321 §4.1.2: qtextSMTP, and the backslash, which makes a quoted-pair of what follows.
        ('<"a{}b"@c.example>', " !#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" + ascii_letters + digits),
    ],
)
def test_a_local_part_octet_by_octet(path: str, taken: str) -> None:
    for octet in range(128):
        char = chr(octet)
        try:
            parse_path(path.format(char))
        except AddressError:
            assert char not in taken, octet
        else:
            assert char in taken, octet


@pytest.mark.parametrize("parameter", ["SIZE=5", "FOO", "SMTPUTF8"])
def test_parameters_need_ehlo(parameter: str) -> None:
    # RFC 5321 §2.2.1: HELO negotiates no extension, so there is none that could have parameters.
    hello = b"HELO client.example\r\n"
    mail = f"MAIL FROM:<a@b.example> {parameter}\r\n".encode()
    rcpt = f"RCPT TO:<alice@example.test> {parameter}\r\n".encode()
    assert talk("example", hello, mail) == talk("example", hello + MAIL, rcpt) == [501]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("MAIL  FROM:<a@b.example>", 250),
        ("MAIL FROM:  <a@b.example>", 250),
        ("MAIL FROM:<a@b.example>   SIZE=5  BODY=7BIT", 250),
        ('MAIL FROM:<"a  b"@c.example>', 250),  # no extra space: it belongs to the name
        ("MAIL FROM:<a  b@c.example>", 501),
        ("MAIL FROM:<a@b.example>\tSIZE=5", 501),  # §4.1.2: SP, and not a tab
        ("AUTH  PLAIN  AGFsaWNlAHdvbmRlcmxhbmQ=", 235),
        ("VRFY  alice", 252),
        ("XYZZY  a", 500),
    ],
)
def test_extra_space_is_tolerated_or_not(line: str, code: int) -> None:
    octets = f"{line}\r\n".encode()
    assert talk("example", EHLO, octets) == [code]
    strict = toml('accounts = { alice = "wonderland" }')
    assert talk(strict, EHLO, octets) == [code if '"' in line or code == 500 else 501]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('MAIL FROM:<"\u00e4 \u4e2d"@b.example> SMTPUTF8', 250),
        *((f"MAIL FROM:<a@{name}> SMTPUTF8", 250) for name in U_LABELS),
        *((f"MAIL FROM:<a@{name}> SMTPUTF8", 501) for name in NO_U_LABELS),
    ],
)
def test_non_ascii_senders(line: str, code: int) -> None:
    # RFC 6531 §3.3 (the grammar) and §3.5 (the code without SMTPUTF8).
    assert talk("example", EHLO, f"{line}\r\n".encode()) == [code]


def test_non_ascii_recipients_with_smtputf8() -> None:
    mail = b"MAIL FROM:<a@b.example> SMTPUTF8\r\n"
    assert talk("example", EHLO + mail, "RCPT TO:<ä@example.test>\r\n".encode()) == [550]


@pytest.mark.parametrize(
    "line",
    [
        b"MAIL FROM:<\xff@b.example>",
        b"MAIL FROM:<\xff@b.example> SMTPUTF8",
        b"MAIL FROM:<a@\xe4.example> SMTPUTF8",
        b"MAIL FROM:<a@b.example> SMTPUTF8 AUTH=\xc3",
        b"EHLO \xff.example",
        b"VRFY \xff@b.example",
        b"VRFY \xff",
        b"EXPN \xff SMTPUTF8",
        b"VRFY <\xed\xa0\x80@b.example>",  # a surrogate is no UTF-8 (RFC 3629 §3)
    ],
)
def test_octets_that_are_no_utf8_are_a_syntax_error(line: bytes) -> None:
    # RFC 6531 §3.3 allows UTF-8 and nothing else.
    assert talk("example", EHLO, line + b"\r\n") == [501]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"a b"@c.example', '"a b"@c.example'),
        (r'"a\"b\\"@c.example', r'"a\"b\\"@c.example'),
        ('""@c.example', '""@c.example'),
        ('"a@b"@c.example', '"a@b"@c.example'),
        ('".a"@c.example', '".a"@c.example'),
        ('"a.b"@c.example', "a.b@c.example"),  # the minimum of quotes
        (r'"\a"@c.example', "a@c.example"),
        ("a+b@c.example", "a+b@c.example"),
        ("", ""),
    ],
)
def test_a_mailbox_is_shown_as_it_may_be_sent(written: str, said: str) -> None:
    # RFC 5321 §4.1.2: what needs quotes has them, and what does not is sent without.
    assert str(parse_path(f"<{written}>")[0]) == said
    answer = started().receive(EHLO + f"MAIL FROM:<{written}>\r\n".encode())
    assert answer.endswith(f"250 2.1.0 Sender <{said}> accepted\r\n".encode())
    quoted = started().receive(EHLO + MAIL + f"RCPT TO:<{written}>\r\n".encode())
    assert not said or f"<{said}>".encode() in quoted


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("<>", Mailbox("", "")),
        ("<a@b.example>", Mailbox("a", "b.example")),
        (r'<"a\"b c"@d.example>', Mailbox('a"b c', "d.example")),
        ("<@relay.example:a@b.example>", Mailbox("a", "b.example")),
        ("<a@[IPv6:2001:db8::1]>", Mailbox("a", "[IPv6:2001:db8::1]")),
    ],
)
def test_what_is_stored_of_a_path(path: str, stored: Mailbox) -> None:
    # RFC 5321 §4.1.2: quotes are notation; Appendix C: the route is dropped.
    session = started()
    mail = f"MAIL FROM:{path}\r\n".encode()
    assert talk(session, EHLO, mail + RCPT + DATA + TEXT) == [250, 250, 354, 250]
    (message,) = session.memory.messages
    assert message.reverse_path == stored
    assert message.recipients == (Mailbox("alice", "example.test"),)
    assert message.content == TEXT.removesuffix(b".\r\n")


@pytest.mark.parametrize(("verb", "code"), [("DATA", 354), ("RSET", 250), ("QUIT", 221)])
def test_trailing_white_space_is_ignored(verb: str, code: int) -> None:
    # RFC 5321 §4.1.1: receivers should tolerate it.
    assert talk("example", EHLO + MAIL + RCPT, f"{verb} \t \r\n".encode()) == [code]
