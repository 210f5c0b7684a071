"""Reply explorer: digits and words in, codes out; each explained, and provoked at a click."""

import re
from collections.abc import Iterator
from functools import cache

from ipywidgets import Button, Dropdown, Text

from smtplesson.experiments.provoke import provoke, recipes, why_not
from smtplesson.facts import command_replies, enhanced, explain, reply_codes
from smtplesson.facts.commands import NO_REPLY
from smtplesson.facts.enhanced import ENHANCED_CODE
from smtplesson.facts.explanation import badge
from smtplesson.loopback.transcript import Transcript
from smtplesson.show.pieces import Box, Part, Span
from smtplesson.show.table import Table
from smtplesson.widgets.board import Board

# RFC 5321 §4.2: what each digit of a reply code can be.
_DIGITS = {"First digit": "2345", "Second digit": "012345", "Third digit": "0123456789"}
_CODE, _PART_OF_CODE = re.compile(r"[0-9]{3}"), re.compile(r"[0-9]{1,3}")
_ENHANCED = re.compile(ENHANCED_CODE)


class ReplyExplorer(Board):
    """Choose digits or search the facts, read what a code means, and see it said."""

    title = "Reply explorer"

    def __init__(self) -> None:
        self.digits = tuple(
            Dropdown(options=[("any", ""), *zip(digits, digits, strict=True)], description=name)
            for name, digits in _DIGITS.items()
        )
        self.search = Text(description="Search", placeholder="a word, a code or 4.7.1")
        self.code = Dropdown(description="Code")
        self.provoke = Button(description="Provoke it", button_style="primary")
        self.matches: list[int] = []
        self._played: Transcript | None = None
        self._find()
        self.code.value = 550
        self._choose()
        super().__init__([*self.digits, self.search], [self.code, self.provoke])
        for control in (*self.digits, self.search):
            self.on_change(control, self._find)
        self.on_change(self.code, self._choose)
        self.on_choice(self._take)
        self.on_click(self.provoke, self._provoke)

    def pieces(self) -> Iterator[Part]:
        """The codes that match, and all about the chosen one."""
        yield Box(Box(*self._found()), Box(*self._explained()), kind="smtp-columns")

    def _found(self) -> Iterator[Part]:
        """The codes that match, each to be chosen; below them the chosen one as it was drawn."""
        if self.matches:
            yield f"Codes that match: {len(self.matches)} of {len(reply_codes())}."
            rows = [(self._choice(code), *_row(code)) for code in self.matches]
            yield Box(
                Table(("Code", "Name", "Standing", "May answer"), rows),
                kind="smtp-matches",  # a long one scrolls by itself and leaves the rest in sight
                role="group",  # no landmark: there may be two of it on a page
                aria_label="Codes that match",
                tabindex=0,
            )
        else:
            yield "Nothing found: no known code has these digits and all of these words."
        if self._played:
            recipe = recipes()[self.code.value]
            yield f"{recipe.situation} The scenario is {recipe.scenario}."
            yield self._played

    def _explained(self) -> Iterator[Part]:
        """What the chosen code means, and the enhanced code that is searched for."""
        if self._subject:
            if reason := why_not(int(self._subject)):
                yield f"{self._subject} cannot be provoked: {reason}."
            yield explain(self._subject)
        if _ENHANCED.fullmatch(word := self.search.value.strip()):
            yield explain(word)

    def _choice(self, code: int) -> Part:
        current = "true" if code == self.code.value else ""
        return Span(badge(code), data_choice=code, aria_current=current)

    @property
    def _subject(self) -> str:
        """The code to explain: the chosen one, or one given in full that nobody knows, or ""."""
        if self.code.value:
            return str(self.code.value)
        for typed in ("".join(digit.value for digit in self.digits), self.search.value.strip()):
            if _CODE.fullmatch(typed) and int(typed) not in reply_codes():
                return typed
        return ""

    def _find(self) -> None:
        chosen, pattern = self.code.value, "".join(digit.value or "." for digit in self.digits)
        words = self.search.value.lower().split()
        self.matches = [
            code
            for code in reply_codes()
            if re.fullmatch(pattern, str(code)) and all(_has(code, word) for word in words)
        ]
        names = [(f"{code} {reply_codes()[code].short_name}", code) for code in self.matches]
        if (options := tuple(names or [("none", 0)])) != self.code.options:
            self.code.options = options
            self.code.value = chosen if chosen in self.matches else options[0][1]
        self._choose()

    def _take(self, choice: str) -> None:
        if int(choice) in self.matches:  # it may have gone since it was seen
            self.code.value = int(choice)

    def _choose(self) -> None:
        self._played = None
        self.provoke.disabled = not self.code.value or bool(why_not(self.code.value))

    def _provoke(self) -> None:
        self._played = provoke(self.code.value)
        self.said = f"Provoked {self.code.value}."


def _row(code: int) -> tuple[str, str, str]:
    """A code's name, its standing, and the commands that it may answer."""
    fact = reply_codes()[code]
    stages = dict.fromkeys(row.command for row in command_replies(code=code))
    commands = ", ".join(stage for stage in stages if stage != NO_REPLY)
    return fact.short_name, fact.standing.replace("rfc", "RFC"), commands or "–"


def _has(code: int, word: str) -> bool:
    """True if the facts on a code have the word; of a number, if the code begins with it."""
    if _PART_OF_CODE.fullmatch(word):
        return str(code).startswith(word)
    return word in (_enhanced(code) if _ENHANCED.fullmatch(word) else _text(code))


@cache
def _enhanced(code: int) -> set[str]:
    """The enhanced codes that go with a code, or that it was made from."""
    fact = reply_codes()[code]
    paired = {each.replace("X", str(code)[0]) for each in fact.iana_enhanced}
    examples = (row.enhanced_examples for row in command_replies(code=code))
    return paired.union(*examples, [fact.enhanced_origin])


@cache
def _text(code: int) -> str:
    """All that the facts say about a code, in lower case."""
    fact = reply_codes()[code]
    told = (fact.meaning, fact.advice, fact.story, fact.instead, fact.note, fact.source)
    when = (f"{row.condition} {row.source}" for row in command_replies(code=code))
    details = filter(None, map(enhanced, sorted(_enhanced(code))))
    return " ".join((*_row(code), *told, *when, *(row.name for row in details))).lower()
