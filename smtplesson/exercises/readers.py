"""The values in a question file: each is read by the reader of its key, or refused with a reason.

A reader takes a value and returns what the question holds, or raises ValueError with a phrase
that says what is wanted.
"""

import re
from collections.abc import Callable
from typing import Any

from smtplesson.exercises.wanted import parts
from smtplesson.protocol.scenario_file import scenario_names


def are_tables(value: Any) -> bool:
    """True for a list of tables that is not empty."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text in quotes is wanted")
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list of texts is wanted")
    return tuple(_text(each) for each in value)


def _signs(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list of answers is wanted")
    return tuple(_text(_answer(each)) for each in value)


def _answer(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a text or a number is wanted")
    return str(value)


def _number(value: Any) -> float:
    try:
        return float(_answer(value))
    except ValueError as error:
        raise ValueError("a number is wanted") from error


def _lines(value: Any) -> tuple[str, ...]:
    return tuple(_text(value).split("\n"))


def _wants(value: Any) -> tuple[str, ...]:
    wants = _texts(value)
    for want in wants:
        parts(want)
    return wants


def _offers(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(re.fullmatch(r"[a-z]|\d", key) for key in value):
        raise ValueError("a table is wanted, with a letter or a digit for each text")
    return {key: _text(each) for key, each in value.items()}


def _scenario(value: Any) -> str:
    if value not in scenario_names():
        raise ValueError(f"allowed: {', '.join(scenario_names())}")
    return _text(value)


def _mistakes(value: Any) -> list[Any]:
    if not are_tables(value):
        raise ValueError("mistakes are written as [[exercise.mistake]] tables")
    return list(value)


READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "title", "kind", "text", "solution", "source", "ask"), _text),
    **dict.fromkeys(("name", "say", "keep"), _text),
    "hints": _texts,
    "lines": _lines,
    "material": _lines,
    "solve": _lines,
    "want": _wants,
    "given": _signs,
    "answer": _answer,
    "tolerance": _number,
    "options": _offers,
    "reasons": _offers,
    "scenario": _scenario,
    "mistake": _mistakes,
}
