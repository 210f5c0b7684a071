"""The scenario: which reply is given when, as a value that a teacher writes in TOML."""

import re
from collections.abc import Callable, ItemsView, Mapping
from dataclasses import dataclass, fields, replace
from fnmatch import translate
from functools import cached_property
from types import MappingProxyType
from typing import Any

from smtplesson.protocol.address import Mailbox
from smtplesson.protocol.reply import Reply, catalogue

# Where a reply can be given. "connect" is the greeting, "unknown" a verb nobody knows.
STAGES = (
    *("connect", "EHLO", "HELO", "MAIL", "RCPT", "DATA", "end-of-data", "RSET", "VRFY", "EXPN"),
    *("HELP", "NOOP", "QUIT", "STARTTLS", "AUTH", "unknown"),
)
EXTENSIONS = (
    *("PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"),
    *("STARTTLS", "AUTH", "HELP"),
)
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
TOLERANCES = ("bare LF", "extra space")
REQUIREMENTS = ("TLS", "AUTH")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server takes at most. Sizes that RFC 5321 fixes are not here: they are fixed.

    message: octets of text, CRLF counted (RFC 1870 §5; RFC 5321 §4.5.3.1.7 asks for 65,536).
    recipients: in one transaction (RFC 5321 §4.5.3.1.8 asks for at least 100).
    errors: wrong commands and failed logins in one session; then 421.
    idle: seconds without a command; then 421 (RFC 5321 §4.5.3.2.7 asks for at least 300).
    """

    message: int = 10_485_760
    recipients: int = 100
    errors: int = 20
    idle: float = 300.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One exception to what the machine would answer by itself.

    at: the stage, one of STAGES.
    reply: what is said; None says nothing and drops the connection.
    match: glob, compared with the address, or with the argument where there is no address;
        "address PARAMETERS" is tried too, and at AUTH "user MECHANISM"
        and "user MECHANISM in clear" or "in TLS".
    share: probability, 0 to 1. The shares of rules that apply at one place add up.
    attempts: the attempts (1 is the first) to which the rule applies; empty for all.
    before, after: seconds since the first attempt, until or from which the rule applies.
    over, per: the rule applies beyond so many attempts of one sender, whatever the address,
        within so many seconds: a rate limit.
    delay: seconds until the reply is sent.
    close: True closes the connection after the reply.
    source: where the rule comes from.
    """

    at: str
    reply: Reply | None
    match: str = "*"
    share: float = 1.0
    attempts: tuple[int, ...] = ()
    before: float = float("inf")
    after: float = 0.0
    over: int = 0
    per: float = float("inf")
    delay: float = 0.0
    close: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        _fix(self)

    @property
    def remembers(self) -> bool:
        """True if the rule depends on earlier attempts."""
        return bool(self.attempts) or self.after > 0 or self.before != float("inf")

    def covers(self, attempt: int, elapsed: float) -> bool:
        """True if the rule applies to the nth attempt, `elapsed` seconds after the first."""
        counted = not self.attempts or attempt in self.attempts
        return counted and self.after <= elapsed < self.before


CompiledRule = tuple[Rule, Callable[[str], object]]  # with what its glob matches


@dataclass(frozen=True)
class Scenario:
    """A server's character: names, limits, extensions, and rules in order.

    Nobody can change it, so that all may share one: a list or a dict that it is made of is
    kept as a tuple, of pairs if it was a dict.
    """

    name: str
    about: str = ""
    domain: str = "example.test"
    users: tuple[str, ...] = ("alice", "postmaster", "abuse")
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()
    # Not simply all that there are: one that is new must not change the lessons of before.
    extensions: tuple[str, ...] = (
        *("PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"),
        *("STARTTLS", "AUTH", "HELP"),
    )
    mechanisms: tuple[str, ...] = MECHANISMS
    limits: Limits = Limits()
    tolerate: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    in_band: bool = False
    verify: bool = False
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        _fix(self)

    def __getstate__(self) -> dict[str, object]:
        """What is pickled: the fields; what follows from them is worked out again."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def replies(self) -> Mapping[str, Reply]:
        """The catalogue as this server says it, with its name, and enhanced codes if it has any."""
        found = {}
        for key, reply in catalogue().items():
            named = replace(reply, text=reply.text.replace("{domain}", self.domain))
            found[key] = self.spoken(named)
        return MappingProxyType(found)

    def spoken(self, reply: Reply) -> Reply:
        """The reply with its enhanced code, or without where the extension is off (RFC 2034)."""
        keeps = "ENHANCEDSTATUSCODES" in self.extensions
        return reply if keeps else Reply(reply.code, reply.text)

    @cached_property
    def rules_at(self) -> Mapping[str, tuple[CompiledRule, ...]]:
        """The rules of each stage with their globs compiled; stages without rules are missing."""
        compiled = [(rule, re.compile(translate(rule.match), re.I).match) for rule in self.rules]
        stages = dict.fromkeys(rule.at for rule in self.rules)
        found = {at: tuple(pair for pair in compiled if pair[0].at == at) for at in stages}
        return MappingProxyType(found)

    @cached_property
    def _known_lines(self) -> dict[tuple[object, ...], Any]:
        """What the machine has found out about lines to this server; for `known_lines` alone."""
        return {}

    @cached_property
    def keywords(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lines of the reply to EHLO that announce the extensions: in clear, and inside TLS.

        Inside it STARTTLS is no more (RFC 3207 §4.2). Who expands lists says so (RFC 5321 §3.5.2).
        """
        values = {"SIZE": str(self.limits.message), "AUTH": " ".join(self.mechanisms)}
        lines = {name: f"{name} {values.get(name, '')}".rstrip() for name in self.extensions}
        if self.verify:
            lines["EXPN"] = "EXPN"
        # Where TLS is required a password is not asked for in clear (RFC 4954 §4).
        hidden = "AUTH" if "TLS" in self.require else ""
        in_clear = tuple(line for name, line in lines.items() if name != hidden)
        return in_clear, tuple(line for name, line in lines.items() if name != "STARTTLS")

    def is_local(self, domain: str) -> bool:
        """True for the server's own domain, in any case, and for the lack of one."""
        return not domain or domain.lower() == self.domain

    def knows(self, local: str) -> bool:
        """True if the mailbox or list exists here; names are compared without case."""
        return local.lower() in self._names or _user_of(local).lower() in self._names

    def names_of(self, subject: object) -> list[str]:
        """How a rule may name its subject: as it is, and a mailbox here also without its +detail.

        Source: RFC 5233 §1. A full mailbox is full under each of these names.
        """
        name = str(subject)
        if "+" in name and isinstance(subject, Mailbox) and self.is_local(subject.domain):
            return [name, str(Mailbox(_user_of(subject.local), subject.domain))]
        return [name]

    @cached_property
    def _names(self) -> frozenset[str]:
        names = (*self.users, *dict(self.lists), "postmaster")
        return frozenset(name.lower() for name in names)


def _fix(record: "Rule | Scenario") -> None:
    """Puts tuples where a record was given lists, and tuples of pairs for dicts."""
    for each in fields(record):
        object.__setattr__(record, each.name, _fixed(getattr(record, each.name)))


def _fixed(value: object) -> object:
    entries = value.items() if isinstance(value, Mapping) else value
    if isinstance(entries, list | tuple | ItemsView):
        return tuple(map(_fixed, entries))
    return value


def _user_of(local: str) -> str:
    return local.partition("+")[0]
