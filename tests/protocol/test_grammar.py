"""Arguments by the grammar of RFC 5321 §4.1: what is taken, what is refused and how."""

import pytest

from smtplesson.protocol.address import Mailbox, parse_path
from tests.conftest import DATA, EHLO, MAIL, RCPT, TEXT, read_replies, started, talk, toml

GOOD_PATHS = [
    ("<>", "§4.1.1.2 and §4.5.5: the null reverse-path"),
    ("<a@b.example>", "§4.1.2: Dot-string and Domain"),
    ("<a@localhost>", "§4.1.2: a Domain may have one label"),
    ("<a.b.c@d.example>", "§4.1.2: Dot-string"),
    ("<!#$%&'*+-/=?^_`{|}~@b.example>", "RFC 5322 §3.2.3: all of atext"),
    ("<1@3com.example>", "§4.1.2: Let-dig comes first, so a digit may"),
    ("<a@b-c.xn--bcher-kva.example>", "§4.1.2: hyphens inside a label"),
    ("<a@192.0.2.1>", "§4.1.2: digits and dots are a Domain too"),
    ('<"a b"@c.example>', "§4.1.2: a space in a Quoted-string"),
    ('<"a@b"@c.example>', "§4.1.2: an at sign in a Quoted-string"),
    ('<"a>b"@c.example>', "§4.1.2: a bracket in a Quoted-string"),
    (r'<"a\"b"@c.example>', "§4.1.2: quoted-pairSMTP"),
    (r'<"a\\"@c.example>', "§4.1.2: quoted-pairSMTP before the closing quote"),
    ('<""@c.example>', "§4.1.2: a Quoted-string may be empty"),
    ('<"..a"@c.example>', "§4.1.2: dots are free in a Quoted-string"),
    ("<@relay.example:a@b.example>", "§4.1.2 and Appendix C: a source route is taken"),
    ("<@r1.example,@r2.example:a@b.example>", "§4.1.2 and Appendix C: of several hops"),
    ("<a@[192.0.2.1]>", "§4.1.3: IPv4-address-literal"),
    ("<a@[255.255.255.255]>", "§4.1.3: Snum up to 255"),
    ("<a@[IPv6:2001:db8::1]>", "§4.1.3: IPv6-comp"),
    ("<a@[IPv6:2001:db8:0:0:0:0:0:1]>", "§4.1.3: IPv6-full"),
    ("<a@[IPv6:::ffff:192.0.2.1]>", "§4.1.3: IPv6v4-comp"),
    ("<a@[ipv6:2001:db8::1]>", "RFC 5234 §2.3: a text of the grammar has no case"),
    ("<a@[x400:c=us]>", "§4.1.3: General-address-literal"),
    ("<a@[IPv6:1:2:3:4:5:6::]>", "§4.1.3: '::' for two groups"),
    ("<a@[IPv6:::3:4:5:6:7:8]>", "§4.1.3: '::' for two groups"),
    ("<a@[IPv6:::]>", "§4.1.3: '::' for all of them"),
    ("<a@[IPv6:1:2:3:4::192.0.2.1]>", "§4.1.3: IPv6v4-comp with four groups"),
    ("<a@[IPv6:1:2:3:4:5:6:192.0.2.01]>", "§4.1.3: IPv6v4-full, Snum of up to three digits"),
    (f"<a@{'d' * 63}.example>", "RFC 1035 §2.3.4: a label of 63 octets"),
    (f"<@{'d' * 63}.example:a@b.example>", "RFC 1035 §2.3.4"),
]
BAD_PATHS = [
    ("a@b.example", "§4.1.2: a Path has angle brackets"),
    ("<a@b.example", "§4.1.2: and both of them"),
    ("a@b.example>", "§4.1.2: and both of them"),
    ("<a@b.example>c", "§4.1.1.2: a space comes before parameters"),
    ("<a@b.example>SIZE=5", "§4.1.1.2: a space comes before parameters"),
    ("<<a@b.example>>", "§4.1.2: only one pair"),
    ("<a>", "§4.1.2: a Mailbox has a domain"),
    ("<@b.example>", "§4.1.2: a Mailbox has a local-part"),
    ("<a@>", "§4.1.2: a Domain is not empty"),
    ("<a@b@c.example>", "§4.1.2: an at sign is no atext"),
    ("<.a@b.example>", "§4.1.2: Dot-string does not begin with a dot"),
    ("<a.@b.example>", "§4.1.2: nor end with one"),
    ("<a..b@c.example>", "§4.1.2: nor have two in a row"),
    ("<a b@c.example>", "§4.1.2: a space only in quotes"),
    ("< a@b.example>", "§4.1.2: no space inside the brackets"),
    ("<a(b)@c.example>", "§4.1.2: no comments"),
    ("<a,b@c.example>", "RFC 5322 §3.2.3: a comma is no atext"),
    ('<"a@b.example>', "§4.1.2: a quote is closed"),
    ('<"a"b@c.example>', "§4.1.2: quoted or not, nothing in between"),
    ('<"a"."b"@c.example>', "§4.1.2: one Quoted-string is the whole local-part"),
    ('<a"b@c.example>', "§4.1.2: a quote is no atext"),
    ('<"a\x01b"@c.example>', "§4.1.2: qtextSMTP begins at the space"),
    ("<a\x00b@c.example>", "§4.1.2: no NUL"),
    ("<a\tb@c.example>", "§4.1.2: no tab"),
    ("<a\rb@c.example>", "§2.3.8: no bare CR"),
    ("<a@-b.example>", "§4.1.2: a label does not begin with a hyphen"),
    ("<a@b-.example>", "§4.1.2: nor end with one"),
    ("<a@b..example>", "§4.1.2: a label is not empty"),
    ("<a@.b.example>", "§4.1.2: a label is not empty"),
    ("<a@b.example.>", "§4.1.2 and §2.3.5: no dot at the end"),
    ("<a@b_c.example>", "§4.1.2: an underscore is not in Let-dig"),
    ("<a@b c.example>", "§4.1.2: no space in a Domain"),
    ("<a@[256.0.0.1]>", "§4.1.3: Snum up to 255"),
    ("<a@[192.0.2]>", "§4.1.3: four numbers"),
    ("<a@[192.0.2.1>", "§4.1.3: a literal is closed"),
    ("<a@[192.0.2.0001]>", "§4.1.3: Snum has at most three digits"),
    ("<a@[]>", "§4.1.3: a literal is not empty"),
    ("<a@[b.example]>", "§4.1.3: a literal is no name"),
    ("<a@[IPv6:192.0.2.1]>", "§4.1.3: not an IPv6 address"),
    ("<a@[IPv6:2001:db8::1::2]>", "§4.1.3: one '::' only"),
    ("<a@[IPv6:fe80::1%eth0]>", "§4.1.3: no zone"),
    ("<a@[IPv6:1:2:3:4:5:6:7::]>", "§4.1.3: '::' stands for two groups at least"),
    ("<a@[IPv6:::2:3:4:5:6:7:8]>", "§4.1.3: '::' stands for two groups at least"),
    ("<a@[IPv6:1:2:3::5:6:7:8]>", "§4.1.3: '::' stands for two groups at least"),
    ("<a@[IPv6:1:2:3:4::5:6:7:8]>", "§4.1.3: '::' stands for two groups at least"),
    ("<a@[IPv6:1:2:3:4:5::192.0.2.1]>", "§4.1.3: not more than four groups beside it"),
    ("<a@[IPv6:1:2:3:4:5:6:7]>", "§4.1.3: eight groups"),
    ("<a@[IPv6:1:2:3:4:5:6:7:8:9]>", "§4.1.3: eight groups"),
    ("<a@[IPv6:1::2:]>", "§4.1.3: a group is not empty"),
    ("<a@[IPv6::::1]>", "§4.1.3: a group is not empty"),
    ("<a@[IPv6:12345::]>", "§4.1.3: at most four digits"),
    ("<a@[IPv6:::g]>", "§4.1.3: HEXDIG"),
    ("<a@[IPv6:::192.0.2.256]>", "§4.1.3: Snum up to 255"),
    (f"<a@{'d' * 64}.example>", "RFC 1035 §2.3.4: a label of 64 octets"),
    (f"<a@b.{'d' * 64}>", "RFC 1035 §2.3.4"),
    (f"<@{'d' * 64}.example:a@b.example>", "RFC 1035 §2.3.4"),
    ("<a@[x400:a b]>", "§4.1.3: dcontent has no space"),
    ("<@relay.example>", "§4.1.2: a route is followed by a mailbox"),
    ("<@relay.example:>", "§4.1.2: a route is followed by a mailbox"),
    ("<@relay.example a@b.example>", "§4.1.2: a colon ends the route"),
    ("<@r1.example,r2.example:a@b.example>", "§4.1.2: At-domain"),
    ("<@-.example:a@b.example>", "§4.1.2: At-domain has a Domain"),
]
PARAMETERS = [
    ("SIZE=0", 250, "RFC 1870 §3"),
    ("SIZE=51200", 250, "RFC 1870 §3: the limit itself"),
    ("SIZE=00000000000000051200", 250, "RFC 1870 §3: twenty digits"),
    ("size=5 body=8bitmime", 250, "§2.4: keywords without case"),
    ("BODY=7BIT", 250, "RFC 6152 §2"),
    ("SMTPUTF8 BODY=8BITMIME SIZE=5", 250, "RFC 6531 §3.4"),
    ("AUTH=<>", 250, "RFC 4954 §5"),
    ("AUTH=e+3Dmc2@example.com", 250, "RFC 4954 §5"),
    ("SIZE=51201", 552, "RFC 1870 §6.1: the declared size is over the limit"),
    ("SIZE", 501, "RFC 1870 §3: a value is needed"),
    ("SIZE=", 501, "§4.1.2: a value is not empty"),
    ("SIZE=many", 501, "RFC 1870 §3: digits"),
    ("SIZE=-1", 501, "RFC 1870 §3: digits"),
    ("SIZE=000000000000000051200", 501, "RFC 1870 §3: at most twenty digits"),
    ("SIZE=\u0665", 501, "RFC 1870 §3: ASCII digits"),
    ("SIZE=5 SIZE=6", 250, "RFC 1870 §3 does not forbid it, and real servers take it"),
    ("SIZE=5 SIZE=51201", 552, "RFC 1870 §6.1: the largest counts"),
    ("SIZE=51201 SIZE=5", 552, "RFC 1870 §6.1: the largest counts"),
    ("SIZE=x SIZE=5", 501, "RFC 1870 §3: each has digits"),
    ("SMTPUTF8 SIZE=5 SMTPUTF8", 250, "RFC 6531 §3.1: said twice it means the same"),
    ("BODY=7BIT SIZE=5 BODY=7BIT", 501, "RFC 6152 §3: only one BODY"),
    ("SIZE=5  BODY=7BIT", 250, "this server tolerates an extra space"),
    ("SIZE=5=6", 501, "§4.1.2: no '=' in a value"),
    ("=5", 501, "§4.1.2: a keyword is not empty"),
    ("-X=5", 501, "§4.1.2: a keyword begins with a letter or digit"),
    ("X_Y=5", 501, "§4.1.2: no underscore in a keyword"),
    ("BODY=9BIT", 501, "RFC 6152 §2"),
    ("BODY", 501, "RFC 6152 §2: a value is needed"),
    ("SMTPUTF8=yes", 501, "RFC 6531 §3.4: no value"),
    ("AUTH", 501, "RFC 4954 §5: a value is needed"),
    ("AUTH=+3C+3E", 250, "RFC 4954 §8: the decoded form is <>"),
    ("AUTH=+22a+20b+22@example.com", 250, "RFC 4954 §8: a mailbox with a quoted local-part"),
    ("AUTH=+C3+A4@example.com", 250, "RFC 6531 §3.3: a mailbox; RFC 4954 §8: octets as hexchar"),
    ("AUTH=+", 501, "RFC 3461 §4: hexchar has two digits"),
    ("AUTH=hey+A", 501, "RFC 3461 §4: hexchar has two digits"),
    ("AUTH=a+GGb@example.com", 501, "RFC 3461 §4: hexadecimal ones"),
    ("AUTH=+3c", 501, "RFC 3461 §4: in upper case; RFC 4954 §8: neither a mailbox nor <>"),
    ("AUTH=e+3dmc2@example.com", 501, "RFC 4954 §5, RFC 3461 §4: in upper case"),
    ("AUTH=+3C", 501, "RFC 4954 §8: neither a mailbox nor <>"),
    ("AUTH=alice", 501, "RFC 4954 §8: a mailbox has a domain"),
    ("AUTH=<a@example.com>", 501, "RFC 4954 §8: a mailbox has no brackets"),
    ("AUTH=+80@example.com", 501, "RFC 6531 §3.3: no UTF-8"),
    ("AUTH=a+0D+0Ab@example.com", 501, "RFC 5321 §4.1.2: no control characters"),
    ("AUTH=\u00e4@example.com SMTPUTF8", 501, "RFC 4954 §8: non-ASCII as hexchar only"),
    ("FOO", 555, "§4.1.1.11: an unknown parameter"),
    ("RET=HDRS", 555, "§4.1.1.11: the DSN extension is not offered"),
    ("SIZE=5 FOO=1", 555, "§4.1.1.11: one unknown is enough"),
]
RECIPIENTS = [
    ("<alice@example.test>", 250, "§3.3"),
    ("<ALICE@EXAMPLE.TEST>", 250, "§2.4: a domain has no case; local-parts as this host likes"),
    ("<Postmaster>", 250, "§4.1.1.3 and §4.5.1: without a domain, in any case"),
    ("<postMASTER@example.test>", 250, "§4.5.1"),
    ('<"alice"@example.test>', 250, "§4.1.2: quoted or not, the same mailbox"),
    (r'<"al\ice"@example.test>', 250, "§4.1.2: a needless backslash changes nothing"),
    ("<@relay.example:alice@example.test>", 250, "Appendix C: the route is ignored"),
    ("<>", 501, "§4.1.1.3: a forward-path is a Path, and no Path is empty"),
    ("<alice>", 501, "§4.1.1.3: only Postmaster needs no domain"),
    ("<nobody@example.test>", 550, "§3.3: no such mailbox"),
    ("<alice+news@example.test>", 250, "RFC 5233 §1: a detail behind a user"),
    ("<ALICE+a+b@example.test>", 250, "RFC 5233 §1: the first separator"),
    ('<"alice+a b"@example.test>', 250, "RFC 5233 §1, quoted"),
    ("<bob+news@example.test>", 452, "RFC 5233 §1: bob's mailbox is full under each name"),
    ("<nobody+news@example.test>", 550, "§3.3: no such user"),
    ("<+news@example.test>", 550, "§3.3: no user at all"),
    ("<alice+news@elsewhere.example>", 550, "§3.6.2: another host's"),
    ("<alice@elsewhere.example>", 550, "§3.6.2: relaying may be refused"),
    ("<alice@example.test.elsewhere.example>", 550, "§3.6.2: another domain"),
    ('<"alice@example.test"@elsewhere.example>', 550, "§3.6.2: the last at sign counts"),
    ("<alice@example.test> NOTIFY=NEVER", 555, "§4.1.1.11: unknown here"),
    ("<alice@example.test> SIZE=5", 555, "RFC 1870 §3: SIZE belongs to MAIL"),
    ("<alice@example.test> =", 501, "§4.1.2: a keyword is not empty"),
    ("<\u00e4lice@example.test>", 553, "RFC 6531 §3.5: non-ASCII without SMTPUTF8"),
]
NAMES = [
    ("client.example", 250, "§4.1.1.1: a Domain"),
    ("localhost", 250, "§4.1.2: one label"),
    ("[192.0.2.1]", 250, "§4.1.1.1 and §4.1.3: an address literal"),
    ("[IPv6:2001:db8::1]", 250, "§4.1.3"),
    ("192.0.2.1", 250, "§4.1.2: digits and dots are a Domain too"),
    ("", 501, "§4.1.1.1: the name is not optional"),
    ("two names", 501, "§4.1.1.1: one name"),
    ("under_score.example", 501, "§4.1.2"),
    ("dot.example.", 501, "§2.3.5"),
    ("[192.0.2.300]", 501, "§4.1.3"),
    ("<client.example>", 501, "§4.1.2"),
    ("cli\u00ebnt.example", 501, "RFC 6531 §3.7.1: A-labels, SMTPUTF8 is not yet known"),
]
# RFC 5890 §2.3.2.1: the labels that IDNA allows, by the tables of RFC 5892.
U_LABELS = [
    "b\u00fcro.example",
    "B\u00dcRO.example",  # RFC 5321 §2.4: a domain has no case
    "stra\u00dfe.example",  # RFC 5892 §2.6: allowed, as is the final sigma
    "\u03c0\u03cc\u03bb\u03b9\u03c2.example",
    "\u4f8b\u3048.\u30c6\u30b9\u30c8",
    "\u0645\u062b\u0627\u0644.example",
    "paral\u00b7lel.example",  # RFC 5892 Appendix A.3
    "\u0915\u094d\u200d\u0937.example",  # Appendix A.2: a joiner after a virama
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
QUESTIONS = [
    ("VRFY", 501, "§4.1.1.6: an argument is needed"),
    ("VRFY alice", 252, "§3.5.3"),
    ("VRFY alice@example.test", 252, "§3.5.3"),
    ("VRFY <alice@example.test>", 252, "§3.5.1: as a path, too"),
    ("VRFY alice@elsewhere.example", 252, "§3.5.3: it cannot know"),
    ("VRFY nobody", 550, "§3.5.1"),
    ("VRFY alice@", 501, "§4.1.2"),
    ('VRFY "alice"', 252, "§4.1.2: a String may be quoted"),
    (r'VRFY "al\ice"', 252, "§4.1.2: quoted-pairSMTP"),
    ('VRFY "alice"@example.test', 252, "§3.5.1: a mailbox, quoted"),
    ('VRFY <"alice"@example.test>', 252, "§3.5.1: as a path"),
    ("VRFY alice+news", 252, "RFC 5233 §1"),
    ('VRFY "alice@example.test"', 550, "§4.1.2: a name with an at sign in it"),
    ('VRFY "alice', 501, "§4.1.2: a quote is closed"),
    ("VRFY Anna Smith", 501, "§4.1.1.6: one String; with a blank it is quoted"),
    ('VRFY "Anna Smith"', 550, "§4.1.1.6"),
    ("VRFY alice SMTPUTF8", 252, "RFC 6531 §3.1 item 6"),
    ("VRFY  alice  smtputf8", 252, "§2.4: without case; this server tolerates an extra space"),
    ('VRFY "alice" SMTPUTF8', 252, "RFC 6531 §3.7.4.2"),
    ("VRFY <alice@example.test> SMTPUTF8", 252, "RFC 6531 §3.7.4.2"),
    ("VRFY alice SMTPUTF8=yes", 501, "RFC 6531 §3.7.4.2: no value"),
    ("VRFY alice SIZE=5", 501, "§4.1.1.6: no other parameter"),
    ("VRFY SMTPUTF8", 550, "a name like others"),
    ("VRFY j\u00f6rg", 550, "RFC 6531 §3.7.4.2: a String may have non-ASCII characters"),
    ("EXPN alice SMTPUTF8", 550, "RFC 6531 §3.1 item 6: a user is still no list"),
    ('EXPN "alice"', 550, "§3.5.1: a user is no list"),
    ("EXPN", 501, "§4.1.1.7: an argument is needed"),
    ("EXPN alice", 550, "§3.5.1: a user is no list"),
    ("NOOP whatever", 250, "§4.1.1.9: the argument is ignored"),
    ("HELP RCPT", 214, "§4.1.1.8: an argument may be ignored"),
]


@pytest.mark.parametrize(("path", "why"), GOOD_PATHS)
def test_a_path_is_taken(path: str, why: str) -> None:
    assert talk("example", EHLO, f"MAIL FROM:{path}\r\n".encode()) == [250], why


@pytest.mark.parametrize(("path", "why"), BAD_PATHS)
@pytest.mark.parametrize(("command", "status"), [("MAIL FROM", "5.1.7"), ("RCPT TO", "5.1.3")])
def test_a_path_is_refused(command: str, status: str, path: str, why: str) -> None:
    session = started()
    session.receive(EHLO if command == "MAIL FROM" else EHLO + MAIL)
    (reply,) = read_replies(session.receive(f"{command}:{path}\r\n".encode()))
    assert reply.code == 501, why
    # RFC 3463 §3.2: X.1.3 is the recipient's syntax, X.1.7 the sender's; X.5.4 any argument's.
    assert reply.statuses[0] in (status, "5.5.4")


@pytest.mark.parametrize(("parameters", "code", "why"), PARAMETERS)
def test_parameters_of_mail(parameters: str, code: int, why: str) -> None:
    line = f"MAIL FROM:<a@b.example> {parameters}\r\n".encode()
    assert talk("example", EHLO, line) == [code], why


@pytest.mark.parametrize(("argument", "code", "why"), RECIPIENTS)
def test_recipients(argument: str, code: int, why: str) -> None:
    assert talk("example", EHLO + MAIL, f"RCPT TO:{argument}\r\n".encode()) == [code], why


@pytest.mark.parametrize(("name", "code", "why"), NAMES)
@pytest.mark.parametrize("verb", ["EHLO", "HELO"])
def test_names_of_clients(verb: str, name: str, code: int, why: str) -> None:
    assert talk("example", f"{verb} {name}\r\n".encode()) == [code], why


@pytest.mark.parametrize(("line", "code", "why"), QUESTIONS)
def test_questions(line: str, code: int, why: str) -> None:
    assert talk("example", f"{line}\r\n".encode()) == [code], why


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("MAIL", 501),
        ("MAIL FROM", 501),
        ("MAIL FROM:", 501),
        ("MAIL <a@b.example>", 501),
        ("MAIL TO:<a@b.example>", 501),
        ("MAIL FROM <a@b.example>", 501),
        ("MAIL FROM :<a@b.example>", 501),
        ("MAILFROM:<a@b.example>", 500),  # §4.2.4: another word, and not a known one
        ("", 500),
    ],
)
def test_the_keyword_belongs_to_the_command(line: str, code: int) -> None:
    # RFC 5321 §4.1.1.2 and §4.1.1.3.
    assert talk("example", EHLO, f"{line}\r\n".encode()) == [code]


@pytest.mark.parametrize("line", ["RCPT", "RCPT TO:", "RCPT <a@b.example>", "RCPT FROM:<a@b.c>"])
def test_the_keyword_belongs_to_rcpt(line: str) -> None:
    assert talk("example", EHLO + MAIL, f"{line}\r\n".encode()) == [501]


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
        ("MAIL FROM:<\u00e4@b.example>", 550),
        ("MAIL FROM:<a@b\u00fcro.example>", 550),
        ("MAIL FROM:<\u00e4@b.example> SMTPUTF8", 250),
        ("MAIL FROM:<a@b\u00fcro.example> SMTPUTF8", 250),
        ('MAIL FROM:<"\u00e4 \u4e2d"@b.example> SMTPUTF8', 250),
        ("MAIL FROM:<\u00e4..\u00e4@b.example> SMTPUTF8", 501),
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
