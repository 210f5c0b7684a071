"""TOML files: a table out, or one line that names file, key, value and what is allowed."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from smtplesson.errors import LessonError, shown

# A convert takes a value and returns what is wanted of it, or raises ValueError with a phrase
# that says what is allowed.
Convert = Callable[[Any], Any]
Kind = TypeVar("Kind")


def parse_table(source: str, where: str, error: type[LessonError] = LessonError) -> dict[str, Any]:
    """The table that the TOML text `source` holds.

    where: the file's name, for the error.
    Raises: `error` if it is no TOML, or has deeper tables or longer numbers than Python reads.
    """
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as fault:  # TOMLDecodeError is a ValueError
        raise error(f"{where}: not TOML: {fault}") from fault


def read_values(
    values: Mapping[str, Any],
    converts: Mapping[str, Convert],
    where: str,
    error: type[LessonError] = LessonError,
    *,
    must: Iterable[str] = (),
) -> dict[str, Any]:
    """The values of a table, each read by its key's convert.

    must: keys that have to be there.
    Raises: `error` for a key without a convert, a value that its convert refuses, a key that lacks.
    """
    for key in must:
        if key not in values:
            raise error(f"{where}: {key} is missing")
    found = {}
    for key, value in values.items():
        if key not in converts:
            raise error(f"{where}: {shown(key)} is not a key here; allowed: {', '.join(converts)}")
        try:
            found[key] = converts[key](value)
        except ValueError as fault:
            raise error(f"{where}: {key} = {shown(value)}: {fault}") from fault
    return found


# ---- converts: each raises ValueError if the value is not what its first line says


def of_type(kind: type[Kind], what: str) -> Callable[[Any], Kind]:
    """A convert of values of one type, which stay as they are."""

    def read(value: Any) -> Kind:
        if not isinstance(value, kind):
            raise ValueError(f"{what} is expected")
        return value

    return read


text = of_type(str, "a text in quotes")
switch = of_type(bool, "true or false")
table = of_type(dict, "a table")


def number(least: float, most: float, kind: type = int) -> Convert:
    """A convert of whole numbers from `least` to `most`, or of any numbers if `kind` is float."""

    def read(value: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (kind is float and isinstance(value, float))):
            raise ValueError(f"a {'whole ' if kind is int else ''}number is expected")
        if not least <= value <= most:
            end = "or more" if most == float("inf") else f"to {most:,}"
            raise ValueError(f"{least:,} {end} is allowed")
        return kind(value)

    return read


def list_of(convert: Convert, what: str, least: int = 0) -> Convert:
    """A convert of lists of so many or more of `what`, each read by `convert`."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < least:
            raise ValueError(f"a list of {what} is expected")
        return tuple(map(convert, value))

    return read


texts = list_of(text, "texts")


def one_of(allowed: Sequence[str]) -> Convert:
    """A convert of one of the allowed texts."""

    def read(value: Any) -> Any:
        if value not in allowed:
            raise ValueError(f"allowed: {', '.join(allowed)}")
        return value

    return read


def some_of(allowed: Sequence[str], least: int = 0) -> Convert:
    """A convert of so many or more of the allowed texts, each once; they come in their order."""

    def read(value: Any) -> tuple[str, ...]:
        found = texts(value)
        if wrong := [each for each in found if each not in allowed]:
            raise ValueError(f"{shown(wrong[0])} is not allowed; allowed: {', '.join(allowed)}")
        if len(found) < least:
            raise ValueError(f"at least {least} is expected; allowed: {', '.join(allowed)}")
        if len(set(found)) < len(found):
            raise ValueError("each may appear once")
        return tuple(each for each in allowed if each in found)

    return read


def table_of(convert: Convert) -> Convert:
    """A convert of tables, each of whose values `convert` reads."""
    return lambda value: {key: convert(each) for key, each in table(value).items()}
