"""Scenario files: TOML in, a Scenario out, or one line that says what is wrong in the file."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from smtplesson.errors import ScenarioError, WireError
from smtplesson.facts import reply_codes
from smtplesson.protocol.address import AddressError, parse_domain
from smtplesson.protocol.reply import ENHANCED, Reply, parse_reply
from smtplesson.protocol.scenario import (
    EXTENSIONS,
    MECHANISMS,
    REQUIREMENTS,
    STAGES,
    TOLERANCES,
    Limits,
    Rule,
    Scenario,
)

# The one positive reply at the stages on which the dialogue itself hangs: RFC 5321 §3.1 and
# §4.1.1.4, RFC 3207 §4, RFC 4954 §4. Elsewhere any known 2yz, 4yz or 5yz may be given.
_ONLY_POSITIVE = {"connect": 220, "DATA": 354, "STARTTLS": 220, "AUTH": 235}

_WITHOUT_ENHANCED = ("connect", "EHLO", "HELO")  # RFC 2034 §4

# A reader takes a value and returns what the scenario holds, or raises ValueError with a
# phrase that says what is allowed.
Reader = Callable[[Any], Any]


def scenario(name: str | Path) -> Scenario:
    """The scenario of that name, or the one in that TOML file.

    name: a built-in name (see `scenario_names`), or the path of a file that ends in `.toml`.
    Raises: ScenarioError with one line that names file, key, value and what is allowed.
    """
    if str(name).endswith(".toml"):
        path = Path(name)
        try:
            return parse_scenario(path.read_text("utf-8"), path.stem, str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ScenarioError(f"{path}: cannot be read: {error}") from error
    return _built_in(str(name))


def scenario_names() -> tuple[str, ...]:
    """The names of the built-in scenarios, in alphabetical order."""
    folder = resources.files(__package__).joinpath("scenarios")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir()))


@cache
def _built_in(name: str) -> Scenario:
    if name not in scenario_names():
        raise ScenarioError(
            f"{name!r} is no scenario; built in are {', '.join(scenario_names())}; "
            "the name of a file of your own ends in .toml"
        )
    file = resources.files(__package__).joinpath("scenarios", f"{name}.toml")
    return parse_scenario(file.read_text("utf-8"), name, f"{name}.toml")


def parse_scenario(text: str, name: str, where: str = "") -> Scenario:
    """The scenario that the TOML text describes.

    name: the scenario's name.
    where: the file's name, for error messages.
    Raises: ScenarioError, as `scenario`.
    """
    where = where or name
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{where}: not TOML: {error}") from error
    rules = table.pop("rule", [])
    if not (isinstance(rules, list) and all(isinstance(rule, dict) for rule in rules)):
        raise ScenarioError(f"{where}: rule = {rules!r}: rules are written as [[rule]] tables")
    made = tuple(_rule(rule, f"{where}: rule {n}") for n, rule in enumerate(rules, 1))
    return Scenario(name=name, rules=made, **_read(table, _SCENARIO, where))


def _rule(table: Mapping[str, Any], where: str) -> Rule:
    """The rule in one [[rule]] table."""
    values = _read(table, _RULE, where)
    at, reply = values.get("at"), values.get("reply")
    if at is None:
        raise ScenarioError(f"{where}: at is missing; allowed: {', '.join(STAGES)}")
    if (reply is None) != values.pop("drop", False):
        raise ScenarioError(f"{where}: a rule has either a reply or drop = true")
    if reply is not None and (fault := _unlawful(at, reply)):
        raise ScenarioError(f"{where}: reply = {str(reply)!r} at {at}: {fault}")
    if reply is not None and at not in _WITHOUT_ENHANCED and reply.code // 100 != 3:
        # RFC 2034 §4 wants an enhanced code there; X.0.0 is the one that says nothing more.
        enhanced = reply.enhanced or f"{reply.code // 100}.0.0"
        values["reply"] = Reply(reply.code, reply.text, enhanced)
    return Rule(reply=values.pop("reply", None), **values)


def _unlawful(at: str, reply: Reply) -> str:
    """What is wrong with a reply at a stage, or ""."""
    wanted = _ONLY_POSITIVE.get(at)
    if reply.is_positive and wanted and reply.code != wanted:
        return f"the only positive reply there is {wanted}"
    if reply.code // 100 == 3 and reply.code != wanted:
        return "a 3yz reply would leave both sides waiting"
    if reply.enhanced and at in _WITHOUT_ENHANCED:
        return "no enhanced code belongs there (RFC 2034 §4)"
    return ""


def _read(table: Mapping[str, Any], readers: Mapping[str, Reader], where: str) -> dict[str, Any]:
    """The table's values, each read by its key's reader."""
    values = {}
    for key, value in table.items():
        if key not in readers:
            raise ScenarioError(f"{where}: {key!r} is no key; allowed: {', '.join(readers)}")
        try:
            values[key] = readers[key](value)
        except ValueError as error:
            raise ScenarioError(f"{where}: {key} = {value!r}: {error}") from error
    return values


# ---- readers


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotes is wanted")
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is wanted")
    return value


def _number(least: float, most: float, kind: type = int) -> Reader:
    """A reader of whole numbers, or of any numbers if `kind` is float."""

    def read(value: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (kind is float and isinstance(value, float))):
            raise ValueError(f"a {'whole ' if kind is int else ''}number is wanted")
        if not least <= value <= most:
            raise ValueError(f"{least:,} to {most:,} is allowed")
        return kind(value)

    return read


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of texts is wanted")
    return tuple(_text(each) for each in value)


def _some_of(allowed: Sequence[str]) -> Reader:
    def read(value: Any) -> tuple[str, ...]:
        texts = _texts(value)
        if wrong := [text for text in texts if text not in allowed]:
            raise ValueError(f"{wrong[0]!r} is not allowed; allowed: {', '.join(allowed)}")
        return tuple(text for text in allowed if text in texts)

    return read


def _one_of(allowed: Sequence[str]) -> Reader:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"allowed: {', '.join(allowed)}")
        return _text(value)

    return read


def _a_table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("a table is wanted")
    return value


def _table_of(reader: Reader) -> Reader:
    return lambda value: {key: reader(each) for key, each in _a_table(value).items()}


def _limits(value: Any) -> Limits:
    try:
        return Limits(**_read(_a_table(value), _LIMITS, "limits"))
    except ScenarioError as error:
        raise ValueError(str(error)) from error


def _domain(value: Any) -> str:
    try:
        return parse_domain(_text(value)).lower()
    except AddressError as error:
        raise ValueError("a domain name such as example.test is wanted") from error


def _attempts(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list of attempt numbers such as [1, 2] is wanted")
    return tuple(_number(1, 1_000_000)(each) for each in value)


def _reply(value: Any) -> Reply:
    """A reply as it is written in a file: `451 4.7.1 text`, the text and 4.7.1 optional."""
    first, *more = _text(value).split("\n")
    try:
        reply = parse_reply(first.encode())
    except WireError as error:
        raise ValueError("a code, perhaps an enhanced code, and a text are wanted") from error
    if reply.code not in reply_codes():
        raise ValueError(f"{reply.code} is not in the fact base, so nobody could explain it")
    if ENHANCED.match(reply.text):  # it was not taken for one, so it does not fit the code
        raise ValueError("the class of an enhanced code is the code's first digit, 2, 4 or 5")
    text = "\n".join([reply.text or reply_codes()[reply.code].short_name, *more])
    return Reply(reply.code, text, reply.enhanced)


_LIMITS: dict[str, Reader] = {
    "message": _number(1, 100_000_000),
    "recipients": _number(1, 100_000),
    "errors": _number(1, 1_000_000),
    "idle": _number(0.01, 86_400, float),
}
_RULE: dict[str, Reader] = {
    "at": _one_of(STAGES),
    "reply": _reply,
    "drop": _switch,
    "match": _text,
    "share": _number(0, 1, float),
    "attempts": _attempts,
    "before": _number(0, 10_000_000, float),
    "after": _number(0, 10_000_000, float),
    "over": _number(1, 10_000),
    "per": _number(0.01, 10_000_000, float),
    "delay": _number(0, 3_600, float),
    "close": _switch,
    "source": _text,
}
_SCENARIO: dict[str, Reader] = {
    "about": _text,
    "domain": _domain,
    "users": _texts,
    "lists": _table_of(_texts),
    "accounts": _table_of(_text),
    "extensions": _some_of(EXTENSIONS),
    "mechanisms": _some_of(MECHANISMS),
    "limits": _limits,
    "tolerate": _some_of(TOLERANCES),
    "require": _some_of(REQUIREMENTS),
    "in_band": _switch,
    "verify": _switch,
}
