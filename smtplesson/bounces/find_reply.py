"""The SMTP reply that a bounce message or a mail log quotes."""

import re

from smtplesson.facts.codes import reply_codes
from smtplesson.protocol.reply import Reply

# RFC 5321 §4.2 gives the second digit 0 to 5; servers also send 571 and its like.
_LAWFUL = re.compile(r"[2-5][0-5]")
# RFC 3463 §2; one digit for the subject (0 to 7 are registered), else 5.15.0 of a kernel passes.
_ENHANCED = r"[245]\.[0-9]\.[0-9]{1,3}(?![0-9]|[.-][0-9])"
# A number that may be a code, and the enhanced code right behind it: `550 5.1.1`, `550-5.1.1`,
# `550 #5.1.0`, `550 (5.1.1)`, `550-'5.1.1`, folded; `('550', ['5.1.1`, `(550, b'5.1.1`; JSON.
# Every repetition has a bound: the text may be hostile, and the search stays linear.
_NUMBER = re.compile(
    r"(?<![\w.])(?<!\w[-/])(?<![0-9]:)(?P<code>(?:[2-5][0-5]|[45][6-9])[0-9])"
    r"(?:(?=[^0-9.])"
    r"(?:[ \t]{0,8}[-:]?[ \t]{0,8}(?:\r?\n[ \t]{1,40})?['\"(\[<#]{0,3}"
    r"|['\"]?,[ ]?(?:\[|b)?['\"]#?"
    r"|[^\w\n]{1,4}(?:enhanced[\w -]{0,16}|message|msg|text)[^\w\n]{1,4}(?:b['\"])?)"
    rf"(?P<enhanced>{_ENHANCED})"
    r"|(?![\w/%€$£@+*=]|[.,:][0-9]|-[0-9]{1,5}(?![0-9.])))",
    re.IGNORECASE | re.ASCII,
)
_QUOTES = r"(?:\\?[\"']|b'|b\"|[(<\[{])"


def _cue(*forms: str) -> re.Pattern[str]:
    """What has to stand right before a code; the window is short, so \\Z is cheap."""
    return re.compile(rf"(?:{'|'.join(forms)})\Z", re.IGNORECASE | re.ASCII)


# Who quotes a reply says so right before it. This is as good as the reply itself.
_QUOTED = _cue(
    # RFC 3464 §2.3.6, Exchange, PowerMTA, SES: the type of the diagnostic.
    r"\b[sl]mtp\s{0,4};\s{0,40}",
    # Transcripts: sendmail, swaks, curl, MDaemon, Exim -v, Postfix, PHPMailer, hMailServer.
    r"(?:[\n,\s\]](?:<<<|<--?|<\*\*|<~\*?|<==|SMTP<<|S:|Out:|rsp:|RECEIVED:)|\bCLIENT:)[,\s]{0,8}",
    r"\n[ \t>|*]{0,9}<[ \t]{1,4}|,<,",
    # Exim, qmail and others name the host: `host mx.example.net [192.0.2.5]: 550`.
    r"\[(?:IPv6:)?[0-9A-F]*[.:][0-9A-F.:]+\](?::[0-9]{1,5})?:?\s{1,20}",
    # qmail, Postfix, Exim, Google, Exchange, libraries: the word that announces a reply.
    r"(?:said|says|told|repl(?:y|ied)|answer(?:ed)?|respon(?:se|ded|d)|returned|talk to me"
    r"|was|LED|smtpmsg|retcode|reason|server message|diag(?:nostic-?code)?)"
    rf"{_QUOTES}?(?:\s{{0,4}}[:=]\s{{0,20}}{_QUOTES}{{0,2}}|\s{{1,20}}{_QUOTES}{{1,2}})",
    r"\b(?:stat|reject|C)=\"?",
    r"\b(?:sent|delivered|deferred|bounced|failed|rejected)\s?(?::\s?|\()",
    # PHP: `Expected response code 250 but got code "550", with message "550 5.1.1 ...`
    r"with message \"",
    # Exchange 2007: `mx.example.net #550 text ##`.
    r"\w\.[a-z]{2,24} #",
)
# Python's smtplib and IronPort: `(550, b'...')`, `('550', ['...'])`, `550-'...'`.
_TUPLE = re.compile(r"[(\[]['\"]?[0-9]{3}['\"]?,\s?(?:\[|b)?['\"]|[0-9]{3}-['\"]")
# The grammar of RFC 5321 §4.2: the code begins the line; here even a quoted or numbered line.
_LINE_START = _cue(r"\n[ \t>|*]{0,9}\"?")
# A word or a mark that other numbers have too: asks for talk of mail and a code that fails.
_MENTIONED = _cue(
    r"(?:(?<!reject_)code|error|exception|smtp|got(?: an?)?|with(?: an?)?|status|returned|replied"
    r"|answered)[\\\"']{0,2}\s{0,4}[:=,(]?\s{0,9}[\\\"']{0,2}",
    r"(?:message|msg|details?|result|busy|failure|denied|refused|server|host)"
    r"[\\\"']{0,2}\s?[:=,(]\s{0,9}[\\\"']{0,2}",
)
_MARKED = _cue(r"[:)\]]\s{1,20}|>\s{0,20}|[\s,][(\"'\[{]")
_MAIL = re.compile(
    r"expected \"?[23][0-9]{2}|mail|smtp|recipient|rcpt|deliver|mx\b|@", re.IGNORECASE
)
# What is no reply although it looks like one: the numbers of other protocols ...
_OTHER = re.compile(r"\b(?:https?(?!s?://)|ftp|imap|pop3|sip|nntp|subject:|exit|line|port)", re.I)
_WEB = re.compile(
    r"(?:200 OK|Not Found|Forbidden|Unauthorized|Bad Gateway|Bad Request|Gateway Time|Internal "
    r"Server|Service (?:Temporarily )?Unavailable|Server Error|Unprocessable|HTTP|Backend"
    r"|Unavailable For Legal|Misdirected)",
    re.IGNORECASE,
)
# ... things that are counted, house numbers, rows of numbers; and at the start of a line
# also words about a code.
_COUNTED = re.compile(
    r"[ \t-]{1,3}(?:(?![245][0-9]{2} [a-z<])[0-9]{1,20}(?![0-9.])"
    r"|(?:EUR|USD|GBP|[kmg]i?b|bytes?|octets?|bits?|ms|s|secs?"
    r"|seconds?|min|minutes?|hours?|days?|weeks?|years?|people|persons?|guests?|users|euros?"
    r"|dollars?|cents?|pages?|lines?|rows?|files?|items?|messages|mails|e-?mails|requests?|times"
    r"|points?|percent|km|miles?|met(?:er|re)s?|m|kg|g|grams?|volts?|watts?|rooms?|seats?"
    r"|students?|words?|copies|orders?|connections|recipients|sessions|errors"
    r"|of|for|more|new|other|different|\w+ (?:street|road|avenue))\b)",
    re.IGNORECASE,
)
_ABOUT = re.compile(r" (?:is(?! not)|means?|was|are|were|and|or|to|out)\b")
_SPOKEN = re.compile(r"(?:[ \t]{1,8}|-[ \t]?|:[ \t]{1,8})[^\s,;.:=]")


def find_reply(text: str) -> Reply | None:
    """The SMTP reply that the text quotes, or None if there is none.

    text: lines of a bounce message, a delivery status notification or a mail log.
    Returns: of several replies the first that is negative (it made the mail fail), else the
        last positive one. The enhanced code is the reply's own, whatever its class; a Status
        field or a dsn= beside it is the reporting server's (RFC 3464 §2.3.4) and no reply.
    Source: RFC 5321 §4.2; RFC 2034 §4; RFC 3464 §2.3.6.
    """
    source = "\n" + _blanks(text)
    talks_of_mail = bool(_MAIL.search(source))
    mentioned = positive = None
    for number in _NUMBER.finditer(source):
        negative = number["code"][0] in "45"
        if _is_reply(source, number):
            if negative:
                return _reply(source, number)
            positive = number
        elif not mentioned and negative and talks_of_mail and _is_mentioned(source, number):
            mentioned = number
    best = mentioned or positive
    return _reply(source, best) if best else None


def _blanks(text: str) -> str:
    """The text with blanks where qmail and Zoho write underscores."""
    underscored = re.search(r"_said:_|(?<!\w)[45][0-9]{2}_", text)
    return text.replace("_", " ") if underscored else text


def _around(source: str, number: re.Match[str]) -> tuple[str, str]:
    start, end = number.span()
    return source[max(0, start - 60) : start], source[end : end + 60]


def _is_reply(source: str, number: re.Match[str]) -> bool:
    """True if the number is a reply by its form or by the words before it."""
    before, after = _around(source, number)
    code, enhanced = number["code"], number["enhanced"]
    if enhanced and enhanced[0] == code[0]:
        return True
    if not enhanced and (_COUNTED.match(after) or _OTHER.search(before.rpartition("\n")[2])):
        return False
    # These cues end with a mark; to look at that first keeps long lists of numbers cheap.
    marked = not before.rstrip()[-1:].isalnum()
    if _TUPLE.search(before[-2:] + code + after[:5]) or (marked and _QUOTED.search(before)):
        return True
    if not _LINE_START.search(before) or not _LAWFUL.match(code):
        return False
    alone = not (before + after).strip()
    spoken = alone or (_SPOKEN.match(after) and not _ABOUT.match(after))
    known = int(code) in reply_codes() and not _WEB.search(code + after)
    return bool(enhanced or (spoken and known))


def _is_mentioned(source: str, number: re.Match[str]) -> bool:
    """True if the number is likely a reply code in a text about mail."""
    before, after = _around(source, number)
    if int(number["code"]) not in reply_codes() or before.rstrip()[-1:].isdigit():
        return False
    if _COUNTED.match(after) or _OTHER.search(before) or _WEB.search(after):
        return False
    # 500 to 504 are HTTP's as well.
    if number["code"].startswith("50") and "smtp" not in before.lower():
        return False
    spoken = re.match(r"[ -][A-Za-z<'\"]", after)
    return bool(_MENTIONED.search(before[-30:]) or (spoken and _MARKED.search(before[-30:])))


def _reply(source: str, number: re.Match[str]) -> Reply:
    """The reply whose code has been found, with the text of all its lines."""
    code, end = number["code"], source.find("\n", number.end())
    lines = [source[number.end() : end if end >= 0 else None]]
    more = re.compile(rf"\n[ \t>|*<]{{0,9}}{code}[ -](?:{_ENHANCED}[ ]?)?([^\n]*)")
    while end >= 0 and (found := more.match(source, end)):
        lines.append(found[1])
        end = found.end()
    # Postfix adds the command that was answered; then the quoting marks go.
    texts = [line.partition("(in reply to ")[0].strip(" \t\r:;,-)]>'\"\\") for line in lines]
    # qmail and its like end the text with the enhanced code of RFC 1893: `(#5.1.1)`.
    last = re.search(rf"\(#({_ENHANCED})\)", lines[0])
    return Reply(int(code), "\n".join(texts), number["enhanced"] or (last[1] if last else ""))
