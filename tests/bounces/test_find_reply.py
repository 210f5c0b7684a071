"""Replies found in bounces and logs; what they are found in is in lines.toml."""

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

LINES = tomllib.loads(Path(__file__).with_name("lines.toml").read_text("utf-8"))


@pytest.mark.parametrize(("codes", "text"), LINES["found"].values(), ids=LINES["found"])
def test_the_reply_in_a_text(codes: str, text: str) -> None:
    found = find_reply(text)
    assert found and f"{found.code} {found.enhanced}".strip() == codes


@pytest.mark.parametrize("text", LINES["none"].values(), ids=LINES["none"])
def test_no_reply_is_invented(text: str) -> None:
    assert find_reply(text) is None


# Words and marks that say who speaks; 571 is no valid code, so that nothing else tells.
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


@pytest.mark.parametrize(("codes", "text", "whole"), LINES["text"]["all"])
def test_all_the_text_of_the_reply_and_nothing_else(codes: str, text: str, whole: str) -> None:
    code, _, enhanced = codes.partition(" ")
    assert find_reply(text) == Reply(int(code), whole, enhanced)


@pytest.mark.parametrize("thing", [None, 550, b"550 5.1.1 no", ["550 no"], Reply(550), [10**5000]])
def test_what_is_no_text(thing: Any) -> None:
    with pytest.raises(LessonError, match=r"^find_reply reads text[^\n]*, not ") as error:
        find_reply(thing)
    assert len(str(error.value)) < 150


PIECES = st.sampled_from(
    [
        *("550", "250", "571", "999", "5.1.1", "4.2", " ", "-", ": ", "\n", "\r\n    ", "smtp;"),
        *("said:", "<<< ", "('", "', ['", "b'", "#", "_", "@", "error ", "(#5.1.1)", "\0"),
        *("é", "٥"),
    ]
)


# Surrogates too, which stand for octets that are no UTF-8. (To leave them out, Hypothesis would
# first go through all of Unicode, for some seconds.)
ANYTHING = st.text(st.characters(exclude_categories=()))


@settings(derandomize=True, deadline=None, max_examples=500)
@given(text=ANYTHING | st.lists(PIECES | ANYTHING).map("".join))
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
