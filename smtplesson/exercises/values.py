"""Exercises whose answer is a value: a code, a number, a choice."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from reprlib import repr as short_repr

from smtplesson.exercises.question import AnswerError, Question
from smtplesson.exercises.shown import RIGHT, WRONG, Result
from smtplesson.exercises.wire import play
from smtplesson.facts import duty, severity
from smtplesson.loopback.transcript import Transcript

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?"


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer looks like.

    pattern: of each word in it.
    words: how many there are; 0 for any number.
    wanted: the same for people.
    """

    pattern: str
    words: int
    wanted: str


FORMS = {
    "code": Form(r"\d{3}", 1, "a reply code of three digits, as in check(123)"),
    "first digit": Form(r"\d", 1, "one digit, as in check(1)"),
    "enhanced code": Form(r"\d\.\d{1,3}\.\d{1,3}", 1, 'three numbers, as in check("1.2.3")'),
    "codes": Form(r"\d{3}", 0, "the reply codes in order, as in check(123, 456)"),
    "number": Form(_NUMBER, 1, "a number, as in check(12.3)"),
    "two numbers": Form(_NUMBER, 2, "two numbers, as in check(1.2, 3.4)"),
    "option": Form(r"[a-z]", 1, 'the letter of an option, as in check("z")'),
    "choice": Form(
        r"[a-z]|\d", 2, 'the letter of an option and the number of a reason, as in check("z", 9)'
    ),
}
# The forms that each kind of question may ask for; the first is meant if none is named.
ASKS = {
    "predict": ("code", "first digit", "enhanced code", "codes"),
    "choose": ("choice",),
    "read": ("code", "first digit", "enhanced code", "codes", "option"),
    "compute": ("number", "two numbers"),
}


def judge_value(question: Question, answer: Sequence[object]) -> Result:
    """The result for a value.

    Raises: AnswerError if the answer has not the form that is asked for.
    """
    given = words_of(question, answer)
    if agrees(question, expected(question), given):
        return Result(RIGHT, f"{question.solution} ({question.source})")
    for mistake in question.mistakes:
        if any(agrees(question, sign.split(), given) for sign in mistake.given):
            return Result(WRONG, mistake.say, mistake.name)
    return Result(WRONG, _otherwise(question, given))


def how_to_answer(question: Question) -> str:
    """How an answer of this form is given."""
    return f"Wanted: {FORMS[question.ask].wanted}."


def words_of(question: Question, answer: Sequence[object]) -> list[str]:
    """The words of an answer, however it was written: 550, "550", ("b", 2) or "b 2".

    Raises: AnswerError if they have not the form that is asked for.
    """
    form = FORMS[question.ask]
    given = answer[0] if len(answer) == 1 else answer
    items = given if isinstance(given, list | tuple) else [given]
    if not items or not all(isinstance(each, str | Real) for each in items):
        raise AnswerError(f"That is a value of the wrong type. {how_to_answer(question)}")
    try:
        text = " ".join(str(each) for each in items)
    except ValueError:  # a whole number of thousands of digits
        text = "?"
    bare = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text) if form.pattern == _NUMBER else text
    words = re.sub(r"[,;()%]", " ", bare).lower().split()
    fits = all(re.fullmatch(form.pattern, word, re.ASCII) for word in words)
    if not words or not fits or (form.words and len(words) != form.words):
        raise AnswerError(f"{short_repr(text)} cannot be checked. {how_to_answer(question)}")
    _must_be_offered(question, words)
    return words


def _must_be_offered(question: Question, words: Iterable[str]) -> None:
    """Refuses what is not among the options and reasons, where there are any."""
    offers = {"option": [question.options], "choice": [question.options, question.reasons]}
    for word, offered in zip(words, offers.get(question.ask, []), strict=False):
        if word not in offered:
            raise AnswerError(f"{word!r} is not offered here; there are {', '.join(offered)}.")


def agrees(question: Question, wanted: Sequence[str], given: Sequence[str]) -> bool:
    """True if the words given are those wanted, a number within the tolerance.

    wanted: may be fewer words, for "whatever follows"; "*" stands for any word. Codes are
        compared whole.
    """
    if len(wanted) > len(given) or (question.ask != "choice" and len(wanted) != len(given)):
        return False
    return all(_same(question, *pair) for pair in zip(wanted, given, strict=False))


def _same(question: Question, wanted: str, given: str) -> bool:
    if FORMS[question.ask].pattern == _NUMBER:
        # The last term forgives what binary fractions do to 0.1 + 0.2.
        return abs(float(wanted) - float(given)) <= question.tolerance + 1e-9
    return wanted in ("*", given)


def expected(question: Question) -> list[str]:
    """The words of the right answer; for a prediction, what the server really says."""
    if question.kind != "predict":
        return question.answer.split()
    return _reply_words(question.ask, play(question.scenario, question.lines))


def _reply_words(ask: str, transcript: Transcript) -> list[str]:
    if ask == "codes":
        return [str(code) for code in transcript.codes[1:]]  # the greeting is not asked for
    reply = transcript[-1].reply
    if reply is None:
        return []
    found = {"code": str(reply.code), "first digit": str(reply.code)[0]}
    return found.get(ask, reply.enhanced).split()


def example(question: Question, sign: str) -> list[str]:
    """A whole answer that bears the sign of a mistake, right in all the sign leaves open."""
    words = sign.split()
    if question.ask != "choice":
        return words
    right = expected(question)
    whole = [*words, *right[len(words) :]]
    return [each if word == "*" else word for word, each in zip(whole, right, strict=True)]


def _otherwise(question: Question, given: Sequence[str]) -> str:
    """What is said to a wrong answer that nobody thought of; the right one is not given away."""
    right = expected(question)
    if question.ask == "code":
        code = int(given[0])
        if given[0][0] == right[0][0]:
            return "The first digit is right, and it matters most. The rest is not."
        return f"{code} would mean {severity(code)}, {duty(code)}. Think of the first digit again."
    if question.ask == "choice" and given[0] == right[0]:
        return "The choice is right, the reason is not."
    if question.ask in ("number", "two numbers"):
        return "The number is off by more than rounding explains. hint() helps."
    return "Read the question once more; hint() helps."
