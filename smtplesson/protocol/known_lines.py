"""Known lines: what was answered once, and will be again, is worked out only once.

A line that no rule and no address of its own concerns has the same outcome in each session that
stands where the first one stood. The machine works it out in the one slow way, and it is kept
here; nothing is decided here.
"""

from typing import NamedTuple

from smtplesson.protocol.address import Mailbox
from smtplesson.protocol.dialogue import Dialogue
from smtplesson.protocol.states import State

MOST = 256  # outcomes kept of a scenario
# The verbs of a mail transaction; what they change is in an Outcome.
VERBS = ("MAIL", "RCPT", "DATA", "RSET", "NOOP")


class Outcome(NamedTuple):
    """What a line draws and brings about.

    octets: of the reply, a positive one.
    state: the state after it.
    transaction: the reverse-path and whether SMTPUTF8 was asked for, if MAIL opened one.
    recipient: the forward-path, if RCPT added one.
    is_reset: whether RSET ended the transaction.
    """

    octets: bytes
    state: State
    transaction: tuple[Mailbox, bool] | None
    recipient: Mailbox | None
    is_reset: bool


def recall(dialogue: Dialogue, place: tuple[object, ...]) -> bytes:
    """The reply to the line at this place, after its effect; empty if it is not known here."""
    known: Outcome | None = dialogue.scenario._known_lines.get(place)
    if known is None:
        return b""
    octets, state, transaction, recipient, is_reset = known
    if recipient:
        if len(dialogue.recipients) >= dialogue.scenario.limits.recipients:
            return b""
        dialogue.recipients.append(recipient)
    elif transaction:
        dialogue.reverse_path, dialogue.utf8 = transaction
    elif is_reset:
        dialogue.end_transaction()
    dialogue.step += 1
    dialogue.state = state
    return octets


def keep(dialogue: Dialogue, place: tuple[object, ...], verb: str, octets: bytes) -> None:
    """Keeps what a line has drawn, if each session in the same place would draw it.

    place: of the line, from before it was answered.
    verb, octets: the line's verb, and the reply to it.
    """
    known = dialogue.scenario._known_lines
    if verb in VERBS and len(known) < MOST:
        transaction = (dialogue.reverse_path, dialogue.utf8) if verb == "MAIL" else None
        recipient = dialogue.recipients[-1] if verb == "RCPT" else None
        known[place] = Outcome(octets, dialogue.state, transaction, recipient, verb == "RSET")


def place_of(dialogue: Dialogue, line: bytes) -> tuple[object, ...]:
    """A line and where it is said: all that its outcome depends on, but for rules and addresses."""
    return dialogue.state, dialogue.extended, dialogue.encrypted, dialogue.logged_in, line
