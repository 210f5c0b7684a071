"""Exercises in which given lines are put in order: which lines, and how an order is judged."""

from collections.abc import Sequence
from hashlib import sha256
from string import ascii_lowercase

from smtplesson.exercises.question import AnswerError, Question, parts_of
from smtplesson.exercises.shown import RIGHT, WRONG, Result
from smtplesson.exercises.typed_lines import lines_of
from smtplesson.exercises.wire import judged, play_typed


def scrambled(question: Question) -> list[str]:
    """The lines out of order, the same on every machine."""

    def place(at: int) -> bytes:
        return sha256(f"{question.id} {question.variant} {at}".encode()).digest()

    return [question.solve[at] for at in sorted(range(len(question.solve)), key=place)]


def lettered(question: Question) -> dict[str, str]:
    """The same, each with the letter by which it may be named."""
    return dict(zip(ascii_lowercase, scrambled(question), strict=False))


def blanks(question: Question) -> str:
    """Where the letters are written on paper, in the order in which the lines are said."""
    return "  ".join(f"{number} ___" for number in range(1, len(question.solve) + 1))


def judge_order(question: Question, answer: Sequence[object]) -> Result:
    """The result for an order: it is said to the server, line by line, and all of it is wanted.

    Any order that is accepted is right.
    Raises: AnswerError if these are not the lines of the question, each once.
    """
    lines = _lines(question, answer)
    transcript = play_typed(question.scenario, lines)
    found = judged(question, transcript)
    last = transcript[-1].sent.decode("utf-8", "replace").rstrip()
    if found.status == RIGHT and last != lines[-1]:
        told = f"The server closed the connection after {last}: the lines below it were never sent."
        return Result(WRONG, told, "hangs up too early")
    return found


def _lines(question: Question, answer: Sequence[object]) -> list[str]:
    """The lines in the order of an answer, which may be lines, their letters, or a text of both."""
    parts = parts_of(answer)
    if not all(isinstance(each, str) for each in parts):
        raise AnswerError(f"That cannot be checked. {how_to_order(question)}")
    letters = lettered(question)
    named = "".join(parts).lower().replace(",", " ").split()
    named = [*named[0]] if len(named) == 1 else named
    if sorted(named) == sorted(letters):
        return [letters[each] for each in named]
    lines = [line for line in lines_of(parts) if line]
    for line in (*question.solve, *lines):
        if lines.count(line) != question.solve.count(line):
            raise AnswerError(
                f"Use each line exactly as often as it is given, and no other: {line}"
            )
    return lines


def how_to_order(question: Question) -> str:
    """How an order is given."""
    return (
        "Give the lines in the order in which the client sends them, check([...]), or only their "
        f'letters, check("{" ".join(reversed(lettered(question)))}").'
    )
