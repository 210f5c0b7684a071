"""Paths and mailboxes by the grammar of RFC 5321 §4.1.2 and §4.1.3, octet for octet."""

import re
from itertools import pairwise
from typing import NamedTuple
from unicodedata import category, combining, normalize

# RFC 5321 §4.5.3.1.1 to §4.5.3.1.3 and RFC 1035 §2.3.4, in octets; a path counts its brackets.
MAX_LOCAL_PART, MAX_DOMAIN, MAX_PATH, MAX_LABEL = 64, 255, 256, 63

# Let-dig [Ldh-str] of RFC 5321 §4.1.2, 63 octets at most, joined by dots.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# RFC 5892 §2.1: the categories of letters, digits and marks; §2.6: what is allowed, or not,
# whatever its category. The contexts that some of these want are not looked at.
_LETTERS_DIGITS = frozenset(("Ll", "Lu", "Lo", "Lm", "Mn", "Mc", "Nd"))
_ALLOWED = frozenset("-\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u3007\u30fb")
_DISALLOWED = frozenset("\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b")
_JOINERS, _VIRAMA = "\u200c\u200d", 9  # RFC 5892 Appendix A.1 and A.2
# Dot-string: atoms of RFC 5322 §3.2.3; Quoted-string: qtextSMTP and quoted-pairSMTP of
# RFC 5321 §4.1.2. Both may hold UTF-8 (RFC 6531 §3.3); the caller says whether that is allowed.
# As what they exclude, controls, specials and space: to list UTF-8 takes Python 20 ms to compile.
_ATOM = r'[^\x00-\x20\x7f()<>\[\]:;@\\,."]+'
_DOT_STRING = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = r'"(?:[^\x00-\x1f\x7f"\\]|\\[ -~])*"'
_LOCAL_PART = re.compile(rf"{_DOT_STRING.pattern}|{_QUOTED}")
# A ">" inside a quoted local-part does not end the path (RFC 5321 §4.1.2).
_PATH = re.compile(r'<(?:"(?:[^"\\]|\\.)*+"|[^">])*+>')
# RFC 5321 §4.1.3: Snum is 0 to 255 in one to three digits.
_SNUM = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
_IPV4 = rf"{_SNUM}(?:\.{_SNUM}){{3}}"
_IPV4_TAIL = re.compile(rf"(?<=:){_IPV4}\Z")
_HEX = re.compile(r"[0-9A-Fa-f]{1,4}")
_OTHER_LITERAL = re.compile(rf"{_IPV4}|[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+")


class AddressError(ValueError):
    """An argument that breaks the grammar or a size limit; its text is the key of a reply."""


class Mailbox(NamedTuple):
    """A mailbox: local-part (quotes undone) and domain, "" for a bare `<Postmaster>` or `<>`."""

    local: str = ""
    domain: str = ""

    def __str__(self) -> str:
        """As it stands in a path, with no more quotes than it needs (RFC 5321 §4.1.2)."""
        if not self.domain:
            return self.local
        if self.local.isalnum() or _DOT_STRING.fullmatch(self.local):  # the first is quicker
            return f"{self.local}@{self.domain}"
        quoted = re.sub(r'(["\\])', r"\\\1", self.local)
        return f'"{quoted}"@{self.domain}'


NULL_PATH = Mailbox()


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
    if not (_is_literal(text) if text.startswith("[") else _is_domain(text)):
        raise AddressError("bad_domain")
    return text


def _is_domain(text: str) -> bool:
    """True if each label is that of a host name, or a U-label (RFC 6531 §3.3)."""
    if text.isascii():
        return bool(_DOMAIN.fullmatch(text))
    labels = text.split(".")
    return all(_is_domain(each) if each.isascii() else _is_u_label(each) for each in labels)


def _is_u_label(label: str) -> bool:
    """True if IDNA allows the label, as far as Python's tables tell (RFC 5890 §2.3.2.1).

    They know no Joining_Type, so a joiner is allowed after a virama only (RFC 5892 A.1).
    """
    hyphens = label[0] == "-" or label[-1] == "-" or label[2:4] == "--"  # RFC 5891 §4.2.3.1
    leading_mark = category(label[0]).startswith("M")  # RFC 5891 §4.2.3.2
    # RFC 5892 §2.2 forbids capitals too, but RFC 5321 §2.4 has it that a domain has no case.
    unstable = normalize("NFKC", label) != label
    if hyphens or leading_mark or unstable:
        return False
    for before, char in pairwise(f".{label}"):
        letter = category(char) in _LETTERS_DIGITS and char not in _DISALLOWED
        joined = char in _JOINERS and combining(before) == _VIRAMA
        if not (letter or joined or char in _ALLOWED):
            return False
    return len("xn--") + len(label.encode("punycode")) <= MAX_LABEL  # as its A-label


def _is_literal(text: str) -> bool:
    """True if `text`, which begins with a bracket, is an address literal (RFC 5321 §4.1.3)."""
    inner = text[1:-1]
    if inner[:5].lower() == "ipv6:":
        return text.endswith("]") and _is_ipv6(inner[5:])
    return text.endswith("]") and bool(_OTHER_LITERAL.fullmatch(inner))


def _is_ipv6(text: str) -> bool:
    """True for IPv6-addr, in which "::" stands for two groups at least (RFC 5321 §4.1.3)."""
    # An IPv4 address at the end stands for the last two groups.
    head, gap, rest = _IPV4_TAIL.sub("0:0", text).partition("::")
    groups = [group for side in (head, rest) if side for group in side.split(":")]
    fits = len(groups) <= 6 if gap else len(groups) == 8
    return fits and all(map(_HEX.fullmatch, groups))


def parse_mailbox(text: str) -> Mailbox:
    """The mailbox in `text` ("local-part@domain").

    Raises: AddressError "bad_path", "bad_domain", "long_local_part" or "long_domain".
    """
    found = _LOCAL_PART.match(text)
    if not found or text[found.end() : found.end() + 1] != "@":
        raise AddressError("bad_path")
    if _octets(found[0]) > MAX_LOCAL_PART:  # RFC 5321 §4.5.3.1.1
        raise AddressError("long_local_part")
    return Mailbox(_unquoted(found[0]), parse_domain(text[found.end() + 1 :]))


def _unquoted(local: str) -> str:
    return re.sub(r"\\(.)", r"\1", local[1:-1]) if local.startswith('"') else local


def parse_name(text: str) -> Mailbox:
    """What VRFY or EXPN asks about: a local-part alone, or a mailbox, with or without <>.

    Raises: AddressError if it is neither (RFC 5321 §3.5.1; §4.1.1.6 and §4.1.2, String).
    """
    _octets(text)
    inner = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    return Mailbox(_unquoted(inner)) if _LOCAL_PART.fullmatch(inner) else parse_mailbox(inner)


def parse_path(text: str) -> tuple[Mailbox, str]:
    """The mailbox of the path at the start of `text`, such as `<a@example.test>`, and the rest.

    Raises: AddressError, also "no_brackets" if there is no path in angle brackets, and
        "long_path" above 256 octets (RFC 5321 §4.5.3.1.3).
    Source: RFC 5321 §4.1.2; Appendix C (a source route is accepted and ignored).
    """
    if not (found := _PATH.match(text)):
        raise AddressError("no_brackets")
    if _octets(found[0]) > MAX_PATH:
        raise AddressError("long_path")
    inner, rest = found[0][1:-1], text[found.end() :]
    if not inner:
        return NULL_PATH, rest
    if inner.lower() == "postmaster":  # RFC 5321 §4.1.1.3: the one name without a domain
        return Mailbox("postmaster"), rest
    if inner.startswith("@"):
        route, colon, inner = inner.partition(":")
        hops = route.split(",")
        if not colon or not all(hop.startswith("@") and _is_domain(hop[1:]) for hop in hops):
            raise AddressError("bad_path")
    return parse_mailbox(inner), rest
