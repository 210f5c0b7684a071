"""The lines, the text and the enhanced code of a reply that stands in another text."""

import re
from itertools import accumulate

from smtplesson.facts.enhanced import ENHANCED_CODE
from smtplesson.protocol.reply import Reply

# An enhanced code that is no part of an address, a version or a longer number.
ENHANCED = rf"{ENHANCED_CODE}(?![\w@]|[.-][0-9])"
# It may stand later in the text, set off by a mark, qmail's `(#5.1.1)`, `not accepted: 5.7.1`,
# or have a name, `"enhanced-code": "4.2.2"`. What is named status is the reporter's.
_NAMED = rf"enhanced[\w -]{{0,16}}[\"']?\s?[:=]\s?[\"']?({ENHANCED})"
_LATER = re.compile(rf"(?:[#(\[;]\s?| - |(?<!status):\s?)({ENHANCED})|{_NAMED}", re.IGNORECASE)
_BEFORE = re.compile(_NAMED, re.IGNORECASE)
# What ends the text: Postfix adds the command or the envelope, sendmail its own words, smtplib
# the line end; or the lines of a transcript were taken for folds.
_STOP = re.compile(
    r"\s?\(in\sreply\sto\s|; from=<|, stat=|\\r\\n"
    r"|\v(?:(?:In|Out|[CS]): |[<>*~=-]{1,3} |[2-5][0-9]{2}[ -])"
)
# A quotation mark that opens right before the reply: `"smtp; 550 no"`, `b'no'`.
_OPEN_QUOTE = re.compile(r"(?:(?<!\w)|(?<=\bb))([\"'])[^\"']{0,30}\Z")
# The code was a value in JSON: the text, if any, is that of another member.
_MEMBER = re.compile(r"\\?\"[\w -]{1,40}\\?\"\s?:")
_DESCRIPTION = re.compile(r"(?:description|message|msg|text)\\?\"\s?:\s?\\?\"((?:[^\"\\]|\\.)*)")


def quoted_reply(source: str, number: re.Match[str]) -> Reply:
    """The reply with its text and its enhanced code.

    source: text in which LF begins each line and VT stands for a fold.
    number: where the code was found, the group `code`, and perhaps the group `enhanced`.
    Source: RFC 5321 §4.2.1; RFC 2034 §4.
    """
    code = number["code"]
    before = source[source.rfind("\n", 0, number.start()) + 1 : number.start()]
    goes_on = source.startswith("-", number.end("code"))
    rest = source[number.end() : _end(source, number.end(), code if goes_on else "")]
    rest = rest.lstrip(")]>'\"").lstrip(" \t\v:;,-")
    rest = _enclosed(before, rest)
    text = _text(source[max(0, number.end() - 60) : number.end()], rest)
    again = rf"\s[ \t>|*<]{{0,9}}{code}[ -](?:{ENHANCED} ?)?"
    lines = re.split(again, text) if goes_on else [text]
    enhanced = number["enhanced"] or _named(code, before.rpartition("{")[2], rest)
    return Reply(int(code), "\n".join(map(_clean, lines)), enhanced)


def _end(source: str, place: int, code: str) -> int:
    """Where the reply ends: with its line, or with the last line that has the code again."""
    end = source.find("\n", place)
    if end < 0 or not code:
        return len(source) if end < 0 else end
    line = rf"\n[ \t>|*<]{{0,9}}{code}"
    more = re.compile(rf"(?:{line}-[^\n]*)*(?:{line}(?![0-9-])[^\n]*)?").match(source, end)
    return more.end() if more else end


def _enclosed(before: str, text: str) -> str:
    """The text up to the bracket that closes one which was opened before the reply."""
    for opened, closed in ("()", "[]", "{}", "<>"):
        if before.count(opened) > before.count(closed):
            marks = text.replace("->", "  ")
            depths = accumulate((mark == opened) - (mark == closed) for mark in marks)
            text = text[: next((i for i, depth in enumerate(depths) if depth < 0), None)]
    return text


def _text(opening: str, text: str) -> str:
    """The text without what follows its quotation mark, or from another member in JSON."""
    if _MEMBER.match(text):
        found = _DESCRIPTION.search(text)
        return found[1] if found else ""
    if quote := _OPEN_QUOTE.search(opening):
        return re.split(rf"\\?{quote[1]}(?!\w)", text, maxsplit=1)[0]
    return text


def _named(code: str, before: str, text: str) -> str:
    """The enhanced code that belongs to the reply though something stands between, or ""."""
    found = [*_LATER.finditer(text), *_BEFORE.finditer(before)]
    codes = [each[each.lastindex or 0] for each in found]
    return next((each for each in codes if each[0] == code[0]), "")


def _clean(line: str) -> str:
    return _STOP.split(line, maxsplit=1)[0].replace("\v", " ").strip(" \t,;#\\")
