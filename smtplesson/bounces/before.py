"""Who quotes a reply, and how: what stands before a number that may be the code of one.

All functions take `before`, the text up to the number in lower case, where LF begins a line
and VT stands for a fold. They compare words, and use patterns only behind a cheap test: a
hostile text may hold a hundred thousand numbers.
"""

import re

# Who writes this quotes a reply, whatever follows.
_CERTAIN = (
    *("smtp;", "lmtp;"),  # RFC 3464 §2.3.6, Exchange, PowerMTA, SES: `smtp; 550 no`
    *("diagnostic-code:", "diagnostic code:"),  # the same field without its type
    *("said:", "talk to me:"),  # Postfix, qmail: `host mx.example.net[192.0.2.5] said: 550 no`
    *(" <<<", "\n<<<", "\v<<<", "smtp<<"),  # sendmail, Exim -v
    "retcode (",  # smtplib with debug output: `reply: retcode (550); Msg: b'no'`
    ",<,",  # Exchange's protocol log: `...,192.0.2.2:25,<,550 no,`
)
# swaks, curl -v, MDaemon, at the beginning of a line or after the time: `<** 550 no`.
_TRANSCRIPT = re.compile(r"[\n\v][\d\s:.,\[\]>|]{0,40}<(?:--?|\*\*|~\*?|==)?\Z")
# Exim: `SMTP error from remote mail server after RCPT TO:<bob@example.org>: 550 no`.
_EXIM = re.compile(r"[sl]mtp error (?:from remote mail(?:er| server) )?after[^\n]*\Z")
# Exim, qmail, log viewers: `host mx.example.net [192.0.2.5]: 550 no`, `[192.0.2.1:25] 550 no`.
_ADDRESS = re.compile(r"\[(?:ipv6:)?[0-9a-f]*[.:][0-9a-f.:]+\](?::[0-9]{1,5})?[:,]?\Z")
# Exchange 2007: `mx.example.net #550 no ##`.
_EXCHANGE = re.compile(r"\w\.[a-z]{2,24} #\Z")

# Who writes this before a mark quotes one too, but may also say how many: `reason: 550 no`,
# `returned '550 no'`, `{"smtpResponse":"250 ok"}`, `rejected: 550 messages`.
_QUOTERS = {
    *("said", "says", "told", "reply", "replied", "answer", "answered", "returned", "response"),
    *("responded", "smtpresponse", "was", "reason", "rsp"),
    *("diagnosticcode", "diagnostic", "diag"),  # SES and others, in JSON
    *("stat", "reject", "deferred", "bounced", "failed", "rejected"),  # `stat=Deferred: 452 no`
    *("led", "smtpmsg"),  # Exchange's LastError, msmtp
}
# Postfix's notice, PHPMailer, hMailServer; Exim's `C="250 ok"`, Postfix's `status=sent (250 ok)`.
_SPEAKERS = ("\ns:", " s:", "out:", "client:", "received:", ' c="', "=sent (")
# These mention a code in a line about mail.
_MENTIONS = (
    *("code", "error", "exception", "smtp", "status", "said", "returned", "replied", "answered"),
    *(" got", " got a", " got an", " with", " with a", " with an"),
)
_SETTING = "reject_code"  # Postfix: `unknown_local_recipient_reject_code = 550`

_LABEL = re.compile(r"[a-z-]*\Z")
_BEGINNING = re.compile(r"(?:\n|(?=\v))([ \v]{0,40})[>|\"]?[ \t>|]{0,9}\Z")
_RUNNING_TEXT = re.compile(r"(?:\A|\n)[ >]{0,40}[a-z][^\n:]*[a-z,]\n[ >]{0,40}\Z")
# Numbers of other protocols; `imap.example.org` is only the name of a host.
_OTHER = re.compile(r"\b(?:https?(?!s?://)|(?:ftp|imap|pop3|sip|nntp)(?![.-]\w)|subject:)")


def is_certain(before: str) -> bool:
    """True if the number is a reply, whatever follows."""
    near = before.rstrip()
    last = near[-1:]
    return (
        near.endswith(_CERTAIN)
        or _opened(near).endswith(_CERTAIN)
        or (last in "<-*~=" and bool(_TRANSCRIPT.search(near[-60:])))
        or (last in ":,]" and near != before and bool(_ADDRESS.search(near[-60:])))
        or (last == "#" and bool(_EXCHANGE.search(before[-60:])))
        or (last == ":" and bool(_EXIM.search(near)))
    )


def is_quoted(before: str) -> bool:
    """True if the number is a reply unless something is counted."""
    near = before.rstrip()
    return near.endswith(_SPEAKERS) or _label(near) in _QUOTERS


def is_mentioned(before: str) -> bool:
    """True if a word before the number speaks of a code."""
    near = before.rstrip()
    word = _opened(near).rstrip(" :=,\"'\\")
    named = word.endswith(_MENTIONS) or _label(near) in _QUOTERS
    return named and not word.endswith(_SETTING)


def is_marked(before: str) -> bool:
    """True if a mark sets the number off: `<bob@example.org>: 550`, `-> 550`, ` ("550`."""
    near = before.rstrip()
    if near == before:
        return near.endswith(tuple("([{\"'")) and near[:-1].endswith(tuple(" \t\n\v,"))
    return near.endswith((":", ")", "]", ">", " -"))


def is_elsewhere(before: str) -> bool:
    """True if the line is about another protocol."""
    return bool(_OTHER.search(before[-60:].rpartition("\n")[2]))


def begins_line(before: str) -> bool:
    """True if the number begins a line, or stands behind the marks of a quotation."""
    return bool(_BEGINNING.search(before[-60:]))


def is_set_in(before: str) -> bool:
    """True if the line is indented, as in a list, or goes on with the words of the last line."""
    found = _BEGINNING.search(before[-60:])
    return bool(found and found[1]) or bool(_RUNNING_TEXT.search(before))


def _label(near: str) -> str:
    """The word with a mark behind it, as in `reason: ` and `returned '`, or ""."""
    word = _opened(near).rstrip(" :=\"'\\")
    found = _LABEL.search(word[-20:])
    return found[0] if found and word != near else ""


def _opened(near: str) -> str:
    """What stands before the brackets and quotation marks, Python's b'' too, that open here."""
    plain = near.rstrip("\"'\\(")
    if "(" in near[len(plain) :] and plain[-1:].isalnum():  # a call: `status(500`
        return near
    if plain != near and plain[-2:] in (" b", "=b", "(b"):
        plain = plain[:-1]
    return plain.rstrip()
