"""Paths and mailboxes by the grammar of RFC 5321 §4.1.2 and §4.1.3, octet for octet."""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

# RFC 5321 §4.5.3.1.1 to §4.5.3.1.3, in octets; a path counts its angle brackets.
MAX_LOCAL_PART, MAX_DOMAIN, MAX_PATH = 64, 255, 256

# Let-dig [Ldh-str], joined by dots. With SMTPUTF8 a label may hold any octet above ASCII
# (RFC 6531 §3.3), hence \x80-\xff; the caller says whether that is allowed.
_LABEL = r"[A-Za-z0-9\x80-\U0010ffff](?:[A-Za-z0-9\x80-\U0010ffff-]*[A-Za-z0-9\x80-\U0010ffff])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# Atom of RFC 5322 §3.2.3; qtextSMTP and quoted-pairSMTP of RFC 5321 §4.1.2.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
_DOT_STRING = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~\x80-\U0010ffff]|\\[ -~])*)"')
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_GENERAL_LITERAL = re.compile(r"[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+")


class AddressError(ValueError):
    """An argument that breaks the grammar or a size limit; `key` names the reply for it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Mailbox(NamedTuple):
    """A mailbox: local-part (quotes undone) and domain, "" for a bare `<Postmaster>` or `<>`."""

    local: str = ""
    domain: str = ""

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}" if self.domain else self.local


NULL_PATH = Mailbox()
POSTMASTER = Mailbox("postmaster")


def _octets(text: str) -> int:
    """The length of `text` in octets.

    Raises: AddressError "not_utf8" if it came as octets that are no UTF-8 (RFC 6531 §3.3).
    """
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise AddressError("not_utf8") from error


def parse_domain(text: str) -> str:
    """The domain or address literal in `text`, unchanged.

    Raises: AddressError "bad_domain", or "long_domain" above 255 octets (RFC 5321 §4.5.3.1.2).
    """
    if _octets(text) > MAX_DOMAIN:
        raise AddressError("long_domain")
    if not (_is_literal(text) if text.startswith("[") else _DOMAIN.fullmatch(text)):
        raise AddressError("bad_domain")
    return text


def _is_literal(text: str) -> bool:
    """True if `text` is an address literal (RFC 5321 §4.1.3)."""
    if not text.endswith("]"):
        return False
    inner = text[1:-1]
    if _IPV4.fullmatch(inner):
        return all(int(number) <= 255 for number in inner.split("."))
    if inner[:5].lower() != "ipv6:":
        return bool(_GENERAL_LITERAL.fullmatch(inner))
    try:
        IPv6Address(inner[5:])
    except AddressValueError:
        return False
    return "%" not in inner  # Python takes a zone there, the grammar does not


def parse_mailbox(text: str) -> Mailbox:
    """The mailbox in `text` ("local-part@domain").

    Raises: AddressError "bad_path", "bad_domain", "long_local_part" or "long_domain".
    """
    if text.startswith('"'):
        quoted = _QUOTED.match(text)
        written, rest = (quoted[0], text[quoted.end() :]) if quoted else ("", "")
        local = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
    else:
        written, at, domain = text.partition("@")
        local, rest = written, at + domain
        if not _DOT_STRING.fullmatch(written):
            raise AddressError("bad_path")
    if not rest.startswith("@"):
        raise AddressError("bad_path")
    if _octets(written) > MAX_LOCAL_PART:  # RFC 5321 §4.5.3.1.1
        raise AddressError("long_local_part")
    return Mailbox(local, parse_domain(rest[1:]))


def split_path(text: str) -> tuple[str, str]:
    """The path at the start of `text`, brackets included, and what follows it.

    A ">" inside a quoted local-part does not end the path (RFC 5321 §4.1.2).

    Raises: AddressError "no_brackets" if there is no path in angle brackets.
    """
    if not text.startswith("<"):
        raise AddressError("no_brackets")
    quoted, escaped = False, False
    for place, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = char == "\\", char != '"'
        elif char == '"':
            quoted = True
        elif char == ">":
            return text[: place + 1], text[place + 1 :]
    raise AddressError("no_brackets")


def parse_path(path: str) -> Mailbox:
    """The mailbox in a path such as `<a@example.test>`; a source route is dropped.

    Raises: AddressError, also "long_path" above 256 octets (RFC 5321 §4.5.3.1.3).
    Source: RFC 5321 §4.1.2; Appendix C (a route is accepted and ignored).
    """
    if _octets(path) > MAX_PATH:
        raise AddressError("long_path")
    inner = path[1:-1]
    if not inner:
        return NULL_PATH
    if inner.lower() == "postmaster":  # RFC 5321 §4.1.1.3: the one name without a domain
        return POSTMASTER
    if inner.startswith("@"):
        route, colon, inner = inner.partition(":")
        hops = route.split(",")
        if not colon or not all(hop.startswith("@") and _DOMAIN.fullmatch(hop[1:]) for hop in hops):
            raise AddressError("bad_path")
    return parse_mailbox(inner)
