"""Enhanced status codes: the x.y.z that a server may put between reply code and text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from smtplesson.facts._tables import load, numbers

_CODE = re.compile(r"([245X])\.([0-9]{1,3})\.([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class EnhancedCode:
    """A row of enhanced_status.csv: a class ("5.X.X"), a subject ("X.1.X") or a detail ("X.1.1").

    level: "class", "subject" or "detail".
    name, meaning: a few words, a sentence.
    usable_classes: first digits that its RFC provides for; empty where it says nothing.
    basic_codes: reply codes that the registry pairs with it; a hint, not a rule.
    """

    code: str
    level: str
    name: str
    meaning: str
    usable_classes: tuple[int, ...]
    basic_codes: tuple[int, ...]
    source: str
    note: str


@cache
def enhanced_codes() -> Mapping[str, EnhancedCode]:
    """All classes, subjects and registered details by their pattern; read-only."""
    rows = load(EnhancedCode, "enhanced_status", usable_classes=numbers, basic_codes=numbers)
    return MappingProxyType({row.code: row for row in rows})


def enhanced(code: str) -> EnhancedCode | None:
    """The row of a registered code, or None: "5.1.1" finds X.1.1."""
    return _find(code, "X.{1}.{2}")


def enhanced_subject(code: str) -> EnhancedCode | None:
    """The row of the code's subject, or None: "5.1.1" finds X.1.X."""
    return _find(code, "X.{1}.X")


def enhanced_class(code: str) -> EnhancedCode | None:
    """The row of the code's class, or None: "5.1.1" finds 5.X.X."""
    return _find(code, "{0}.X.X")


def _find(code: str, pattern: str) -> EnhancedCode | None:
    parts = _CODE.fullmatch(code)
    return enhanced_codes().get(pattern.format(*parts.groups())) if parts else None
