"""Replies found in bounces and logs; the single lines stand in lines.toml."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtplesson.bounces.find_reply import find_reply
from smtplesson.errors import LessonError
from smtplesson.protocol.reply import Reply

BOB = "<bob@example.org>"
MX = "mx.example.net[192.0.2.5]"
LINES = tomllib.loads(Path(__file__).with_name("lines.toml").read_text("utf-8"))


@pytest.mark.parametrize(("codes", "text"), LINES["found"].values(), ids=LINES["found"])
def test_the_reply_in_a_text(codes: str, text: str) -> None:
    found = find_reply(text)
    assert found and f"{found.code} {found.enhanced}".strip() == codes


@pytest.mark.parametrize("text", LINES["none"].values(), ids=LINES["none"])
def test_no_reply_is_invented(text: str) -> None:
    assert find_reply(text) is None


# Words and marks that say who speaks; 571 is no lawful code, so that nothing else tells.
QUOTERS = [
    *("said", "says", "told", "reply", "replied", "answer", "answered", "returned", "response"),
    *("responded", "smtpResponse", "the answer was", "reason", "rsp", "diag", "diagnostic"),
    *("diagnosticCode", "stat", "reject", "deferred", "bounced", "failed", "rejected", "LED"),
    *("smtpmsg", "S", "Out", "CLIENT", "RECEIVED"),
]
CERTAIN = [
    *("smtp;", "LMTP; ", "Diagnostic-Code: ", "Diagnostic code: ", "said: ", "talk to me: "),
    *("<<< ", "<b@x> <<< ", "<b@x>\n  <<< ", "SMTP<< ", "<- ", "<-- ", "<** ", "<~ ", "<~* "),
    *("<== ", "< ", "12:45:50.550 [7] <-- ", "[192.0.2.1]: ", "[IPv6:2001:db8::25]:25: "),
    *("retcode (", "25,<,", "mx.example.net #", "SMTP error from remote mailer after DATA: "),
]
MENTIONS = [
    *("code", "an error", "an exception", "SMTP", "status", "and said", "and returned"),
    *("and replied", "and answered", "and got", "and got a", "and got an", "with", "with a"),
    "with an",
]
# What a mail server says, if a line is set right like the lines of a list.
SAID = [
    *("mailbox full", "no such user", "bad recipient", "wrong address", "bad message", "no SMTP"),
    *("spam", "a virus", "relay closed", "blocked", "rejected", "refused", "denied", "unknown"),
    *("service away", "authenticate", "TLS first", "too many hops", "temporary fault"),
    *("try tomorrow", "syntax", "bad command", "see mx.example.net", "see www.there.example"),
]


@pytest.mark.parametrize("quoter", QUOTERS)
def test_who_quotes_a_reply(quoter: str) -> None:
    assert find_reply(f"{quoter}: 571 nobody") == Reply(571, "nobody")
    if quoter not in ("S", "Out", "CLIENT", "RECEIVED"):
        assert find_reply(f"{quoter}='571 nobody'") == Reply(571, "nobody")
    if quoter != "said":  # after which not even this is a count
        assert find_reply(f"{quoter}: 571 messages") is None


@pytest.mark.parametrize("cue", CERTAIN)
def test_who_quotes_a_reply_whatever_follows(cue: str) -> None:
    found = find_reply(f"{cue}571 20 messages")
    assert found and found.code == 571


@pytest.mark.parametrize("mention", MENTIONS)
def test_who_mentions_a_reply_in_a_line_about_mail(mention: str) -> None:
    words = f"a mail server {mention} 550"
    assert find_reply(words) == Reply(550)
    assert find_reply(words.replace("mail", "game").replace("SMTP", "SNMP")) is None
    assert find_reply(words.replace("550", "250")) is None


@pytest.mark.parametrize("words", SAID)
def test_what_a_mail_server_says_in_a_line_of_its_own(words: str) -> None:
    assert find_reply(f"    550 {words}") == Reply(550, words)
    assert find_reply("    550 no") is None  # as in a list of counts
    assert find_reply("550 no") == Reply(550, "no")


TEXTS = [
    ("450-4.2.0 wait\n450 4.2.0 a while", Reply(450, "wait\na while", "4.2.0")),
    ("450-4.2.0 wait\r\n450 4.2.0 a while\r\n", Reply(450, "wait\na while", "4.2.0")),
    ("<<< 550-5.7.26 no\n<<< 550 5.7.26 way", Reply(550, "no\nway", "5.7.26")),
    ("550-5.1.1 no 550-5.1.1 such 550 5.1.1 user", Reply(550, "no\nsuch\nuser", "5.1.1")),
    ("550 one\n550 two", Reply(550, "one")),  # RFC 5321 §4.2.1: more lines follow a hyphen
    ("550-no\n5501 way", Reply(550, "no")),
    ("550 no 550 way", Reply(550, "no 550 way")),
    ("mx.example.net #550 nobody ##", Reply(550, "nobody")),
    ("permanent SMTP error (550) nobody", Reply(550, "nobody")),
    ("550-Callout failed:\n550 nobody\n550 two", Reply(550, "Callout failed:\nnobody")),
    ("host x [192.0.2.5]: 550-no\n    550 way", Reply(550, "no\nway")),
    ("    host x said: 550\n    5.1.1 nobody", Reply(550, "nobody", "5.1.1")),
    # RFC 5322 §2.2.3: a fold belongs to the line.
    (f"host {MX} said: 550\n    5.1.1 nobody\n", Reply(550, "nobody", "5.1.1")),
    (
        f"host {MX} said: 550 5.1.1\n    {BOB} is unknown (in reply to RCPT TO\n    command)",
        Reply(550, f"{BOB} is unknown", "5.1.1"),
    ),
    (
        f"> host {MX} said:\r\n>   550 5.1.1\r\n>   {BOB} is unknown (in\r\n>   reply to DATA)",
        Reply(550, f"{BOB} is unknown", "5.1.1"),
    ),
    ("Diagnostic-Code: smtp;\n  550 5.1.1 no\n\tbody\nX: y", Reply(550, "no body", "5.1.1")),
    (
        f"\n  {BOB}\n    SMTP error from remote mail server after RCPT TO:{BOB}:\n"
        "    550-not\n    here\n    550 today\n  <eve@example.org>\n    550 x",
        Reply(550, "not here\ntoday"),
    ),
    (" Out: 220 mx\n In:  DATA\n Out: 451 4.3.0 no\n In:  QUIT", Reply(451, "no", "4.3.0")),
    ("Session:\n  Out: 451 4.3.0 no\n  In:  QUIT\n  Out: 221 bye", Reply(451, "no", "4.3.0")),
    (f"host {MX} said:\n    550 nobody (in reply to DATA)", Reply(550, "nobody")),
    (f"host {MX} refused to talk to\n    me: 421 busy", Reply(421, "busy")),
    ("The response was:\n\n550 5.1.1 nobody\n", Reply(550, "nobody", "5.1.1")),
    # Brackets and quotation marks that are the text's own stay, the others end it.
    ("552 Account(s)", Reply(552, "Account(s)")),
    ("(reason: 550 nobody)", Reply(550, "nobody")),
    (
        f"{BOB}\n    (reason: 550 Account(s) full)\n    (expanded from: x)",
        Reply(550, "Account(s) full"),
    ),
    (f"status=bounced (host {MX} said: 550 no (x) (in reply to DATA))", Reply(550, "no (x)")),
    ("[{LED=451 wait};{MSG=};{FQDN=x}]", Reply(451, "wait")),
    ("<mx.example.org #5.5.0 smtp;550 no -> way> #SMTP#", Reply(550, "no -> way")),
    (f"550 5.1.1 {BOB}", Reply(550, BOB, "5.1.1")),
    ("550 'bob' is nobody", Reply(550, "'bob' is nobody")),
    ("(421, b'Service not available')", Reply(421, "Service not available")),
    ("{'b@x': (550, b\"5.1.1 can't\")}", Reply(550, "can't", "5.1.1")),
    ("('550', ['nobody'])", Reply(550, "nobody")),
    ("reply: '550 5.1.1 can't be'", Reply(550, "can't be", "5.1.1")),
    ("reply: b'550 nobody\\r\\n'", Reply(550, "nobody")),
    ("reply: retcode (550); Msg: b'nobody'", Reply(550, "nobody")),
    ('{"reason":"550 gone","status":"5.0.0"}', Reply(550, "gone")),
    (r"{\"diagnosticCode\":\"smtp; 554 no\",\"a\":\"b\"}", Reply(554, "no")),
    ('{"code":550,"mail":1,"description":"full \\"up\\""}', Reply(550, 'full \\"up\\"')),
    ('{"code":550,"to":"bob@x"}', Reply(550)),
    ("permanent error (550): 5.7.1 not you", Reply(550, "not you", "5.7.1")),
    ("reply=550 nobody, stat=User unknown", Reply(550, "nobody")),
    ("reject: x[192.0.2.1]: 554 5.7.1 no; from=<> to=<>", Reply(554, "no", "5.7.1")),
]


@pytest.mark.parametrize(("text", "reply"), TEXTS)
def test_all_the_text_of_the_reply_and_nothing_else(text: str, reply: Reply) -> None:
    assert find_reply(text) == reply


@pytest.mark.parametrize("thing", [None, 550, b"550 5.1.1 no", ["550 no"], Reply(550), [10**5000]])
def test_what_is_no_text(thing: Any) -> None:
    with pytest.raises(LessonError, match=r"^find_reply reads text[^\n]*, not ") as error:
        find_reply(thing)
    assert len(str(error.value)) < 150


PIECES = st.sampled_from(
    [
        *("550", "250", "571", "999", "5.1.1", "4.2", " ", "-", ": ", "\n", "\r\n    ", "smtp;"),
        *(
            "said:",
            "<<< ",
            "('",
            "', ['",
            "b'",
            "#",
            "_",
            "@",
            "error ",
            "(#5.1.1)",
            "\0",
            "é",
            "٥",
        ),
    ]
)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(text=st.one_of(st.text(), st.lists(PIECES | st.text(max_size=3)).map("".join)))
def test_any_text_gives_a_reply_that_stands_in_it_or_none(text: str) -> None:
    found = find_reply(text)
    if found is not None:
        assert 200 <= found.code <= 599
        assert str(found.code) in text
        assert found.enhanced in text


@pytest.mark.parametrize(
    "piece",
    ["550, ", "550\n", "error: 550 x@", "smtp; 250-", "[::", "5.1.1 ", "\n 550(", "_said:_"],
)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_reply(text)
        return time.process_time() - start

    assert seconds(160_000) < 30 * (seconds(20_000) + 0.005)  # 8 times as long
