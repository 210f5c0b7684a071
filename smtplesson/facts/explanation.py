"""An explanation as a value: it prints as plain text and shows as a card in a notebook."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from smtplesson.facts.codes import severity, subject
from smtplesson.show.pieces import (
    Badge,
    Card,
    Code,
    Element,
    Item,
    Items,
    Line,
    Part,
    Piece,
    Span,
    Strong,
    details,
)
from smtplesson.show.style import class_style
from smtplesson.show.table import Table

_WIDTH = 78
# The labels of the rows that say what one digit means.
_DIGITS = ("First digit", "Second digit", "Third digit", "Enhanced ")
# What a cell and a handout have no style sheet for.
_HEADLINE, _BARE = "font-size:1.35em;font-weight:600", "list-style:none;padding:0"
# A digit's name ends with a colon or as a sentence does; the rest glosses it.
_NAME_END = re.compile(r"(?<=:) |(?<=\.) (?=.)")


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Piece):
    """What explain() found; prints as plain text and shows as a card in a notebook.

    title: the code or codes and their short name, one line.
    rows: (label, text) pairs in reading order.
    sources: RFCs and sections, and the public pages of providers.
    """

    title: str
    rows: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Explanation({self.title!r})"

    def __str__(self) -> str:
        rows = self._all(dict(self.rows))
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

    def pieces(self) -> Iterator[Part]:
        """A card: the codes, what the client must do, the digits, the rest folded away."""
        yield Card(*self._parts(), kind="smtplesson-explanation", style="text-align:left")

    def _parts(self) -> Iterator[Part]:
        codes, colon, name = self.title.partition(": ")
        words = codes.split() if colon else []
        told = dict(self.rows)
        duty, advice = told.pop("Client's duty", ""), told.pop("Advice", "")
        digits = [(label, told.pop(label)) for label in list(told) if label.startswith(_DIGITS)]
        meaning = told.pop("Meaning", "")
        if words:
            heads = [
                badge(int(word), large=True) if word.isdigit() else Code(word) for word in words
            ]
            yield Line(
                *(part for head in heads for part in (head, " ")),
                kind="smtp-headline",
                style=_HEADLINE,
            )
        yield Line(Strong(_capital(name or self.title)), kind="smtplesson-title")
        if duty or advice:
            must = ("The client must now ", Strong(duty[0].lower() + duty[1:]), " ") if duty else ()
            fill = class_style(int(f"{codes:.1}00")).fill if words else ""
            style = f"border-left:4px solid {fill};padding-left:0.8em"
            yield Line(*must, advice, kind="smtp-duty", style=style)
        if digits:
            yield Items(*(_digit(*each) for each in digits), kind="smtp-digits", style=_BARE)
        rows = Table((), self._all(told), prose=True, kind="smtplesson-rows")
        yield details("More on this reply", meaning, rows)

    def _all(self, told: dict[str, str]) -> list[tuple[str, str]]:
        """What is told, and after it the sources."""
        return [*told.items(), ("Sources", "; ".join(self.sources))]


def _digit(label: str, text: str) -> Element:
    """One digit: where it stands, its name, and what that means."""
    place, _, digit = label.rpartition(" ")
    name, *gloss = _NAME_END.split(text, maxsplit=1)
    words = (Strong(name), " ", *gloss) if gloss else (name,)
    return Item(
        Code(digit, kind="smtp-digit"), " ", Span(Span(f"{place}:", kind="smtp-place"), " ", *words)
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def badge(code: int, *, large: bool = False) -> Badge:
    """A reply code in its class's colour with its mark, explained by digit on hover."""
    digits = f"{code // 100}yz: {severity(code)}. x{code // 10 % 10}z: {subject(code)}."
    return Badge(code, digits, large=large)
