"""The parameters of MAIL: which are known, and what each takes."""

import re
from collections.abc import Callable

from smtplesson.protocol.address import AddressError, parse_mailbox
from smtplesson.protocol.command import Parameters
from smtplesson.protocol.dialogue import Dialogue
from smtplesson.protocol.reply import Reply

# RFC 4954 §8 leaves the case of HEXDIG free; §5 sends to RFC 3461 §4, where hexchar has
# upper case: that decides.
_XTEXT = re.compile(r"=((?:[!-*,-<>-~]|\+[0-9A-F]{2})+)")


def _names_submitter(written: str) -> bool:
    """True if an AUTH= value is xtext for a mailbox or for "<>" (RFC 4954 §5 and §8)."""
    if not (xtext := _XTEXT.fullmatch(written)):
        return False
    octets = re.sub(r"\+(..)", lambda found: chr(int(found[1], 16)), xtext[1]).encode("latin-1")
    value = octets.decode("utf-8", "surrogateescape")
    try:
        return value == "<>" or bool(parse_mailbox(value))
    except AddressError:
        return False


# The parameters of MAIL, each with its extension and a test of what follows the keyword.
_PARAMETERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "SIZE": ("SIZE", re.compile("=[0-9]{1,20}").fullmatch),  # RFC 1870 §3
    "BODY": ("8BITMIME", re.compile("(?ai)=(7BIT|8BITMIME)").fullmatch),  # RFC 6152 §2
    "SMTPUTF8": ("SMTPUTF8", re.compile("").fullmatch),  # RFC 6531 §3.4
    "AUTH": ("AUTH", _names_submitter),
}


def wrong_parameter(dialogue: Dialogue, parameters: Parameters) -> Reply | None:
    """The refusal of a MAIL parameter, or None if all are known and well-formed.

    No RFC forbids to say one twice, but BODY (RFC 6152 §3); of several sizes the largest counts.
    """
    scenario = dialogue.scenario
    if not dialogue.extended:
        return dialogue.say("needs_ehlo")
    for key, value in parameters:
        extension, fits = _PARAMETERS.get(key, ("", bool))
        if extension not in scenario.extensions:
            return dialogue.say("unknown_parameter", parameter=key)
        if not fits("" if value is None else f"={value}"):
            return dialogue.say("bad_value", parameter=key)
    if [key for key, _ in parameters].count("BODY") > 1:
        return dialogue.say("bad_parameter")
    sizes = [int(value or 0) for key, value in parameters if key == "SIZE"]
    if max(sizes, default=0) > scenario.limits.message:
        return dialogue.say("too_big_declared", octets=scenario.limits.message)
    return None
