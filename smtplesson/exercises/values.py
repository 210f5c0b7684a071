"""Exercises whose answer is a value: a code, a number, a choice."""

from collections.abc import Sequence

from smtplesson.exercises.question import Mistake, Question
from smtplesson.exercises.shown import RIGHT, WRONG, Result
from smtplesson.exercises.typed_values import FORMS, given
from smtplesson.facts import duty, severity
from smtplesson.loopback.client import converse

_NUMBERS = ("number", "two numbers")


def judge_value(question: Question, answer: Sequence[object]) -> Result:
    """The result for a value; where the reader was not sure, with what it took the answer for.

    Raises: AnswerError if the answer has not the form that is asked for.
    """
    read = given(question, answer)
    status, message, misconception = _judged(question, read.words)
    taken = f" (Your answer was read as {' '.join(read.words)}.)" if read.unsure else ""
    return Result(status, f"{message}{taken}", misconception)


def _judged(question: Question, words: Sequence[str]) -> tuple[str, str, str]:
    """Status, message and misconception for the words of an answer."""
    if agrees(question, expected(question), words):
        return RIGHT, f"{question.solution} ({question.source})", ""
    if mistake := mistake_in(question, words):
        return WRONG, mistake.say, mistake.name
    return WRONG, *_otherwise(question, words)


def mistake_in(question: Question, words: Sequence[str]) -> Mistake | None:
    """The likely mistake that the words of an answer show, or None."""
    for mistake in question.mistakes:
        if any(agrees(question, sign.split(), words) for sign in mistake.given):
            return mistake
    return None


def how_to_answer(question: Question) -> str:
    """How an answer of this form is given."""
    return f"Expected: {FORMS[question.ask].wanted}."


def agrees(question: Question, wanted: Sequence[str], words: Sequence[str]) -> bool:
    """True if the words given are those wanted, a number within the tolerance.

    wanted: in a choice it may be fewer words, for "whatever follows"; "*" stands for any word.
    """
    if question.ask == "codes in any order":
        wanted, words = sorted(wanted), sorted(words)
    if len(wanted) > len(words) or (question.ask != "choice" and len(wanted) != len(words)):
        return False
    return all(_same(question, *pair) for pair in zip(wanted, words, strict=False))


def _same(question: Question, wanted: str, word: str) -> bool:
    if question.ask in _NUMBERS:
        # The last term forgives what binary fractions do to 0.1 + 0.2.
        return abs(float(wanted) - float(word)) <= question.tolerance + 1e-9
    return wanted in ("*", word)


def expected(question: Question) -> list[str]:
    """The words of the right answer; for a prediction, what the server really says."""
    if question.kind != "predict":
        return question.answer.split()
    transcript = converse(question.scenario, question.lines)
    if question.ask == "codes":
        return [str(code) for code in transcript.codes[1:]]  # the greeting is not asked for
    reply = transcript[-1].reply
    assert reply, "the last line of a prediction draws one"
    found = {"code": str(reply.code), "first digit": str(reply.code)[0]}
    return [found.get(question.ask, reply.enhanced)]


def _otherwise(question: Question, words: Sequence[str]) -> tuple[str, str]:
    """What is said to a wrong answer that nobody thought of; the right one is not given away."""
    right = expected(question)
    if question.ask == "code":
        code = int(words[0])
        if words[0][0] == right[0][0]:
            return "The first digit is right, and it matters most. The rest is not.", ""
        meant = f"{severity(code)}, {duty(code)}"
        return f"{code} would mean {meant}. Think of the first digit again.", ""
    if question.ask == "choice" and words[0] == right[0]:
        return "The choice is right, the reason is not.", "right choice, wrong reason"
    if question.ask in _NUMBERS:
        return "That is not the number, nor one of the usual mistakes. hint() helps.", ""
    return "Read the question once more; hint() helps.", ""
