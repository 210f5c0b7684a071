"""What a reply means, taken apart digit by digit, for somebody who has just met it."""

import re
from collections.abc import Iterator
from typing import Protocol

from smtplesson.errors import LessonError, shown
from smtplesson.facts.codes import ReplyCode, Standing, duty, reply_codes, severity, subject
from smtplesson.facts.commands import ANY_COMMAND, NO_REPLY, command_replies
from smtplesson.facts.enhanced import ENHANCED_CODE, enhanced
from smtplesson.facts.explanation import Explanation
from smtplesson.facts.vendors import VendorCode, vendor_codes

# RFC 5321 §4.2: Reply-code [ SP / "-" ] text; RFC 2034 §4: the text begins with x.y.z. Programs
# that quote a reply put marks around and between them: `550: 5.7.1`, `550; 5.7.515`, `(#5.1.1)`.
_LINE = re.compile(
    r"[\s\"'(\[<#]{0,40}(?:([0-9]{3})(?=[\s\"')\]>:;,-]|\.(?!\w)|\Z)\.?)?"
    r"(?:[\s\"'()\[\]<>#:;,-]{0,40}"
    rf"({ENHANCED_CODE})(?=[\s\"')\]>:;,]|[.-](?!\w)|\Z))?"
)
_GRAMMAR = re.compile(r"[2-5][0-5][0-9]")
_FIRST = {
    "2": "the server has done what it was asked to do",
    "3": "so far so good, the server waits for more from the client",
    "4": "not now, but the same request may work later",
    "5": "no, and the same request should not be repeated unchanged",
}
_SECOND = {
    "0": "the reply is about the form of a command",
    "1": "the reply answers a question, such as a request for help",
    "2": "the reply is about the connection",
    "3": "SMTP gives this digit no meaning; the codes for logins use it",
    "4": "SMTP gives this digit no meaning",
    "5": "the reply is about the receiving mail system",
}
_STANDING = {
    Standing.RFC: "in force, an RFC gives it this meaning",
    Standing.EXPERIMENTAL: "experimental, an RFC gives it this meaning for a trial",
    Standing.HISTORIC: "historic, an RFC keeps it for the record only",
    Standing.FOLKLORE: "folklore, no RFC defines it as a reply",
}
UNKNOWN = "no RFC gives it a meaning"


class Coded(Protocol):
    """A reply, or anything else with the two codes of one."""

    @property
    def code(self) -> int:
        """The reply code."""

    @property
    def enhanced(self) -> str:
        """The enhanced status code, or ""."""


def explain(what: int | str | Coded) -> Explanation:
    """What a reply means and what a client has to do about it.

    what: a reply code (550 or "550"), an enhanced code ("4.7.1"), a reply line, whose text is
        only searched for the marks of some providers ("550-5.1.1 No such user"), or a reply.
    Raises: LessonError for anything else.
    Source: RFC 5321 §4.2, §4.3.2; RFC 2034 §4; RFC 3463.
    """
    code, status, text = _parse(what)
    known = reply_codes().get(int(code)) if code else None
    vendors = [row for row in vendor_codes() if row.covers(code, status, text)]
    rows = [
        *(_code_rows(code, known) if code else [("Client's duty", duty(int(status[0]) * 100))]),
        *(_status_rows(status) if status else ()),
        *(_pair_rows(code, status) if code and status else ()),
        *([("Note", known.note)] if known else ()),
        *((f"At {row.provider}", row.told) for row in vendors),
    ]
    detail = enhanced(status)
    sources = (
        known.source if known else "",
        "RFC 5321 §4.2, §4.2.1, §4.3.2 (digits and duties)" if code else "",
        detail.source if detail else "",
        "RFC 3463 §2; RFC 2034 §4 (enhanced codes)" if status else "",
        *dict.fromkeys(row.source for row in vendors),
    )
    return Explanation(
        _title(code, known, status, vendors),
        tuple((label, sentence(text)) for label, text in rows if text),
        tuple(filter(None, sources)),
    )


def _parse(what: object) -> tuple[str, str, str]:
    """Reply code, enhanced code (one of them may be "") and the text after them."""
    code, line = getattr(what, "code", what), what
    if isinstance(code, int) and 100 <= code <= 999:  # no bool, and no number too long to write
        line = f"{code:d} {getattr(what, 'enhanced', '')} {getattr(what, 'text', '')}"
    parts = _LINE.match(line) if isinstance(line, str) else None
    if parts and any(parts.groups()):
        return parts[1] or "", parts[2] or "", parts.string[parts.end() :]
    raise LessonError(
        f"cannot explain {shown(what)}: give a reply code of three digits (550), an enhanced"
        " code (5.1.1) or a reply line that begins with them (550 5.1.1 No such user)"
    )


def sentence(text: str) -> str:
    """The words with a capital and a full stop."""
    return f"{text[0].upper()}{text[1:]}".removesuffix(".") + "."


def _title(code: str, known: ReplyCode | None, status: str, vendors: list[VendorCode]) -> str:
    names = []
    if known:
        is_real = known.standing is not Standing.FOLKLORE
        names = [known.short_name if is_real else _STANDING[Standing.FOLKLORE]]
    elif code:
        names = [UNKNOWN if _GRAMMAR.fullmatch(code) else "the grammar forbids it"]
    if status and not (code and status[1:] == ".0.0"):  # which says no more than the reply code
        names.append(_status_name(status, vendors))
    return f"{' '.join(filter(None, (code, status)))}: {' / '.join(names)}"


def _status_name(status: str, vendors: list[VendorCode]) -> str:
    detail, owners = enhanced(status), [row for row in vendors if not row.mark]
    if not detail:
        users = " and ".join(row.provider for row in owners)
        return f"not registered, used by {users}" if users else "not registered"
    # Only of those who name the replies that it comes with; other servers send it too.
    others = " and ".join(row.provider for row in owners if row.codes and row.standard == "other")
    name, _ = detail.words(status[0])
    return f"{name}, but not at {others}" if others else name


def _code_rows(code: str, known: ReplyCode | None) -> Iterator[tuple[str, str]]:
    number, fatal = int(code), code[0] not in _FIRST  # RFC 5321 §4.2
    yield "Meaning", known.meaning if known else ""
    # A number such as 101 never was a reply, so its advice stands in for a duty.
    yield "Client's duty", "" if fatal and known else duty(number)
    unknown = "go by the first digit alone, as with every code that you do not know"
    if fatal:
        unknown = "treat it as a fatal error and end the mail transaction"
    yield "Advice", (known.advice if known else "") or unknown
    if known:
        yield from _standing_rows(known)
    elif _GRAMMAR.fullmatch(code):
        yield "Standing", f"{UNKNOWN}, though the grammar allows it"
    if fatal:
        yield "Grammar", "forbidden, a server must not send a first digit other than 2 to 5"
    elif not _GRAMMAR.fullmatch(code):
        all_the_same = "A client still goes by the first digit (RFC 5321 §4.2)"
        yield "Grammar", f"forbidden, the second digit has to be 0 to 5. {all_the_same}"
    first, second = _FIRST.get(code[0], ""), _SECOND.get(code[1], "")
    yield f"First digit {code[0]}", f"{severity(number)}: {first}".removesuffix(": ")
    yield f"Second digit {code[1]}", f"{subject(number)}: {second}".removesuffix(": ")
    yield f"Third digit {code[2]}", "it only tells replies of one group apart"
    stages = dict.fromkeys(row.command for row in command_replies(code=number))
    names = sorted(stages, key=lambda name: name != ANY_COMMAND)
    yield "May answer", ", ".join(name for name in names if name != NO_REPLY)


def _standing_rows(known: ReplyCode) -> Iterator[tuple[str, str]]:
    yield "Standing", _STANDING[known.standing]
    if origin := known.enhanced_origin:
        row = enhanced(origin)
        name = row.name if row else "not registered"
        yield "Looks like", f"the enhanced code {origin} ({name}) without its dots"
    yield "Story", known.story
    yield "In its place", known.instead
    if known.table_verdict in ("imprecise", "wrong"):
        claim = f"it says: {known.table_claim}. That is {known.table_verdict}."
        yield "Popular table", f"{claim} {known.correction}"


def _status_rows(status: str) -> Iterator[tuple[str, str]]:
    for digit, level in zip(status.split("."), ("class", "subject", "detail"), strict=True):
        row = enhanced(status, level)
        # RFC 3463 §2: what a client does not know in a code it leaves out.
        unknown = "not registered", "go by what comes before it"
        name, meaning = row.words(status[0]) if row else unknown
        text = f"{name}. {sentence(meaning)}"
        if row and row.usable_classes and int(status[0]) not in row.usable_classes:
            text += f" Its RFC provides for class {' or '.join(map(str, row.usable_classes))} only."
        yield f"Enhanced {level} {digit}", text
    if row and row.has_meaning_in(status[0]):
        codes = ", ".join(str(code) for code in row.basic_codes if str(code)[0] == status[0])
        yield "Registered with", f"{codes} (a hint, not a rule)" if codes else ""
        yield f"Note on {status}", row.note


def _pair_rows(code: str, status: str) -> Iterator[tuple[str, str]]:
    rule = ""
    if code[0] == "3":
        rule = "a reply that begins with 3 carries no enhanced code"
    elif code[0] != status[0]:
        first = f"the reply code begins with {code[0]}, the enhanced code with {status[0]}"
        rule = f"{first}, and the two must agree"
    if rule:
        yield "Disagreement", f"{rule} (RFC 2034 §4). The first digit of the reply code wins."
