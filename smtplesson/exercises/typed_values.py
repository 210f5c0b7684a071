"""The one reader of values: whatever people write for a code, a number or a choice.

It passes over what is only dress, such as units, and refuses what could be anything. Of two
things that an answer could be it takes one, and says that it is not sure.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from numbers import Real
from typing import NamedTuple

from smtplesson.errors import shown
from smtplesson.exercises.question import AnswerError, Question, parts_of

MAX_LENGTH = 10_000  # characters in an answer
# What keyboards and word processors put for plain signs: full width, minus, apostrophe, blanks.
_PLAIN = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{0x2212: "-", 0x2019: "'", 0x3001: ","},
    **dict.fromkeys((0x3000, 0xA0, 0x2009, 0x202F), " "),
}
_CODE = r"(?<![\w.])\d{3}(?!\w|\.\d)"
_DIGIT = r"(?<![\w.])\d(?:yz|xx|xy|\d\d)?(?!\w|\.\d)"
# Its numbers have no leading zeros (RFC 3463 §2).
_ENHANCED = r"(?<![\w.])\d(?:\.(?:0|[1-9]\d{0,2})){2}(?!\w|\.\d)"
_NUMBER = r"(?:(?<!\w)[+-])?(?:\d(?:[\d.,'_]*\d)?\.?|[.,]\d+)(?:e[+-]?\d{1,3})?"
_FILLERS = {"and", "option", "choice", "answer", "letter", "because", "reason", "number"}


class Given(NamedTuple):
    """What was read: the words that are compared, and True if there is another way to read them."""

    words: list[str]
    unsure: bool = False


class Form(NamedTuple):
    """What an answer looks like: its reader, how many words (0 for any number), and in words."""

    read: Callable[[str], Given]
    words: int
    wanted: str


def given(question: Question, answer: Sequence[object]) -> Given:
    """An answer however it was written: 550, "550", ("b", 2), "2b" or "53 octets".

    Raises: AnswerError if it has not the form that is asked for.
    """
    form = FORMS[question.ask]
    parts = parts_of(answer)
    if not parts or any(
        isinstance(each, bool) or not isinstance(each, str | Real) for each in parts
    ):
        raise AnswerError(f"That is a value of the wrong type. Expected: {form.wanted}.")
    text = " ".join(map(_text, parts))
    found = form.read(_plain(text, question) if len(text) <= MAX_LENGTH else "")
    if not found.words or (form.words and len(found.words) != form.words):
        raise AnswerError(f"{shown(text)} cannot be checked. Expected: {form.wanted}.")
    offers = filter(None, (question.options, question.reasons))
    for word, offered in zip(found.words, offers, strict=False):
        if word not in offered:
            raise AnswerError(f"{word!r} is not one of the choices: {', '.join(offered)}.")
    # 1.125 is unsure in a text, and not if Python has read it.
    return Given(found.words, found.unsure and not all(isinstance(each, float) for each in parts))


def _text(part: object) -> str:
    try:
        return str(int(part) if isinstance(part, float) and part.is_integer() else part)
    except ValueError:  # a whole number of thousands of digits
        return "?"


def _plain(text: str, question: Question) -> str:
    """The text in small letters and plain signs, a copied choice as its letter or number."""
    text = text.translate(_PLAIN).lower()
    for offered in (question.options, question.reasons):
        for key, said in sorted(offered.items(), key=lambda item: -len(item[1])):
            text = re.sub(rf"(?<!\w){re.escape(said.lower())}(?!\w)", f" {key} ", text)
    return text


def _codes(text: str) -> Given:
    """Codes of three digits; enhanced codes and words around them are passed over."""
    return Given(_all(_CODE, re.sub(_ENHANCED, " ", text)))


def _first_digit(text: str) -> Given:
    """A digit, as in 4 and 4yz, or the first one of a whole code."""
    found = _all(_DIGIT, re.sub(_ENHANCED, " ", text))
    return Given([word[0] for word in found], any(word[1:].isdigit() for word in found))


def _enhanced(text: str) -> Given:
    """Enhanced codes, their three numbers joined by dots, commas, hyphens or blanks."""
    dotted = re.sub(r"(?<!\d)(\d)[., -]+(\d{1,3})[., -]+(\d{1,3})(?!\d)", r"\1.\2.\3", text)
    return Given(_all(_ENHANCED, re.sub(_CODE, " ", dotted)))


def _numbers(text: str, several: bool) -> Given:
    """Numbers without units and thousands separators, with a dot for a decimal comma."""
    if not several:
        text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
    written = _all(_NUMBER, text)
    if several and len(written) == 1:  # as in 75,20
        written = written[0].split(",")
    found = [_number(each) for each in written]
    fit = all(re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e.+)?", number) for number, _ in found)
    return Given([number for number, _ in found] if fit else [], any(each[1] for each in found))


def _number(written: str) -> tuple[str, bool]:
    """The number as Python writes it, and True if it may have been meant otherwise.

    1,440 is taken for 1440 and 1.440 for 1.44, as English has them; elsewhere people read both
    the other way. 6,4 and 0,064 can only be decimal; 1.440,5 and 1,440.5 are clear as well.
    """
    bare = re.sub(r"['_]", "", written)
    commas = re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", bare)
    dots = re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?", bare)
    unsure = bool(commas or dots) and len(re.findall(r"[.,]", bare)) == 1
    if dots and not unsure:
        bare = bare.replace(".", "")
    elif commas:
        bare = bare.replace(",", "")
    bare = bare.replace(",", ".")
    return f"{float(bare):.12g}" if unsure else bare, unsure


def _choice(text: str) -> Given:
    """A letter, or a letter and a number, whatever stands between them and in either order."""
    found = set(re.findall(r"[^\W\d_]+|\d+", text)) - _FILLERS
    return Given(sorted(found, key=str.isdigit))


def _all(pattern: str, text: str) -> list[str]:
    """All that fits the pattern; nothing if the text has other digits too."""
    rest = re.sub(pattern, "", text, flags=re.ASCII)
    return [] if re.search(r"\d", rest) else re.findall(pattern, text, re.ASCII)


FORMS = {
    "code": Form(_codes, 1, "a reply code of three digits, as in check(123)"),
    "first digit": Form(_first_digit, 1, "one digit, as in check(1)"),
    "enhanced code": Form(_enhanced, 1, 'three numbers, as in check("1.2.3")'),
    "codes": Form(_codes, 0, "the reply codes in order, as in check(123, 456)"),
    "codes in any order": Form(_codes, 0, "the reply codes, as in check(123, 456)"),
    "number": Form(partial(_numbers, several=False), 1, "a number, as in check(12.3)"),
    "two numbers": Form(partial(_numbers, several=True), 2, "two numbers, as in check(1.2, 3.4)"),
    "option": Form(_choice, 1, 'the letter of an option, as in check("z")'),
    "choice": Form(
        _choice, 2, 'the letter of an option and the number of a reason, as in check("z", 9)'
    ),
}
