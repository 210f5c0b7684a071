"""An explanation as a value: it prints as plain text and shows as a card in a notebook."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import TextWrapper, wrap

from smtplesson.facts.codes import severity, subject
from smtplesson.show import pieces as show
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
class Explanation(show.Piece):
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
        rows = [*self.rows, self._sources()]
        indent = 2 + max(len(label) for label, _ in rows)
        hanging = TextWrapper(_WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False)
        lines = [line for label, text in rows for line in hanging.wrap(label.ljust(indent) + text)]
        return "\n".join([*wrap(self.title, _WIDTH), "", *lines])

    def pieces(self) -> Iterator[show.Part]:
        """A card: the codes, what the client must do, the digits, the rest folded away."""
        yield show.Card(*self._parts(), kind="smtplesson-explanation", style="text-align:left")

    def _sources(self) -> tuple[str, str]:
        return "Sources", "; ".join(self.sources)

    def _parts(self) -> Iterator[show.Part]:
        codes, colon, name = self.title.partition(": ")
        words = codes.split() if colon else []
        name = name or self.title
        told = dict(self.rows)
        duty, advice, meaning = (
            told.pop(each, "") for each in ("Client's duty", "Advice", "Meaning")
        )
        digits = [(label, told.pop(label)) for label in list(told) if label.startswith(_DIGITS)]
        if words:
            heads = (badge(int(w), large=True) if w.isdigit() else show.Code(w) for w in words)
            spaced = (part for head in heads for part in (head, " "))
            yield show.Line(*spaced, kind="smtp-headline", style=_HEADLINE)
        yield show.Line(show.Strong(name[:1].upper() + name[1:]), kind="smtplesson-title")
        if duty or advice:
            words_of_duty = show.Strong(duty[:1].lower() + duty[1:])
            must = ("The client must now ", words_of_duty, " ") if duty else ()
            fill = class_style(int(f"{codes:.1}00")).fill if words else ""
            style = f"border-left:4px solid {fill};padding-left:0.8em"
            yield show.Line(*must, advice, kind="smtp-duty", style=style)
        if digits:
            yield show.Items(*(_digit(*each) for each in digits), kind="smtp-digits", style=_BARE)
        rows = Table((), [*told.items(), self._sources()], prose=True, kind="smtplesson-rows")
        yield show.details("More on this reply", meaning, rows)


def _digit(label: str, text: str) -> show.Element:
    """One digit: where it stands, its name, and what that means."""
    place, _, digit = label.rpartition(" ")
    name, *gloss = _NAME_END.split(text, maxsplit=1)
    words = (show.Strong(name), " ", *gloss) if gloss else (name,)
    where = show.Span(f"{place}:", kind="smtp-place")
    return show.Item(show.Code(digit, kind="smtp-digit"), " ", show.Span(where, " ", *words))


def badge(code: int, *, large: bool = False) -> show.Badge:
    """A reply code in its class's colour with its mark, explained by digit on hover."""
    digits = f"{code // 100}yz: {severity(code)}. x{code // 10 % 10}z: {subject(code)}."
    return show.Badge(code, digits, large=large)
