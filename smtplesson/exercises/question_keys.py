"""The keys of a question file, and how the value of each is read (see `smtplesson.toml`)."""

import re
from typing import Any

from smtplesson import toml
from smtplesson.exercises.wanted import parts
from smtplesson.protocol.scenario_file import scenario_names


def _text(value: Any) -> str:
    if not (text := toml.text(value).strip()):
        raise ValueError("a text in quotes is wanted")
    return text


def _answer(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a text or a number is wanted")
    return str(value)


def _lines(value: Any) -> tuple[str, ...]:
    return tuple(_text(value).split("\n"))


def _want(value: Any) -> str:
    parts(want := _text(value))
    return want


def _offers(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(re.fullmatch(r"[a-z]|\d", key) for key in value):
        raise ValueError("a table is wanted, with a letter or a digit for each text")
    return {key: _text(each) for key, each in value.items()}


CONVERTS: dict[str, toml.Convert] = {
    **dict.fromkeys(("id", "title", "kind", "text", "solution", "source", "ask"), _text),
    **dict.fromkeys(("name", "say", "keep"), _text),
    **dict.fromkeys(("lines", "material", "solve"), _lines),
    **dict.fromkeys(("options", "reasons"), _offers),
    "hints": toml.list_of(_text, "texts", least=1),
    "want": toml.list_of(_want, "texts", least=1),
    "given": toml.list_of(lambda each: _text(_answer(each)), "answers", least=1),
    "answer": _answer,
    "tolerance": toml.number(0, 1e9, float),
    "scenario": lambda value: toml.one_of(scenario_names())(value),
    "mistake": toml.list_of(toml.table, "[[exercise.mistake]] tables", least=1),
}
