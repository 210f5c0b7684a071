"""A case: what an attack feeds to its target, and how a case that shows a fault is made smaller."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile input.

    setup: words and numbers that say how the target is set up; they are never made smaller.
    parts: the octets, in the pieces in which they arrive.
    """

    setup: tuple[str | int, ...]
    parts: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """The octets of all parts, and one for each part, so that fewer parts count as less."""
        return sum(map(len, self.parts)) + len(self.parts)


class Attack(Protocol):
    """One way to attack: makes cases, and says what is wrong with the answer to one."""

    def make(self, chance: Random) -> Case:
        """The next case."""

    def fault(self, case: Case) -> str:
        """What went wrong with the case, in a line; "" if nothing did."""


def smallest(case: Case, fault: Callable[[Case], object], tries: int = 2_000) -> Case:
    """The case with all taken away that the fault does not need.

    fault: what is wrong with a case, or nothing.
    tries: how many smaller cases are tried at most.
    """
    candidates = _smaller(case)
    for _ in range(tries):
        smaller = next(candidates, None)
        if smaller is None:
            break
        if fault(smaller):
            case, candidates = smaller, _smaller(smaller)
    return case


def _smaller(case: Case) -> Iterator[Case]:
    """Cases with one part missing, or with a stretch of one part missing; large cuts first."""
    parts = case.parts
    for place in range(len(parts)):
        yield replace(case, parts=parts[:place] + parts[place + 1 :])
    for place, part in enumerate(parts):
        length = len(part) // 2
        while length:
            for start in range(0, len(part), length):
                rest = part[:start] + part[start + length :]
                yield replace(case, parts=(*parts[:place], rest, *parts[place + 1 :]))
            length //= 2
