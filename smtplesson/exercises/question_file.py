"""Question files: TOML in, questions out, or one line that says what is wrong in the file."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from smtplesson import toml
from smtplesson.errors import LessonError
from smtplesson.exercises.policy import session
from smtplesson.exercises.question import KINDS, ON_THE_WIRE, Mistake, Question, find
from smtplesson.exercises.typed_values import FORMS
from smtplesson.exercises.wire import parts
from smtplesson.protocol.scenario_file import scenario_names

Table = Mapping[str, Any]
_FOLDER = Path(__file__).with_name("data")
# {name} is filled in from the variant; {text*12} stands for the text twelve times.
_FIELD, _REPEATED = re.compile(r"\{(\w+)\}"), re.compile(r"\{([^{}]*)\*(\d{1,5})\}")
_MUST = ("id", "title", "kind", "text", "hints", "solution", "source", "mistake")
# What else a kind of question must have, and what it may have.
_KEYS = {
    "predict": (("lines",), ("ask", "scenario")),
    "provoke": (("want", "solve"), ("scenario",)),
    "repair": (("lines", "want", "solve"), ("scenario", "keep")),
    "policy": (("material", "sessions", "solve"), ()),
    "order": (("want", "solve"), ("scenario",)),
    "choose": (("options", "reasons", "answer"), ("material",)),
    "read": (("material", "answer"), ("ask", "options")),
    "compute": (("answer",), ("ask", "tolerance", "material")),
}
# The form that is asked for if none is named; of the other kinds it is a code.
_ASK = {"choose": "choice", "compute": "number"}


# ---- how the value of each key is read


def _text(value: Any) -> str:
    if not (text := toml.text(value).strip()):
        raise ValueError("a text in quotes is expected")
    return text


def _answer(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a text or a number is expected")
    return str(value)


def _lines(value: Any) -> tuple[str, ...]:
    return tuple(_text(value).split("\n"))


def _want(value: Any) -> str:
    parts(want := _text(value))
    return want


def _session(value: Any) -> str:
    session(text := _text(value))
    return text


def _offers(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(re.fullmatch(r"[a-z]|\d", key) for key in value):
        raise ValueError("a table is expected, with a letter or a digit for each text")
    return {key: _text(each) for key, each in value.items()}


_CONVERTS: dict[str, toml.Convert] = {
    **dict.fromkeys(("id", "title", "kind", "text", "solution", "source"), _text),
    **dict.fromkeys(("name", "say", "keep"), _text),
    **dict.fromkeys(("lines", "material", "solve"), _lines),
    **dict.fromkeys(("options", "reasons"), _offers),
    "hints": toml.list_of(_text, "texts", least=1),
    "sessions": toml.list_of(_session, "texts", least=1),
    "want": toml.list_of(_want, "texts", least=1),
    "given": toml.list_of(lambda each: _text(_answer(each)), "answers", least=1),
    "ask": toml.one_of(tuple(FORMS)),
    "answer": _answer,
    "tolerance": toml.number(0, 1e9, float),
    "scenario": lambda value: toml.one_of(scenario_names())(value),
    "mistake": toml.list_of(toml.table, "[[exercise.mistake]] tables", least=1),
}


# ---- files


@cache
def notebooks() -> tuple[str, ...]:
    """The numbers of the notebooks that have exercises, such as "02", in order."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@cache
def questions(notebook: str) -> Mapping[str, tuple[Question, ...]]:
    """The variants of each exercise of a notebook, by the exercise's name; read-only.

    Raises: LessonError if there is no such notebook, or its file is wrong.
    """
    if notebook not in notebooks():
        there = ", ".join(notebooks())
        raise LessonError(
            f"there are no exercises for notebook {notebook!r}; there are for {there}"
        )
    file = _FOLDER / f"{notebook}.toml"
    return MappingProxyType(parse_questions(file.read_text("utf-8"), file.name))


def variants_of(name: str) -> tuple[Question, ...]:
    """The variants of the exercise of that name, such as "02-1"; LessonError if none has it."""
    return find("exercise", name, notebooks(), questions)


def parse_questions(text: str, where: str) -> dict[str, tuple[Question, ...]]:
    """The variants of each exercise in the TOML text, by the exercise's name.

    where: the file's name, "02.toml"; the exercises are "02-1" and so on.
    Raises: LessonError with one line that names file, key, value and what is allowed.
    """
    file = toml.parse_table(text, where)
    tables = file.pop("exercise", None)
    if file or not _are_tables(tables):
        raise LessonError(
            f"{where}: exercises are written as [[exercise]] tables, and nothing else"
        )
    found: dict[str, tuple[Question, ...]] = {}
    for number, table in enumerate(tables, 1):
        name = f"{where.removesuffix('.toml')}-{number}"
        found[name] = _variants(table, name, f"{where}: exercise {number}")
    return found


def _are_tables(value: Any) -> bool:
    """True for a list of tables that is not empty."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _variants(table: Table, name: str, where: str) -> tuple[Question, ...]:
    """The questions that a table makes, one for each row of its variants."""
    if table.get("id") != name:
        raise LessonError(f"{where}: id = {table.get('id')!r}: in this place it is {name!r}")
    rows = table.get("variants", [{}])
    if not _are_tables(rows) or any(row.keys() != rows[0].keys() for row in rows):
        raise LessonError(f"{where}: variants: tables with the same keys are expected")
    bare = {key: value for key, value in table.items() if key != "variants"}
    return tuple(
        _question(_filled(bare, row, where), number, where) for number, row in enumerate(rows)
    )


def _filled(value: Any, row: Table, where: str) -> Any:
    """The value with {name} in all its texts replaced by what the row has for it."""
    if isinstance(value, dict):
        return {key: _filled(each, row, where) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, row, where) for each in value]
    if not isinstance(value, str):
        return value
    if strange := [name for name in _FIELD.findall(value) if name not in row]:
        raise LessonError(f"{where}: {{{strange[0]}}} is not in variants: {', '.join(row)}")
    filled = _FIELD.sub(lambda found: str(row[found[1]]), value)
    while (longer := _REPEATED.sub(lambda found: found[1] * int(found[2]), filled)) != filled:
        filled = longer  # from the inside out
    return filled


def _question(table: Table, variant: int, where: str) -> Question:
    """The question in one table whose fields are filled in."""
    kind = table.get("kind")
    if kind not in KINDS:
        raise LessonError(f"{where}: kind = {kind!r}: allowed: {', '.join(KINDS)}")
    must, may = _KEYS[kind]
    values = _read(table, (*_MUST, *must), may, where)
    values["mistakes"] = tuple(
        Mistake(**_read(each, ("name", "given", "say"), ("lines",), f"{where}: mistake {number}"))
        for number, each in enumerate(values.pop("mistake"), 1)
    )
    if kind not in ON_THE_WIRE:
        values.setdefault("ask", _ASK.get(kind, "code"))
    return Question(**values, variant=variant)


def _read(table: Table, must: tuple[str, ...], may: tuple[str, ...], where: str) -> dict[str, Any]:
    """The table's values, each read by its key's convert."""
    return toml.read_values(table, {key: _CONVERTS[key] for key in (*must, *may)}, where, must=must)
