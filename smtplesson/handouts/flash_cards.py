"""Flash cards that Anki imports: a question and its answer for each code, limit and legend."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from smtplesson.evidence.limits import limits
from smtplesson.evidence.observed import observed_replies
from smtplesson.facts import enhanced, reply_codes
from smtplesson.facts.codes import ReplyCode, Standing, duty
from smtplesson.facts.explain import sentence
from smtplesson.files import write_whole

DECK = "SMTP replies"
# Anki's manual, "Text Files", "File Headers": unlike `deck`, a column makes decks that are missing.
_HEADS = (
    *("#separator:tab", "#html:false", "#notetype:Basic"),
    *("#columns:Front\tBack\tDeck\tTags", "#deck column:3", "#tags column:4"),
)
OFTEN = 2  # from so many on in our sample of real bounces an enhanced code has a card
Flash = tuple[str, str, str, str]  # front, back, deck, tags


def flash_cards() -> tuple[Flash, ...]:
    """All cards, in the order in which they are learned: front, back, deck, tags."""
    known = reply_codes().values()
    folklore = [code for code in known if code.standing is Standing.FOLKLORE]
    codes = (_code(code) for code in known if code not in folklore)
    return (*codes, *map(_legend, folklore), *_enhanced(), *_limits())


def write_cards(path: Path) -> int:
    """Writes all cards to a file and returns how many there are.

    Raises: LessonError if the file cannot be written.
    Source: Anki's manual, docs.ankiweb.net/importing/text-files.html.
    """
    text, cards = StringIO(), flash_cards()
    text.writelines(f"{head}\n" for head in _HEADS)
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(cards)
    write_whole(path, text.getvalue().encode())
    return len(cards)


def _card(front: str, back: Iterable[str], source: str, deck: str, *tags: str) -> Flash:
    """A card; empty lines of its back are left out, and its source is the last one."""
    lines = filter(None, (*back, f"Source: {source}"))
    return front, "\n".join(lines), f"{DECK}::{deck}", " ".join(("smtp", *tags))


def _code(code: ReplyCode) -> Flash:
    front = f"{code.code}: what does the server say, and what does the client do?"
    kind = f"{code.code // 100}yz"
    client = f"{kind}, {code.severity}: the client must {code.duty}."
    back = (sentence(code.short_name), code.meaning, client, code.advice)
    return _card(front, back, code.source, "Codes", kind, code.standing)


def _legend(code: ReplyCode) -> Flash:
    claim = code.short_name.removeprefix("popular lists: ")
    is_told = claim != code.short_name
    asked = f"popular lists say “{claim}”." if is_told else "is it a reply code of SMTP?"
    front = f"{code.code}: {asked} What is right?"
    instead = code.instead and f"In its place: {code.instead}"
    back = (f"No RFC defines {code.code} as a reply.", code.story, instead)
    return _card(front, back, code.source, "Folklore", code.standing)


def _enhanced() -> Iterator[Flash]:
    """Cards of the enhanced codes that real bounces quote often and a registry knows."""
    counts = Counter[str]()
    for reply in observed_replies():
        counts[reply.enhanced] += reply.count
    often = [status for status, count in counts.items() if status and count >= OFTEN]
    for status in sorted(often, key=lambda each: [*map(int, each.split("."))]):
        if row := enhanced(status):
            name, meaning = row.words(status[0])
            client = f"Class {status[0]}: the client must {duty(int(status[0]) * 100)}."
            back = (sentence(name), sentence(meaning), client)
            front = f"{status}: what does this enhanced code mean?"
            yield _card(front, back, row.source, "Enhanced codes", f"{status[0]}yz")


def _limits() -> Iterator[Flash]:
    for row in limits().values():
        size = f"{row.bound} {row.octets} octets" if row.octets else row.rfc_limit
        counts = "The line end counts." if row.crlf_counts.startswith("yes") else ""
        front = f"{row.object[0].upper()}{row.object[1:]}: what is its limit?"
        yield _card(front, (sentence(size), counts, row.correction), row.source, "Limits")
