"""Flash cards that Anki imports: a question and its answer for each code, limit and legend."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from smtplesson.evidence.limits import limits
from smtplesson.evidence.observed import observed_replies
from smtplesson.facts import enhanced, reply_codes
from smtplesson.facts.codes import ReplyCode, Standing, duty
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


def _card(front: str, back: Iterator[str], deck: str, *tags: str) -> Flash:
    return front, "\n".join(filter(None, back)), f"{DECK}::{deck}", " ".join(("smtp", *tags))


def _code(code: ReplyCode) -> Flash:
    def back() -> Iterator[str]:
        yield _sentence(code.short_name)
        yield code.meaning
        yield f"{code.code // 100}yz, {code.severity}: the client must {code.duty}."
        yield code.advice
        yield f"Source: {code.source}"

    front = f"{code.code}: what does the server say, and what does the client do?"
    return _card(front, back(), "Codes", f"{code.code // 100}yz", code.standing)


def _legend(code: ReplyCode) -> Flash:
    def back() -> Iterator[str]:
        yield f"No RFC defines {code.code} as a reply."
        yield code.story
        yield code.instead and f"In its place: {code.instead}"
        yield f"Source: {code.source}"

    claim = code.short_name.removeprefix("popular lists: ")
    is_told = claim != code.short_name
    asked = f"popular lists say “{claim}”." if is_told else "is it a reply code of SMTP?"
    return _card(f"{code.code}: {asked} What is right?", back(), "Folklore", code.standing)


def _enhanced() -> Iterator[Flash]:
    """Cards of the enhanced codes that real bounces quote often and a registry knows."""
    counts = Counter[str]()
    for reply in observed_replies():
        counts[reply.enhanced] += reply.count
    for status in sorted((each for each in counts if counts[each] >= OFTEN and each), key=_parts):
        if row := enhanced(status):
            name, meaning = row.words(status[0])
            client = f"Class {status[0]}: the client must {duty(int(status[0]) * 100)}."
            back = (_sentence(name), _sentence(meaning), client, f"Source: {row.source}")
            front = f"{status}: what does this enhanced code mean?"
            yield _card(front, iter(back), "Enhanced codes", f"{status[0]}yz")


def _parts(status: str) -> list[int]:
    return [int(part) for part in status.split(".")]


def _limits() -> Iterator[Flash]:
    for row in limits().values():
        size = f"{row.bound} {row.octets} octets" if row.octets else row.rfc_limit
        counts = row.crlf_counts.startswith("yes") and "The line end counts."
        back = (_sentence(size), counts or "", row.correction, f"Source: {row.source}")
        front = f"{row.object[0].upper()}{row.object[1:]}: what is its limit?"
        yield _card(front, iter(back), "Limits")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}".removesuffix(".") + "."
