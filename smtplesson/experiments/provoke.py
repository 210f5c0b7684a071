"""Provoke: every reply code that the grammar allows, drawn by a conversation as short as can be."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from smtplesson.errors import LessonError, shown
from smtplesson.facts import reply_codes
from smtplesson.loopback.client import connect, converse
from smtplesson.loopback.host import Host
from smtplesson.loopback.transcript import Transcript

_GRAMMAR = re.compile(r"[2-5][0-5][0-9]", re.ASCII)  # RFC 5321 §4.2


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a code is drawn: what to say to whom; the last line draws it.

    situation: the same in words, one sentence.
    scenario, seed: the server, as `connect` and `Console` take them.
    lines: what the client says; none, and the greeting is the reply.
    session: the number of the session that draws it.
    """

    code: int
    situation: str
    scenario: str
    lines: tuple[str, ...]
    seed: int = 0
    session: int = 1


def provoke(code: int) -> Transcript:
    """The transcript of the shortest likely conversation that draws the code, held in memory.

    code: a reply code; the last exchange has it.
    Raises: LessonError that says why no server here can say it.
    """
    if not isinstance(code, int):
        raise LessonError(f"a reply code is a number such as 550, not {shown(code)}")
    if reason := why_not(code):
        raise LessonError(f"{shown(code)} cannot be provoked: {reason}")
    recipe = recipes()[code]
    host = Host(recipe.scenario, seed=recipe.seed)
    for _ in range(recipe.session - 1):
        connect(host).close()
    return converse(host, recipe.lines)


def why_not(code: int) -> str:
    """Why the code cannot be provoked, or ""."""
    if code in recipes():
        return ""
    if not _GRAMMAR.fullmatch(shown(code)):
        return (
            "no server may send it: the digits of a reply code are 2 to 5, 0 to 5 and 0 to 9 "
            "(RFC 5321 §4.2)"
        )
    unknown = "nobody gives it a meaning, and a server here says only what can be explained"
    return str(_data()["impossible"].get(str(code), unknown))


@cache
def recipes() -> Mapping[int, Recipe]:
    """The recipes of all codes that can be provoked, by code and in rising order; read-only."""
    data = _data()
    special = {each["code"]: each for each in data["recipe"]}
    return MappingProxyType(
        {
            code: _recipe(code, special.get(code, data["asked"]))
            for code in reply_codes()
            if _GRAMMAR.fullmatch(shown(code)) and str(code) not in data["impossible"]
        }
    )


def _recipe(code: int, table: Mapping[str, Any]) -> Recipe:
    lines = tuple(line.format(code=code) for line in table["lines"])
    return Recipe(**{**table, "code": code, "lines": lines})


@cache
def _data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("recipes.toml").read_text("utf-8")
    return tomllib.loads(text)
