"""What stands behind a number: the text of a reply, or things that are counted.

All functions take `after`, the text behind the number.
"""

import re
from http import HTTPStatus

# Rows of numbers, things that are counted, house numbers; not `552 1 Requested action aborted`.
_COUNTED = re.compile(
    r"[\s:-]{1,3}[0-9]{1,20}(?![\w.]| [A-Z][a-z]+\b(?! Street| Road| Avenue))"
    r"|[\s-]{1,3}(?:x [0-9]|EUR\b|USD\b|GBP\b|[kKMG]i?B\b|\w+ (?:[Ss]treet|[Rr]oad|[Aa]venue)\b"
    r"|(?:[kmg]i?b|bytes?|octets?|bits?|ms|s|secs?"
    r"|seconds?|min|minutes?|hours?|days?|weeks?|years?|people|persons?|guests?|users|euros?"
    r"|dollars?|cents?|pages?|lines?|rows?|files?|items?|messages|mails|e-?mails|requests?|times"
    r"|points?|percent|km|miles?|met(?:er|re)s?|m|kg|g|grams?|volts?|watts?|rooms?|seats?"
    r"|students?|words?|copies|orders?|connections|recipients|sessions|errors"
    r"|of|for|more|new|other|different)\b)"
)
_WORDS = re.compile(r"[ \v:-]{1,8}[^\s,;.:=|)-]")
_ABOUT = re.compile(r" (?:is(?! not)|means?|was|are|were|and|or|to|out)\b")
# Files or requests with their number: `250 src/mail.py`, `250 GET /`; other things: `459 packets`.
_LISTED = re.compile(r" +(?:[^\s:@]*[/\\.][^\s:@]*(?=[\n\v]|\Z)|(?:GET|POST|HEAD)\b)")
_THING = re.compile(r" +(?:[0-9]+(?![\w.])|[a-z]{3,}[^s\W]s\b)")
_MAIL = re.compile(
    r"mail|user|recipient|address|messag|smtp|spam|virus|relay|block|reject|refus|denied|unknown"
    r"|service|auth|tls|too many|temporar|try|syntax|command|\w\.(?:[a-z]{2,3}|example)\b",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"[\n\v]")
# RFC 9110 §15; Python before 3.13 says "Entity" for 422, later "Content".
_HTTP = {str(each.value): each.phrase.lower() for each in HTTPStatus} | {"422": "unprocessable"}
_PROXY = ("server error", "service temporarily unavailable", "gateway time-out", "backend ")


def has_words(after: str) -> bool:
    """True if words follow, and not words about the number."""
    return bool(_WORDS.match(after) and not _ABOUT.match(after))


def is_counted(after: str) -> bool:
    """True if the number counts something or stands in a row of numbers."""
    return bool(_COUNTED.match(after))


def is_listed(after: str) -> bool:
    """True if the number stands before the name of a file or a request."""
    return bool(_LISTED.match(after))


def is_thing(after: str) -> bool:
    """True if a number or a plural follows, which may be anything."""
    return bool(_THING.match(after))


def speaks_of_mail(after: str) -> bool:
    """True if the line has a word that mail servers say, or the hyphen of a longer reply."""
    return after[:1] == "-" or bool(_MAIL.search(_LINE_END.split(after, maxsplit=1)[0]))


def is_http(code: str, after: str) -> bool:
    """True if the code has the name that it has in HTTP or at a proxy."""
    phrases = (_HTTP[code], *_PROXY * is_server_error(code)) if code in _HTTP else ()
    return after.lstrip(" :-").lower().startswith(phrases)


def is_server_error(code: str) -> bool:
    """True if HTTP has the code too, for a server's own faults."""
    return code[0] == "5" and code in _HTTP
