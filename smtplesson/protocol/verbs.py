"""What each command does: one function a verb, from its argument to the reply.

A function checks the argument first, then asks the scenario, and changes the dialogue only
after a positive reply. Whether the verb may come at all was settled before, by the table.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from smtplesson.facts import reply_codes
from smtplesson.facts.enhanced import ENHANCED_CODE
from smtplesson.protocol.address import NULL_PATH, AddressError, Mailbox, parse_domain, parse_name
from smtplesson.protocol.auth import auth
from smtplesson.protocol.command import VERBS, Command, Envelope, parse_envelope
from smtplesson.protocol.dialogue import Dialogue
from smtplesson.protocol.parameters import wrong_parameter
from smtplesson.protocol.reply import Reply

# reply-452-4.2.2@example.test draws that reply at once, data-reply-... at the end of data.
_IN_BAND = re.compile(r"(data-)?reply-(\d{3})(?:-(\d\.\d{1,3}\.\d{1,3}))?", re.I | re.ASCII)


def hello(dialogue: Dialogue, command: Command) -> Reply:
    """EHLO and HELO: who the client is; the reply to EHLO lists extensions (RFC 5321 §4.1.1.1)."""
    verb, name = command.verb, command.argument
    try:
        valid = name.isascii() and parse_domain(name)
    except AddressError:
        valid = False
    if not valid:  # RFC 6531 §3.7.1: what SMTPUTF8 allows comes later
        return dialogue.say("bad_name", verb=verb)
    reply = dialogue.answer(verb, [name], "hello", client=name)
    if reply.is_success:
        dialogue.end_transaction()
        dialogue.extended = verb == "EHLO"
        if dialogue.extended:
            return _with_keywords(reply, dialogue.scenario.keywords[dialogue.encrypted])
    return reply


@lru_cache(maxsize=256)
def _with_keywords(reply: Reply, keywords: tuple[str, ...]) -> Reply:
    """The reply to EHLO with a line for each extension."""
    return Reply(reply.code, "\n".join([reply.text, *keywords]))


def mail(dialogue: Dialogue, command: Command) -> Reply:
    """MAIL: opens a transaction with the reverse-path (RFC 5321 §4.1.1.2)."""
    envelope = parse_envelope(command.argument, "FROM:")
    sender, parameters = envelope
    if parameters and (wrong := wrong_parameter(dialogue, parameters)):
        return wrong
    utf8 = ("SMTPUTF8", None) in parameters
    if not command.argument.isascii() and not utf8:  # RFC 6531 §3.5
        return dialogue.say("non_ascii_sender")
    names = [Envelope(sender), envelope] if parameters else [envelope]
    reply = _asked_for(dialogue, sender, "sender_ok") or dialogue.answer(
        "MAIL", names, "sender_ok", path=sender
    )
    if reply.is_success:
        dialogue.reverse_path, dialogue.utf8 = sender, utf8
    return reply


def rcpt(dialogue: Dialogue, command: Command) -> Reply:
    """RCPT: adds one recipient to the transaction (RFC 5321 §4.1.1.3)."""
    recipient, parameters = parse_envelope(command.argument, "TO:")
    scenario = dialogue.scenario
    if recipient == NULL_PATH:
        return dialogue.say("null_recipient")
    if parameters and not dialogue.extended:
        return dialogue.say("needs_ehlo")
    if parameters:  # none of the extensions here adds one to RCPT
        return dialogue.say("unknown_parameter", parameter=parameters[0][0])
    if not command.argument.isascii() and not dialogue.utf8:  # RFC 6531 §3.5
        return dialogue.say("non_ascii_recipient")
    if len(dialogue.recipients) >= scenario.limits.recipients:
        return dialogue.say("too_many_recipients", count=scenario.limits.recipients)
    reply = _asked_for(dialogue, recipient, "recipient_ok") or dialogue.answer(
        "RCPT", [recipient], _fate(dialogue, recipient), path=recipient
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
    dialogue.is_plain = False
    found = _IN_BAND.fullmatch(mailbox.local)
    if not (found and scenario.is_local(mailbox.domain)):
        return None
    at_end, code, enhanced = bool(found[1]), int(found[2]), found[3] or f"{found[2][0]}.0.0"
    fact = reply_codes().get(code)
    # 1yz is no SMTP reply and 3yz would leave both sides waiting: no enhanced code begins so.
    valid = re.fullmatch(ENHANCED_CODE, enhanced) and enhanced[0] == found[2][0]
    if fact is None or not valid:
        return dialogue.say("bad_in_band", code=code)
    reply = scenario.spoken(Reply(code, fact.short_name, enhanced))
    if not at_end:
        return reply
    dialogue.asked_at_end = reply
    return dialogue.say(accepted, path=mailbox)


# The verbs that take no argument, each with its reply (RFC 5321 §4.1.1; RFC 3207 §4).
_BARE = {"DATA": "send_text", "RSET": "reset_ok", "QUIT": "bye", "STARTTLS": "start_tls"}


def bare(dialogue: Dialogue, command: Command) -> Reply:
    """DATA, RSET, QUIT and STARTTLS: what they bring about is in the state table."""
    if command.argument:
        return dialogue.say("no_argument", verb=command.verb)
    reply = dialogue.answer(command.verb, [""], _BARE[command.verb])
    if command.verb == "RSET" and reply.is_success:
        dialogue.end_transaction()  # RFC 5321 §4.1.1.5
    return reply


def noop(dialogue: Dialogue, command: Command) -> Reply:
    """NOOP: nothing, whatever its argument (RFC 5321 §4.1.1.9)."""
    return dialogue.answer("NOOP", [command.argument], "noop_ok")


def help_(dialogue: Dialogue, command: Command) -> Reply:
    """HELP: text for a person (RFC 5321 §4.1.1.8)."""
    off = {"STARTTLS", "AUTH"} - set(dialogue.scenario.extensions)
    verbs = " ".join(verb for verb in VERBS if verb not in off)
    return dialogue.answer("HELP", [command.argument], "help", verbs=verbs)


def vrfy(dialogue: Dialogue, command: Command) -> Reply:
    """VRFY: is there such a mailbox? Answered in full only by a helpful server (§3.5)."""
    scenario = dialogue.scenario
    asked, name, utf8 = _asked_about(dialogue, command.argument)
    whole = Mailbox(name.local, name.domain or scenario.domain)
    if not scenario.is_local(name.domain):
        key = "verify_elsewhere"
    elif not scenario.knows(name.local):
        key = "unknown_mailbox"
    else:
        key = _in_full(dialogue, "verified", str(whole), utf8=utf8)
    return dialogue.answer("VRFY", [asked, whole], key, path=whole)


def expn(dialogue: Dialogue, command: Command) -> Reply:
    """EXPN: who is on the list? (RFC 5321 §3.5)"""
    scenario = dialogue.scenario
    asked, name, utf8 = _asked_about(dialogue, command.argument)
    lists = {each.lower(): members for each, members in scenario.lists}
    members = lists.get(name.local.lower(), ()) if scenario.is_local(name.domain) else ()
    lines = "\n".join(f"<{member}>" for member in members)
    key = _in_full(dialogue, "expanded", lines, utf8=utf8) if members else "no_list"
    return dialogue.answer("EXPN", [asked, str(name)], key, path=name, members=lines)


def _asked_about(dialogue: Dialogue, argument: str) -> tuple[str, Mailbox, bool]:
    """What VRFY or EXPN asks about, and whether the reply may have UTF-8 (RFC 6531 §3.7.4.2).

    Raises: AddressError if it is missing, or malformed.
    """
    if not argument:
        raise AddressError("missing_argument")
    utf8 = "SMTPUTF8" in dialogue.scenario.extensions and argument.upper().endswith(" SMTPUTF8")
    asked = argument[: -len(" SMTPUTF8")] if utf8 else argument
    return asked, parse_name(asked), utf8


def _in_full(dialogue: Dialogue, key: str, text: str, *, utf8: bool) -> str:
    """The key of the reply that tells all, or of the 252 that takes its place."""
    if dialogue.scenario.verify and not text.isascii() and not utf8:
        return "needs_utf8"  # RFC 6531 §3.7.4.2: 252 or 550, and X.6.8
    # 252 neither confirms nor denies (RFC 5321 §7.3); no reply of this server has UTF-8.
    return key if dialogue.scenario.verify and text.isascii() else "verify_later"


# The verbs of command.VERBS, each with its function.
HANDLERS: dict[str, Callable[[Dialogue, Command], Reply]] = {
    **dict.fromkeys(("EHLO", "HELO"), hello),
    **dict.fromkeys(_BARE, bare),
    "MAIL": mail,
    "RCPT": rcpt,
    "VRFY": vrfy,
    "EXPN": expn,
    "HELP": help_,
    "NOOP": noop,
    "AUTH": auth,
}
