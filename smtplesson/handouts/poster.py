"""Two sheets for the wall: all reply codes by class and stage, and the rules that they follow."""

from collections.abc import Iterator
from functools import cache

from nbformat import NotebookNode, v4

from smtplesson.evidence.limits import limits
from smtplesson.facts import command_replies, enhanced_codes, explain, reply_codes, stages
from smtplesson.facts.codes import ReplyCode, Standing, duty, severity
from smtplesson.facts.commands import ANY_COMMAND
from smtplesson.facts.explanation import badge
from smtplesson.handouts.printed_guesses import printed
from smtplesson.show.pieces import (
    Box,
    Card,
    Code,
    Element,
    Item,
    Items,
    Line,
    Part,
    Span,
    Stack,
    Strong,
    sign,
    unseen,
)
from smtplesson.show.style import CLASS_STYLES, class_style
from smtplesson.show.table import Table

TITLE = "SMTP reply codes: which may come, and when"
# What a client does beyond its duty, by the first digit; the sections are RFC 5321's.
_DUTIES = {
    2: "What was asked for is done. After the final dot the server has the mail (§4.2.1, §6.1).",
    3: "The text after DATA, or the answer within AUTH, is still to come (§4.2.1).",
    4: "Keep the mail and wait 30 minutes or more; try for 4 to 5 days (§4.2.1, §4.5.4.1).",
    5: "Not again unchanged. A person may correct it and then send it again (§4.2.1).",
}
_RULES = (
    ("An unknown code", "Go by its first digit alone (§4.2, §4.3.2)."),
    ("A first digit other than 2 to 5", "A fatal error: end the mail transaction (§4.2)."),
    (
        "Several lines",
        "A hyphen after the code: more lines follow. A space: the last line. All of them have the"
        " same code (§4.2.1).",
    ),
    (
        "The text",
        "It is for people. A program acts on it in 251 and 551 and, if it has to, in 220, 221 and"
        " 421; in all others only the code counts (§4.2).",
    ),
)
_SIZES = ("local-part", "domain", "path", "command line", "reply line", "text line")
_STAGES = tuple(name for name in stages() if name != "unknown")


def poster() -> NotebookNode:
    """A notebook of the two sheets, to be made a page as others are.

    Source: RFC 5321 §4.2, §4.2.1, §4.3.2, §4.5.4.1, §6.1; RFC 3463 §2; RFC 2034 §4.
    """
    sheets = [Card(*parts, kind="wall") for parts in (_codes(), _rules())]
    return v4.new_notebook(cells=[printed(Box(*sheets))])


def _codes() -> Iterator[Part]:
    """The first sheet: every code that an RFC defines, and the folklore."""
    yield Element("h1", TITLE)
    yield (
        "A mark stands where an RFC allows the code. Above all, the first digit decides what the "
        "client does (RFC 5321 §4.2.1); where each code may come is in §4.3.2 and in the RFCs of "
        "the extensions."
    )
    known = [code for code in reply_codes().values() if code.standing is not Standing.FOLKLORE]
    heads = ("Class", "Code", "Meaning", *_STAGES, ANY_COMMAND, "The client must")
    yield Table(heads, [_row(code) for code in known], kind="by-stage", prose=True, grouped=True)
    yield Element("h3", "On popular lists, but no RFC defines them as replies")
    lists = [code for code in reply_codes().values() if code.standing is Standing.FOLKLORE]
    told = [code for code in lists if code.in_seed_table]
    yield Items(*map(_folklore, told), kind="folklore")
    others = [part for code in lists if code not in told for part in (_struck(code), " ")]
    yield Line("Neither are ", *others, kind="folklore")


def _row(code: ReplyCode) -> tuple[Part, ...]:
    stands = {reply.command for reply in command_replies(code=code.code)}
    mark = Span(sign(class_style(code.code).mark), unseen("yes"))
    places = [mark if stage in stands else "" for stage in (*_STAGES, ANY_COMMAND)]
    name = code.short_name
    if code.standing is not Standing.RFC:
        name = f"{name} ({code.standing})"
    first = code.code // 100
    return _class(first), badge(code.code), name, *places, _must(first)


@cache  # one value for all rows of a class makes them a group
def _class(first: int) -> Part:
    """The class of a code with its hatch and its mark, as in the figures."""
    style = CLASS_STYLES[first]
    hatch = Span(kind=f"hatch hatch-{first}", style=f"color:{style.fill}", aria_hidden="true")
    return Stack(hatch, Strong(f"{style.mark} {first}yz"), str(severity(first * 100)))


@cache
def _must(first: int) -> Part:
    said = duty(first * 100)
    return Stack(Strong(f"{said[0].upper()}{said[1:]}."), _DUTIES[first])


def _struck(code: ReplyCode) -> Element:
    return Element("del", str(code.code))


def _folklore(code: ReplyCode) -> Element:
    claim = code.short_name.removeprefix("popular lists: ")
    return Item(_struck(code), " ", Element("em", claim), f": {code.instead}")


def _rules() -> Iterator[Part]:
    """The second sheet: what a client goes by, whichever code comes."""
    yield Element("h2", "How to read a reply")
    yield Box(
        Line(Code("550 5.1.1 No such user here"), kind="sample"),
        Line(
            "A reply is ", Strong("three digits"), ", perhaps an ", Strong("enhanced code"),
            " of three numbers, and text (RFC 5321 §4.2, RFC 2034 §4).",
        ),
    )  # fmt: skip
    yield Element("h3", "The first digit: what the client does next")
    rows = [
        (_class(code // 100), _told(code, "First"), _must(code // 100), badge(code))
        for code in (250, 354, 450, 550)
    ]
    yield Table(("Class", "It says", "The client must", "Such as"), rows, prose=True)
    yield Element("h3", "The second digit: what it is about; the third tells neighbours apart")
    digits = [_told(500 + 10 * digit, "Second") for digit in range(6)]
    yield Table((), [(f"x{n}z", text) for n, text in enumerate(digits)], prose=True)
    yield Element("h3", "Rules for every client")
    yield Table((), _RULES, prose=True)
    yield Element("h3", "Enhanced codes: class.subject.detail")
    yield (
        "They make the reply code more precise. Their class agrees with its first digit "
        "(RFC 2034 §4); ignore a detail that you do not know (RFC 3463 §2)."
    )
    every = enhanced_codes().values()
    subjects = [(row.code, row.name, row.meaning) for row in every if row.level == "subject"]
    yield Table(("Subject", "", "What it is about"), subjects, prose=True)
    yield Element("h3", "How long things may be")
    sizes = [limits()[name] for name in _SIZES]
    lengths = [(each.object, f"{each.bound} {each.octets} octets", each.source) for each in sizes]
    yield Table((), lengths, prose=True)


def _told(code: int, place: str) -> str:
    """What explain says of a digit of a code.

    place: "First" or "Second".
    """
    return next(text for label, text in explain(code).rows if label.startswith(f"{place} digit"))
