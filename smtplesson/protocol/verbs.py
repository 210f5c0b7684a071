"""What each command does: one function a verb, from its argument to the reply.

A function checks the argument first, then asks the scenario, and changes the dialogue only
after a positive reply. Whether the verb may come at all was settled before, by the table.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from smtplesson.facts import reply_codes
from smtplesson.facts.enhanced import ENHANCED_CODE
from smtplesson.protocol.address import (
    NULL_PATH,
    AddressError,
    Mailbox,
    parse_domain,
    parse_name,
)
from smtplesson.protocol.command import VERBS, parse_envelope
from smtplesson.protocol.dialogue import Dialogue
from smtplesson.protocol.parameters import subjects, wrong_parameter
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.security_verbs import auth, starttls

# reply-452-4.2.2@example.test draws that reply at once, data-reply-... at the end of data.
_IN_BAND = re.compile(r"(data-)?reply-(\d{3})(?:-(\d\.\d{1,3}\.\d{1,3}))?", re.I | re.ASCII)


def ehlo(dialogue: Dialogue, argument: str) -> Reply:
    """EHLO: who the client is; the reply lists the extensions (RFC 5321 §4.1.1.1)."""
    reply = _hello(dialogue, "EHLO", argument)
    keywords = dialogue.scenario.keywords(encrypted=dialogue.encrypted)
    return _with_keywords(reply, keywords) if reply.is_success else reply


@lru_cache(maxsize=256)
def _with_keywords(reply: Reply, keywords: tuple[str, ...]) -> Reply:
    """The reply to EHLO with a line for each extension."""
    return Reply(reply.code, "\n".join([reply.text, *keywords]))


def helo(dialogue: Dialogue, argument: str) -> Reply:
    """HELO: the same without extensions (RFC 5321 §4.1.1.1)."""
    return _hello(dialogue, "HELO", argument)


def _hello(dialogue: Dialogue, verb: str, argument: str) -> Reply:
    try:
        client = parse_domain(argument)
    except AddressError:
        client = ""
    if not (client and client.isascii()):  # RFC 6531 §3.7.1: what SMTPUTF8 allows comes later
        return dialogue.say("bad_name", verb=verb)
    domain = dialogue.scenario.domain
    reply = dialogue.answer(verb, [argument], "hello", domain=domain, client=client)
    if reply.is_success:
        dialogue.end_transaction()
        dialogue.client, dialogue.extended = client, verb == "EHLO"
    return reply


def mail(dialogue: Dialogue, argument: str) -> Reply:
    """MAIL: opens a transaction with the reverse-path (RFC 5321 §4.1.1.2)."""
    envelope = parse_envelope(argument, "FROM:")
    sender, parameters = envelope.mailbox, envelope.parameters
    if parameters and (wrong := wrong_parameter(dialogue, parameters)):
        return wrong
    utf8 = ("SMTPUTF8", None) in parameters
    if not argument.isascii() and not utf8:  # RFC 6531 §3.5
        return dialogue.say("non_ascii_sender")
    reply = _asked_for(dialogue, sender, "sender_ok") or dialogue.answer(
        "MAIL", subjects(sender, parameters), "sender_ok", path=sender
    )
    if reply.is_success:
        dialogue.reverse_path, dialogue.utf8 = sender, utf8
    return reply


def rcpt(dialogue: Dialogue, argument: str) -> Reply:
    """RCPT: adds one recipient to the transaction (RFC 5321 §4.1.1.3)."""
    envelope = parse_envelope(argument, "TO:")
    recipient, parameters = envelope.mailbox, envelope.parameters
    scenario = dialogue.scenario
    if recipient == NULL_PATH:
        return dialogue.say("null_recipient")
    if parameters and not dialogue.extended:
        return dialogue.say("needs_ehlo")
    if parameters:  # none of the extensions here adds one to RCPT
        return dialogue.say("unknown_parameter", parameter=parameters[0][0])
    if not argument.isascii() and not dialogue.utf8:  # RFC 6531 §3.5
        return dialogue.say("non_ascii_recipient")
    if len(dialogue.recipients) >= scenario.limits.recipients:
        return dialogue.say("too_many_recipients", count=scenario.limits.recipients)
    reply = _asked_for(dialogue, recipient, "recipient_ok") or dialogue.answer(
        "RCPT", scenario.names_of(recipient), _fate(dialogue, recipient), path=recipient
    )
    if reply.is_success:
        dialogue.recipients.append(recipient)
    return reply


def _fate(dialogue: Dialogue, recipient: Mailbox) -> str:
    """The key of the reply that a recipient gets when no rule says otherwise."""
    scenario = dialogue.scenario
    if not scenario.is_local(recipient.domain):
        return "recipient_ok" if dialogue.logged_in else "relay_denied"
    return "recipient_ok" if scenario.knows(recipient.local) else "unknown_mailbox"


def _asked_for(dialogue: Dialogue, mailbox: Mailbox, accepted: str) -> Reply | None:
    """The reply that the address itself asks for, where the scenario allows that.

    accepted: the key of the reply for now, if the address asks for one at the end of data.
    """
    scenario = dialogue.scenario
    if "reply-" not in mailbox.local.lower() or not scenario.in_band:
        return None
    found = _IN_BAND.fullmatch(mailbox.local)
    if not (found and scenario.is_local(mailbox.domain)):
        return None
    at_end, code, enhanced = bool(found[1]), int(found[2]), found[3] or f"{found[2][0]}.0.0"
    fact = reply_codes().get(code)
    # 1yz is no SMTP reply and 3yz would leave both sides waiting: no enhanced code begins so.
    lawful = re.fullmatch(ENHANCED_CODE, enhanced) and enhanced[0] == found[2][0]
    if fact is None or not lawful:
        return dialogue.say("bad_in_band", code=code)
    reply = scenario.spoken(Reply(code, fact.short_name, enhanced))
    if not at_end:
        return reply
    dialogue.asked_at_end = reply
    return dialogue.say(accepted, path=mailbox)


def data(dialogue: Dialogue, argument: str) -> Reply:
    """DATA: asks for the message text (RFC 5321 §4.1.1.4)."""
    return _bare(dialogue, "DATA", argument, "send_text")


def rset(dialogue: Dialogue, argument: str) -> Reply:
    """RSET: drops the transaction (RFC 5321 §4.1.1.5)."""
    reply = _bare(dialogue, "RSET", argument, "reset_ok")
    if reply.is_success:
        dialogue.end_transaction()
    return reply


def quit_(dialogue: Dialogue, argument: str) -> Reply:
    """QUIT: ends the session (RFC 5321 §4.1.1.10)."""
    return _bare(dialogue, "QUIT", argument, "bye", domain=dialogue.scenario.domain)


def noop(dialogue: Dialogue, argument: str) -> Reply:
    """NOOP: nothing, whatever its argument (RFC 5321 §4.1.1.9)."""
    return dialogue.answer("NOOP", [argument], "noop_ok")


def help_(dialogue: Dialogue, argument: str) -> Reply:
    """HELP: text for a person (RFC 5321 §4.1.1.8)."""
    off = {"STARTTLS", "AUTH"} - set(dialogue.scenario.extensions)
    verbs = " ".join(verb for verb in VERBS if verb not in off)
    return dialogue.answer("HELP", [argument], "help", verbs=verbs)


def _bare(dialogue: Dialogue, verb: str, argument: str, key: str, **fields: object) -> Reply:
    """The reply to a verb that takes no argument (RFC 5321 §4.1.1: 501 if there is one)."""
    if argument:
        return dialogue.say("no_argument", verb=verb)
    return dialogue.answer(verb, [""], key, **fields)


def vrfy(dialogue: Dialogue, argument: str) -> Reply:
    """VRFY: is there such a mailbox? Answered in full only by a helpful server (§3.5)."""
    scenario = dialogue.scenario
    asked, utf8 = _asked_about(dialogue, argument)
    name = parse_name(asked)
    whole = Mailbox(name.local, name.domain or scenario.domain)
    if not scenario.is_local(name.domain):
        key = "verify_elsewhere"
    elif not scenario.knows(name.local):
        key = "unknown_mailbox"
    else:
        key = _in_full(dialogue, "verified", str(whole), utf8=utf8)
    return dialogue.answer("VRFY", [asked, *scenario.names_of(whole)], key, path=whole)


def expn(dialogue: Dialogue, argument: str) -> Reply:
    """EXPN: who is on the list? (RFC 5321 §3.5)"""
    scenario = dialogue.scenario
    asked, utf8 = _asked_about(dialogue, argument)
    name = parse_name(asked)
    lists = {each.lower(): members for each, members in scenario.lists}
    members = lists.get(name.local.lower(), ()) if scenario.is_local(name.domain) else ()
    lines = "\n".join(f"<{member}>" for member in members)
    key = _in_full(dialogue, "expanded", lines, utf8=utf8) if members else "no_list"
    return dialogue.answer("EXPN", [asked, name], key, path=name, members=lines)


def _asked_about(dialogue: Dialogue, argument: str) -> tuple[str, bool]:
    """What VRFY or EXPN asks about, and whether the reply may have UTF-8 (RFC 6531 §3.7.4.2).

    Raises: AddressError if that is missing.
    """
    if not argument:
        raise AddressError("missing_argument")
    utf8 = "SMTPUTF8" in dialogue.scenario.extensions and argument.upper().endswith(" SMTPUTF8")
    return argument[: -len(" SMTPUTF8")] if utf8 else argument, utf8


def _in_full(dialogue: Dialogue, key: str, text: str, *, utf8: bool) -> str:
    """The key of the reply that tells all, or of the 252 that takes its place."""
    if dialogue.scenario.verify and not text.isascii() and not utf8:
        return "needs_utf8"  # RFC 6531 §3.7.4.2: 252 or 550, and X.6.8
    # 252 neither confirms nor denies (RFC 5321 §7.3); no reply of this server has UTF-8.
    return key if dialogue.scenario.verify and text.isascii() else "verify_later"


# The verbs of command.VERBS, each with its function.
HANDLERS: dict[str, Callable[[Dialogue, str], Reply]] = {
    "EHLO": ehlo,
    "HELO": helo,
    "MAIL": mail,
    "RCPT": rcpt,
    "DATA": data,
    "RSET": rset,
    "VRFY": vrfy,
    "EXPN": expn,
    "HELP": help_,
    "NOOP": noop,
    "QUIT": quit_,
    "STARTTLS": starttls,
    "AUTH": auth,
}
