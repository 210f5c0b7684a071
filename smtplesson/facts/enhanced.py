"""Enhanced status codes: the x.y.z that a server may put between reply code and text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from smtplesson.tables import load, numbers

# RFC 3463 §2: class 2, 4 or 5; subject and detail are 1*3DIGIT, without leading zeros.
_NUMBER = "(?:0|[1-9][0-9]{0,2})"
# For all who look for such a code; what stands around it is theirs to say.
ENHANCED_CODE = rf"[245]\.{_NUMBER}\.{_NUMBER}"
_CODE = re.compile(rf"([245X])\.({_NUMBER})\.({_NUMBER})")
# The levels of RFC 3463 §2 with the name of a code's row in each.
_PATTERNS = {"class": "{0}.X.X", "subject": "X.{1}.X", "detail": "X.{1}.{2}"}


@dataclass(frozen=True, slots=True)
class EnhancedCode:
    """A row of enhanced_status.csv: a class ("5.X.X"), a subject ("X.1.X") or a detail ("X.1.1").

    level: "class", "subject" or "detail".
    name, meaning: a few words, a sentence.
    success_name, success_meaning: the same for class 2, where it needs words of its own.
    usable_classes: first digits that its RFC provides for; empty where it says nothing.
    basic_codes: reply codes that the registry pairs with it; a hint, not a rule.
    """

    code: str
    level: str
    name: str
    meaning: str
    success_name: str
    success_meaning: str
    usable_classes: tuple[int, ...]
    basic_codes: tuple[int, ...]
    source: str
    note: str

    def has_meaning_in(self, digit: str) -> bool:
        """True unless a code for refusals is used for a success, or the other way round.

        digit: the class. "4" and "5" are not told apart: servers send many codes in both.
        """
        if digit == "2":
            return bool(self.success_meaning) or 2 in self.usable_classes
        return self.usable_classes != (2,)

    def words(self, digit: str) -> tuple[str, str]:
        """Name and meaning in the class `digit`, "2", "4" or "5"."""
        if not self.has_meaning_in(digit):
            nothing = "it is registered, but nothing says what it means in this class"
            return f"no meaning in class {digit}", nothing
        if digit == "2":
            return self.success_name or self.name, self.success_meaning or self.meaning
        return self.name, self.meaning


@cache
def enhanced_codes() -> Mapping[str, EnhancedCode]:
    """All classes, subjects and registered details by their pattern; read-only."""
    rows = load(EnhancedCode, "facts/enhanced_status", usable_classes=numbers, basic_codes=numbers)
    return MappingProxyType({row.code: row for row in rows})


def enhanced(code: str, level: str = "detail") -> EnhancedCode | None:
    """The row of a code, or None if it is not registered.

    level: "5.1.1" finds X.1.1 as a "detail", X.1.X as a "subject" and 5.X.X as a "class".
    """
    parts = _CODE.fullmatch(code)
    return enhanced_codes().get(_PATTERNS[level].format(*parts.groups())) if parts else None
