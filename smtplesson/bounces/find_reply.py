"""The SMTP reply that a bounce message or a mail log quotes."""

import re
from http import HTTPStatus

from smtplesson.bounces.before import (
    begins_line,
    is_certain,
    is_elsewhere,
    is_marked,
    is_mentioned,
    is_quoted,
    is_set_in,
)
from smtplesson.bounces.quoted import ENHANCED, quoted_reply
from smtplesson.errors import LessonError, shown
from smtplesson.facts.codes import Standing, reply_codes
from smtplesson.protocol.reply import Reply

MOST_TO_READ = 100_000  # characters that somebody pastes; no bounce is longer
# What stands between a code and a text that has a name, in JSON or `code: 550, response: no`.
_LABEL = r"""
    [^\w\n]{1,4} (?: enhanced[\w -]{0,16} | message | msg | text | response )
    ['"]? [ ]? [:=] [ ]? (?:b?['"])?
"""
# A number that may be a code, and the enhanced code that belongs to it.
# Every repetition has a bound: the text may be hostile, and the search stays linear.
_NUMBER = re.compile(
    rf"""
    (?<![\w.]) (?<!\w[-/])                         # not in a word, an address, a version
    (?P<code> [2-5][0-5][0-9] | [45][6-9][0-9] )   # 571 and its like are sent as well
    (?:[ ](?P=code)(?=[ ]))?                       # `550 550 5.1.1 no`
    (?:
        (?:
            (?!\.)[^\w\n]{{1,8}} (?:b['"])?        # `550-5.1.1`, `(550): 5.1.1`, `(550, b'5.1.1`
          | {_LABEL}                                # `"code":550,"message":"5.1.1`
          | [ \t]{{0,8}} \n [ \t>|]{{1,40}}        # a fold
        )
        (?P<enhanced> {ENHANCED} )
      | {_LABEL}
      | (?P<list>                                  # `(550, b'no`, `('550', ['no`, `550-'no`
            (?<=[(\[][0-9]{{3}}) ,[ ]?b?['"] | ['"],[ ]?\[['"] | -['"]
        )
      | (?! [\w/%€$£@+*=] | [.,:][0-9] )
    )
    """,
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)
_MAIL_WORDS = (
    *("mail", "smtp", "recipient", "rcpt", "deliver", "message", "mx.", "remote server", "@"),
    *("expected 250", 'expected "250'),  # libraries: `expected 250, got 421`
)

# What may stand behind a number. Rows of numbers, things that are counted, house numbers; not
# `552 1 Requested action aborted`.
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
# Words, and words about the number itself.
_WORDS = re.compile(r"[ \v:-]{1,8}[^\s,;.:=|)-]")
_ABOUT = re.compile(r" (?:is(?! not)|means?|was|are|were|and|or|to|out)\b")
# Files or requests with their number, `250 src/mail.py`, `250 GET /`; any things, `459 packets`.
_LISTED = re.compile(r" +(?:[^\s:@]*[/\\.][^\s:@]*(?=[\n\v]|\Z)|(?:GET|POST|HEAD)\b)")
_THING = re.compile(r" +(?:[0-9]+(?![\w.])|[a-z]{3,}[^s\W]s\b)")
# The hyphen of a longer reply, or a word in the line that mail servers say.
_SPEAKS_OF_MAIL = re.compile(
    r"-|[^\n\v]*?(?:mail|user|recipient|address|messag|smtp|spam|virus|relay|block|reject|refus"
    r"|denied|unknown|service|auth|tls|too many|temporar|try|syntax|command"
    r"|\w\.(?:[a-z]{2,3}|example)\b)",
    re.IGNORECASE,
)
# RFC 9110 §15; Python before 3.13 says "Entity" for 422, later "Content".
_HTTP = {str(each.value): each.phrase.lower() for each in HTTPStatus} | {"422": "unprocessable"}
_PROXY = ("server error", "service temporarily unavailable", "gateway time-out", "backend ")

_LINE_END = re.compile(r"\r\n?|\n")
_QUOTE_MARKS = re.compile(r"^(?:> )+", re.MULTILINE)
# qmail's log and Zoho write blanks as underscores.
_UNDERSCORED = re.compile(r"^.*(?:_said:_|(?<!\w)[45][0-9]{2}_).*$", re.MULTILINE)


def find_reply(text: str) -> Reply | None:
    """The SMTP reply that the text quotes, or None if there is none.

    text: lines of a bounce message, a delivery status notification or a mail log.
    Returns: of several replies the first that is negative (it made the mail fail), else the
        last positive one. The enhanced code is the reply's own, whatever its class; a Status
        field or a dsn= beside it is the reporting server's (RFC 3464 §2.3.4) and no reply.
    Raises: LessonError if text is no str.
    Source: RFC 5321 §4.2; RFC 2034 §4; RFC 3464 §2.3.6.
    """
    if not isinstance(text, str):
        raise LessonError(
            f"find_reply reads text, such as a line of a bounce or a log, not {shown(text)}"
        )
    source = _logical_lines(text)
    mentioned = positive = None
    for number in _NUMBER.finditer(source):
        start, end = number.span()
        before, after = source[max(0, start - 300) : start].lower(), source[end : end + 100]
        negative = number["code"][0] in "45"
        if _is_reply(number, before, after):
            if negative:
                return quoted_reply(source, number)
            positive = number
        elif negative and not mentioned and _is_mentioned(number["code"], before, after):
            mentioned = number
    best = mentioned or positive
    return quoted_reply(source, best) if best else None


def _logical_lines(text: str) -> str:
    """The text with LF at the start of each line, and VT where a line is folded.

    What is indented deeper than the beginning of a line belongs to it (RFC 5322 §2.2.3).
    """
    pieces = []
    beginning = None  # the indentation of the logical line; none after an empty line
    for line in _LINE_END.split(_QUOTE_MARKS.sub("", text)):
        body = line.strip(" \t")
        indent = len(line) - len(line.lstrip(" \t"))
        if body and beginning is not None and indent > beginning:
            pieces.append(f"\v{body}")
        else:
            pieces.append(f"\n{line}")
            beginning = indent if body else None
    return _UNDERSCORED.sub(lambda found: found[0].replace("_", " "), "".join(pieces))


def _is_reply(number: re.Match[str], before: str, after: str) -> bool:
    """True if the number is a reply by its form or by the words before it."""
    code, enhanced = number["code"], number["enhanced"]
    if (enhanced and enhanced[0] == code[0]) or is_certain(before):
        return True
    if number["list"]:
        known = int(code) in reply_codes() and not _is_http(code, after)
        return known and ("smtp" in before or number["list"][-2:-1] in "b[-")
    quoted = is_quoted(before)
    if not quoted and not begins_line(before):
        return False
    if enhanced:
        return True
    if _COUNTED.match(after) or is_elsewhere(before):
        return False
    return _has_words(after) if quoted else _is_reply_line(code, before, after)


def _is_reply_line(code: str, before: str, after: str) -> bool:
    """True if a line that begins with the code is a reply by itself (RFC 5321 §4.2)."""
    known = reply_codes().get(int(code))
    if not known or _is_http(code, after) or _LISTED.match(after):
        return False
    if _has_words(after):
        return bool(_SPEAKS_OF_MAIL.match(after)) or not (_THING.match(after) or is_set_in(before))
    # A lone 200 is any number.
    alone = not after.strip(" \n-") and known.standing is not Standing.FOLKLORE
    return alone and not is_set_in(before)


def _is_mentioned(code: str, before: str, after: str) -> bool:
    """True if the number is likely a reply code, because the line is about mail."""
    if not (is_mentioned(before) or (is_marked(before) and _has_words(after))):
        return False
    if int(code) not in reply_codes() or (_is_server_error(code) and "smtp" not in before):
        return False
    line = before.rpartition("\n")[2] + after.partition("\n")[0].lower()
    if not any(word in line for word in _MAIL_WORDS):
        return False
    return not (_COUNTED.match(after) or is_elsewhere(before) or _is_http(code, after))


def _has_words(after: str) -> bool:
    """True if words follow, and not words about the number."""
    return bool(_WORDS.match(after) and not _ABOUT.match(after))


def _is_http(code: str, after: str) -> bool:
    """True if the code has the name that it has in HTTP or at a proxy."""
    phrases = (_HTTP[code], *_PROXY * _is_server_error(code)) if code in _HTTP else ()
    return after.lstrip(" :-").lower().startswith(phrases)


def _is_server_error(code: str) -> bool:
    """True if HTTP has the code too, for a server's own faults."""
    return code[0] == "5" and code in _HTTP
