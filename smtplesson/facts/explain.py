"""What a reply means, taken apart digit by digit, for somebody who has just met it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from reprlib import repr as short_repr
from textwrap import wrap

from smtplesson.errors import LessonError
from smtplesson.facts.codes import (
    ReplyCode,
    Severity,
    Standing,
    duty,
    reply_codes,
    severity,
    subject,
)
from smtplesson.facts.commands import ANY_COMMAND, NO_REPLY, command_replies
from smtplesson.facts.enhanced import enhanced, enhanced_class, enhanced_subject

_WIDTH = 78
# RFC 5321 §4.2: Reply-code [ SP / "-" ] text; RFC 2034 §4: the text begins with x.y.z.
_LINE = re.compile(r"(?:([0-9]{3})(?:[ -] *|$))?(?:([245](?:\.[0-9]{1,3}){2})(?=\s|$))?")
_GRAMMAR = re.compile(r"[2-5][0-5][0-9]")
_FIRST = {
    "2": "the server has done what it was asked for",
    "3": "so far so good, the server waits for more from the client",
    "4": "not now, but the same request may work later",
    "5": "no, and the same request should not be repeated unchanged",
}
_SECOND = {
    "0": "the reply is about the form of a command",
    "1": "the reply answers a question, such as a request for help",
    "2": "the reply is about the connection",
    "3": "SMTP gives this digit no meaning; the codes for logins have it",
    "4": "SMTP gives this digit no meaning",
    "5": "the reply is about the mail system that receives",
}
_STANDING = {
    Standing.RFC: "in force, an RFC gives it this meaning",
    Standing.HISTORIC: "historic, an RFC keeps it for the record only",
    Standing.FOLKLORE: "folklore, no RFC defines it as a reply",
}


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """What explain() found; prints as plain text and shows as HTML in a notebook.

    title: the code or codes and their short name, one line.
    rows: (label, text) pairs in reading order.
    sources: RFCs and sections.
    """

    title: str
    rows: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Explanation({self.title!r})"

    def __str__(self) -> str:
        rows = (*self.rows, ("Sources", "; ".join(self.sources)))
        indent = 2 + max(len(label) for label, _ in rows)
        lines = [*wrap(self.title, _WIDTH), ""]
        for label, text in rows:
            lines += wrap(
                label.ljust(indent) + text,
                _WIDTH,
                subsequent_indent=" " * indent,
                break_on_hyphens=False,
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        # A table and not a <dl>: notebooks lay <dt> out in a way that mixes long labels up.
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;vertical-align:top">{escape(label)}</th>'
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for label, text in (*self.rows, ("Sources", "; ".join(self.sources)))
        )
        return (
            '<section class="smtplesson-explanation"'
            ' style="border-left: 4px solid; padding-left: 0.8em">'
            f'<p class="smtplesson-title"><strong>{escape(self.title)}</strong></p>'
            f'<table class="smtplesson-rows">{rows}</table></section>'
        )


def explain(what: int | str) -> Explanation:
    """What a reply means and what a client has to do about it.

    what: a reply code (550 or "550"), an enhanced code ("4.7.1"), or a reply line, whose text
        is not looked at ("550-5.1.1 No such user").
    Raises: LessonError for anything else.
    Source: RFC 5321 §4.2, §4.3.2; RFC 2034 §4; RFC 3463.
    """
    code, status = _parse(what)
    known = reply_codes().get(int(code)) if code else None
    rows = [
        *(_code_rows(code, known) if code else ()),
        *(_status_rows(status) if status else ()),
        *(_pair_rows(code, status) if code and status else ()),
        *([("Note", known.note)] if known else ()),
    ]
    if not code:
        rows.insert(0, ("Client's duty", duty(int(status[0]) * 100)))
    detail = enhanced(status)
    sources = (
        known.source if known else "",
        "RFC 5321 §4.2, §4.2.1, §4.3.2 (digits and duties)" if code else "",
        detail.source if detail else "",
        "RFC 3463 §2; RFC 2034 §4 (enhanced codes)" if status else "",
    )
    return Explanation(
        _title(code, known, status),
        tuple((label, _sentence(text)) for label, text in rows if text),
        tuple(filter(None, sources)),
    )


def _parse(what: object) -> tuple[str, str]:
    text = f"{what:d}" if isinstance(what, int) else what
    if isinstance(text, str) and (parts := _LINE.match(text.strip())) and any(parts.groups()):
        return parts[1] or "", parts[2] or ""
    raise LessonError(
        f"cannot explain {short_repr(what)}: give a reply code of three digits (550), an enhanced"
        " code (5.1.1) or a reply line that begins with them (550 5.1.1 No such user)"
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _title(code: str, known: ReplyCode | None, status: str) -> str:
    if known:
        folklore = known.standing is Standing.FOLKLORE
        names = [_STANDING[known.standing] if folklore else known.short_name]
    elif code:
        lawful = _GRAMMAR.fullmatch(code)
        names = ["no RFC gives it a meaning" if lawful else "the grammar forbids it"]
    else:
        names = []
    if status:
        detail = enhanced(status)
        names.append(detail.name if detail else "not registered")
    return f"{' '.join(filter(None, (code, status)))}: {' / '.join(names)}"


def _code_rows(code: str, known: ReplyCode | None) -> Iterator[tuple[str, str]]:
    number = int(code)
    fatal = severity(number) is Severity.OUTSIDE
    if known:
        yield "Meaning", known.meaning
    # A number such as 101 never was a reply, so its advice stands in for a duty.
    if not (fatal and known):
        yield "Client's duty", duty(number)
    if known and known.advice:
        yield "Advice", known.advice
    elif fatal:
        yield "Advice", "treat it as a fatal error and end the mail transaction"
    else:
        yield "Advice", "go by the first digit alone, as with every code that you do not know"
    if known:
        yield from _standing_rows(known)
    elif _GRAMMAR.fullmatch(code):
        yield "Standing", "unknown, the grammar allows it but no RFC gives it a meaning"
    if not _GRAMMAR.fullmatch(code):
        yield "Grammar", "forbidden, the digits of a reply code are 2 to 5, 0 to 5 and 0 to 9"
    for place, digit, name, gloss in (
        ("First", code[0], severity(number), _FIRST),
        ("Second", code[1], subject(number), _SECOND),
    ):
        yield f"{place} digit {digit}", f"{name}: {gloss[digit]}" if digit in gloss else name
    yield f"Third digit {code[2]}", "it only tells replies of one group apart"
    stages = dict.fromkeys(row.command for row in command_replies(code=number))
    names = sorted(stages, key=ANY_COMMAND.__ne__)
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
    detail = enhanced(status)
    found = {"class": enhanced_class(status), "subject": enhanced_subject(status), "detail": detail}
    for digit, (level, row) in zip(status.split("."), found.items(), strict=True):
        text = f"{row.name}. {_sentence(row.meaning)}" if row else "not registered"
        if row and row.usable_classes and int(status[0]) not in row.usable_classes:
            text += f" Its RFC provides for class {' or '.join(map(str, row.usable_classes))} only."
        yield f"Enhanced {level} {digit}", text
    if detail:
        codes = ", ".join(str(code) for code in detail.basic_codes if str(code)[0] == status[0])
        yield "Registered with", f"{codes} (a hint, not a rule)" if codes else ""
        yield f"Note on {status}", detail.note


def _pair_rows(code: str, status: str) -> Iterator[tuple[str, str]]:
    if code[0] == "3":
        rule = "a reply that begins with 3 carries no enhanced code"
    elif code[0] != status[0]:
        rule = f"the reply code begins with {code[0]}, the enhanced code with {status[0]}, and the"
        rule += " two must agree"
    else:
        return
    yield "Disagreement", f"{rule} (RFC 2034 §4). The first digit of the reply code wins."
