"""The question: what is asked, what counts as right, and what each likely mistake is told."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from smtplesson.errors import LessonError, nearest, shown

KINDS = {
    "predict": "predict the reply",
    "provoke": "provoke a reply",
    "repair": "repair a conversation",
    "choose": "choose and say why",
    "read": "read a conversation",
    "compute": "compute",
    "order": "put lines in order",
    "policy": "write a function",
}
Found = TypeVar("Found")
# Kinds that are judged by what was said on the wire; the others by a value.
ON_THE_WIRE = ("provoke", "repair", "order", "policy")


class AnswerError(LessonError):
    """What was handed in is no answer to this kind of question; the text says what would be."""


def parts_of(answer: Sequence[object]) -> list[Any]:
    """What was handed in, part by part: check("b", 2) is check(("b", 2)), and so is a list."""
    first = answer[0] if len(answer) == 1 else answer
    return [*first] if isinstance(first, list | tuple) else [first]


def find(
    kind: str, name: object, notebooks: Collection[str], of: Callable[[str], Mapping[str, Found]]
) -> Found:
    """What has this name, such as "01-3"; LessonError with the names that exist if nothing has.

    notebooks, of: those that have something of this kind, and what one of them has, by name.
    """
    number = str(name).partition("-")[0]
    here = of(number) if number in notebooks else {}
    if str(name) in here:
        return here[str(name)]
    every = [each for notebook in notebooks for each in of(notebook)]
    there = ", ".join(list(here) or [each for each in every if each.endswith("-1")])
    meant = nearest(str(name), every)
    raise LessonError(f"there is no {kind} {shown(name)}; there are {there}{meant}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A likely wrong answer and what is said to it.

    name: the misconception in a few words, for the teacher.
    given: the answers that show it, as they are typed, where "*" stands for any word and what
        follows may be left out; on the wire replies as in `want`, several with ", " between.
    say: the feedback.
    lines: on the wire, lines that make the mistake: the proof that it can be made.
    """

    name: str
    given: tuple[str, ...]
    say: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One variant of an exercise, all its fields filled in.

    kind: one of KINDS.
    text, material: what is asked, and lines to look at.
    hints: from a nudge to the last step but one, never the answer.
    solution, source: the answer's why, and its RFC and section.
    variant: the number of this variant, from 0.
    scenario, lines: the server, and what is said to it before the question, or wrongly.
    ask: the form of the answer, a name in `typed_values.FORMS`; empty on the wire.
    options, reasons: to choose among, each with its letter or number.
    answer, tolerance: what is right, as it is typed, and by how much a number may be off.
    want: on the wire, the replies that have to come in one session, in order: "452", "452 at
        RCPT" and more, see `wire.parts`.
    keep: text that a repaired message still has to hold, blanks and line ends aside.
    solve: on the wire, lines that do it; where lines are put in order, these lines; where a
        function is asked for, its source.
    sessions: what a function is played against, see `policy.session`.
    """

    id: str
    title: str
    kind: str
    text: str
    hints: tuple[str, ...]
    solution: str
    source: str
    mistakes: tuple[Mistake, ...]
    variant: int = 0
    material: tuple[str, ...] = ()
    scenario: str = "example"
    lines: tuple[str, ...] = ()
    ask: str = ""
    options: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    tolerance: float = 0.0
    want: tuple[str, ...] = ()
    keep: str = ""
    solve: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
