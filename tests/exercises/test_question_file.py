"""Question files: what is wrong in one is said in one line, with the place and what is allowed."""

import pytest

from smtplesson.errors import LessonError
from smtplesson.exercises.question_file import parse_questions

GOOD = """
[[exercise]]
id = "02-1"
title = "Sum"
kind = "compute"
text = "What is {a} and {b}?"
answer = "{sum}"
tolerance = 0.5
variants = [{ a = 1, b = 2, sum = 3 }, { a = 2, b = 2, sum = 4 }]
hints = ["Count.", "{x*{a}} and {{y*1}*{b}}"]
solution = "{sum}."
source = "RFC 5321 §1"
[[exercise.mistake]]
name = "takes the product"
given = [20, "30"]
say = "That is a product."
"""
WIRE = """
[[exercise]]
id = "02-1"
title = "Draw"
kind = "provoke"
text = "Draw a 503."
want = ["503"]
solve = "DATA"
hints = ["A."]
solution = "So."
source = "RFC 5321 §4.1.4"
[[exercise.mistake]]
name = "m"
given = ["500"]
say = "s"
lines = "X"
"""


def test_a_good_file() -> None:
    first, second = parse_questions(GOOD, "02.toml")["02-1"]
    assert (first.text, second.text) == ("What is 1 and 2?", "What is 2 and 2?")
    assert (first.answer, second.answer, first.variant, second.variant) == ("3", "4", 0, 1)
    assert first.hints[1] == "x and yy"
    assert first.mistakes[0].given == ("20", "30")
    assert parse_questions(WIRE, "02.toml")["02-1"][0].want == ("503",)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        # GOOD
        ("[[exercise]]", "[[exercise", "02.toml: not TOML: "),
        ("[[exercise]]", "x = 1\n[[exercise]]", "02.toml: exercises are written as [[exercise]]"),
        ('"02-1"', '"02-2"', "exercise 1: id = '02-2': in this place it is '02-1'"),
        ('"compute"', '"guess"', "kind = 'guess': allowed: predict, provoke, repair, choose"),
        ('title = "Sum"', "", "exercise 1: title is missing"),
        ('title = "Sum"', "title = 5", "title = 5: a text in quotes is expected"),
        (
            'title = "Sum"',
            'title = "Sum"\ncolour = "red"',
            "'colour' is not a key here; allowed: id,",
        ),
        ("{a} and", "{c} and", "{c} is not in variants: a, b, sum"),
        ("b = 2, sum = 4", "sum = 4", "variants: tables with the same keys are expected"),
        ("variants = [{", "variants = 5 #", "variants: tables with the same keys are expected"),
        ("hints = [", "hints = 7 #", "hints = 7: a list of texts is expected"),
        ('"{sum}"', "[1]", "answer = [1]: a text or a number is expected"),
        ("0.5", '"x"', "tolerance = 'x': a number is expected"),
        ("given = [20", "given = 20 #", "mistake 1: given = 20: a list of answers is expected"),
        ("[[exercise.mistake]]", "[exercise.mistake]", "a list of [[exercise.mistake]] tables"),
        ('name = "takes the product"', "", "mistake 1: name is missing"),
        ("tolerance", 'ask = "sum"\ntolerance', "ask = 'sum': allowed: code, first digit, "),
        # WIRE
        ('"503"]', '"5o3"]', "want = ['5o3']: '5o3': a code, or a code and its stage"),
        (
            "want",
            'scenario = "bogus"\nwant',
            "scenario = 'bogus': allowed: bulk, busy, closed, example",
        ),
        ('solve = "DATA"', "", "solve is missing"),
    ],
)
def test_a_broken_file(old: str, new: str, complaint: str) -> None:
    source = GOOD if old in GOOD else WIRE
    assert old in source
    with pytest.raises(LessonError) as error:
        parse_questions(source.replace(old, new, 1), "02.toml")
    text = str(error.value)
    assert text.startswith("02.toml: ")
    assert complaint in text
    assert "\n" not in text
