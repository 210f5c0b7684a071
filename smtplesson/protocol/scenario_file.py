"""Scenario files: TOML in, a Scenario out, or one line that says what is wrong in the file."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from smtplesson import toml
from smtplesson.errors import ScenarioError, WireError, nearest, shown
from smtplesson.facts import command_replies, reply_codes
from smtplesson.files import naming
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

_BUILT_IN = Path(__file__).with_name("scenarios")
_WITHOUT_ENHANCED = ("connect", "EHLO", "HELO")  # RFC 2034 §4
# What has to be among the extensions: key, one of its values, the extension, the clause.
_NEEDS = (
    ("extensions", "SMTPUTF8", "8BITMIME", "RFC 6531 §3.1"),
    ("require", "TLS", "STARTTLS", "RFC 3207 §4"),
    ("require", "AUTH", "AUTH", "RFC 4954 §4"),
)


def scenario(name: Scenario | str | Path) -> Scenario:
    """The scenario of that name, or the one in that TOML file; a Scenario is itself.

    name: a built-in name (see `scenario_names`), or the path of a file that ends in `.toml`.
    Raises: ScenarioError with one line that names file, key, value and what is allowed.
    """
    if isinstance(name, Scenario):
        return name
    return _read(Path(name)) if str(name).endswith(".toml") else _built_in(str(name))


def scenario_names() -> tuple[str, ...]:
    """The names of the built-in scenarios, in alphabetical order."""
    return tuple(sorted(path.stem for path in _BUILT_IN.iterdir()))


@cache
def _built_in(name: str) -> Scenario:
    if name not in scenario_names():
        raise ScenarioError(
            f"{shown(name)} is not a scenario; built in are {', '.join(scenario_names())}; "
            f"the name of your own file ends in .toml{nearest(name, scenario_names())}"
        )
    return _read(_BUILT_IN / f"{name}.toml")


def _read(path: Path) -> Scenario:
    """The scenario in this file."""
    with naming(path, "read", ScenarioError):
        text = path.read_text("utf-8-sig")  # some editors begin a file with a mark
    return parse_scenario(text, path.stem, str(path))


def parse_scenario(text: str, name: str, where: str = "") -> Scenario:
    """The scenario of that name that the TOML text describes.

    where: the file's name, for error messages.
    Raises: ScenarioError, as `scenario`.
    """
    where = where or name
    table = toml.parse_table(text, where, ScenarioError)
    rules = table.pop("rule", [])
    if not (isinstance(rules, list) and all(isinstance(rule, dict) for rule in rules)):
        raise ScenarioError(f"{where}: rule = {shown(rules)}: rules are written as [[rule]] tables")
    made = tuple(_rule(rule, f"{where}: rule {n}") for n, rule in enumerate(rules, 1))
    values = toml.read_values(table, _SCENARIO, where, ScenarioError)
    found = Scenario(name=name, rules=made, **values)
    for key, value, extension, source in _NEEDS:
        if value in getattr(found, key) and extension not in found.extensions:
            raise ScenarioError(
                f"{where}: {key} = {list(getattr(found, key))}: {value} needs {extension} "
                f"among the extensions ({source})"
            )
    return found


def _rule(table: Mapping[str, Any], where: str) -> Rule:
    """The rule in one [[rule]] table."""
    values = toml.read_values(table, _RULE, where, ScenarioError)
    if "at" not in values:
        raise ScenarioError(f"{where}: at is missing; allowed: {', '.join(STAGES)}")
    at, reply = values["at"], values.pop("reply", None)
    if (reply is None) != values.pop("drop", False):
        raise ScenarioError(f"{where}: a rule has either a reply or drop = true")
    if reply and (fault := _not_allowed(at, reply)):
        raise ScenarioError(f"{where}: reply = {shown(str(reply))} at {at}: {fault}")
    if reply and not (reply.enhanced or at in _WITHOUT_ENHANCED or reply.code // 100 == 3):
        # RFC 2034 §4 wants an enhanced code there; X.0.0 is the one that says nothing more.
        reply = Reply(reply.code, reply.text, f"{reply.code // 100}.0.0")
    return Rule(reply=reply, **values)


def _not_allowed(at: str, reply: Reply) -> str:
    """What is wrong with a reply at a stage, or ""."""
    # RFC 5321 §4.3.2 and the extensions' own RFCs. 354 is the only 3yz that a rule may give:
    # after any other, both sides would wait.
    known = (row.code for row in command_replies(at) if row.code < 300 or row.code == 354)
    allowed = [str(code) for code in dict.fromkeys(known)]
    if reply.is_positive and str(reply.code) not in allowed:
        return f"positive replies there: {', '.join(allowed) or 'none'}"
    if reply.enhanced and at in _WITHOUT_ENHANCED:
        return "no enhanced code belongs there (RFC 2034 §4)"
    return ""


# ---- readers of what only a scenario has


def _limits(value: Any) -> Limits:
    return Limits(**toml.read_values(toml.table(value), _LIMITS, "limits", ScenarioError))


def _domain(value: Any) -> str:
    domain = toml.text(value).lower()
    with suppress(AddressError):
        if domain.isascii():  # the greeting and the reply to EHLO name it: RFC 6531 §3.7.1
            return parse_domain(domain)
    raise ValueError("a domain name such as example.test is expected, in ASCII")


def _reply(value: Any) -> Reply:
    """A reply as it is written in a file: `451 4.7.1 text`, the text and 4.7.1 optional."""
    first, *more = toml.text(value).split("\n")
    try:
        reply = parse_reply(first.encode())
    except WireError as error:
        raise ValueError("a code, perhaps an enhanced code, and a text are expected") from error
    if reply.code not in reply_codes():
        raise ValueError(f"{reply.code} is not in the fact base, so nobody could explain it")
    if ENHANCED.match(reply.text):  # it was not taken for one, so it does not fit the code
        raise ValueError("the class of an enhanced code is the code's first digit, 2, 4 or 5")
    text = "\n".join([reply.text or reply_codes()[reply.code].short_name, *more])
    return Reply(reply.code, text, reply.enhanced)


_LIMITS: dict[str, toml.Convert] = {
    "message": toml.number(1, 100_000_000),
    "recipients": toml.number(1, 100_000),
    "errors": toml.number(1, 1_000_000),
    "idle": toml.number(0.01, 86_400, float),
}
_RULE: dict[str, toml.Convert] = {
    "at": toml.one_of(STAGES),
    "reply": _reply,
    "drop": toml.switch,
    "match": toml.text,
    "share": toml.number(0, 1, float),
    "attempts": toml.list_of(toml.number(1, 1_000_000), "attempt numbers such as [1, 2]", least=1),
    "before": toml.number(0, 10_000_000, float),
    "after": toml.number(0, 10_000_000, float),
    "over": toml.number(1, 10_000),
    "per": toml.number(0.01, 10_000_000, float),
    "delay": toml.number(0, 3_600, float),
    "close": toml.switch,
    "source": toml.text,
}
_SCENARIO: dict[str, toml.Convert] = {
    "about": toml.text,
    "domain": _domain,
    "users": toml.texts,
    "lists": toml.table_of(toml.texts),
    "accounts": toml.table_of(toml.text),
    "extensions": toml.some_of(EXTENSIONS),
    "mechanisms": toml.some_of(MECHANISMS, least=1),  # RFC 4954 §3: AUTH announces a list of them
    "limits": _limits,
    "tolerate": toml.some_of(TOLERANCES),
    "require": toml.some_of(REQUIREMENTS),
    "in_band": toml.switch,
    "verify": toml.switch,
}
