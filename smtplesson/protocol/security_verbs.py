"""What STARTTLS and AUTH do, and what a client's answer to a challenge leads to."""

from smtplesson.protocol.auth import (
    MECHANISMS,
    InitialResponseError,
    decode_response,
    encode_challenge,
)
from smtplesson.protocol.chance import nonce
from smtplesson.protocol.dialogue import Dialogue
from smtplesson.protocol.reply import Reply


def starttls(dialogue: Dialogue, argument: str) -> Reply:
    """STARTTLS: the handshake comes next (RFC 3207 §4)."""
    if argument:
        return dialogue.say("no_argument", verb="STARTTLS")
    return dialogue.answer("STARTTLS", [""], "start_tls")


def auth(dialogue: Dialogue, argument: str) -> Reply:
    """AUTH: begins an authentication exchange (RFC 4954 §4)."""
    name, _, initial = argument.partition(" ")
    scenario = dialogue.scenario
    if not name:
        return dialogue.say("missing_argument", verb="AUTH")
    if name.upper() not in scenario.mechanisms:
        return dialogue.say("unknown_mechanism")
    dialogue.mechanism = name.upper()
    mechanism = MECHANISMS[dialogue.mechanism]
    place = nonce(dialogue.seed, dialogue.number, dialogue.step)
    try:
        # RFC 4954 §4: "=" stands for an initial response without octets.
        first = decode_response("" if initial == "=" else initial) if initial else None
        dialogue.sasl = mechanism(dict(scenario.accounts), first, place)
        return _advance(dialogue, None)
    except InitialResponseError:
        return dialogue.say("no_initial_response")
    except ValueError:
        return dialogue.say("bad_base64")


def answer_challenge(dialogue: Dialogue, line: bytes) -> Reply:
    """The reply to the client's response to a 334 (RFC 4954 §4)."""
    text = line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
    try:
        if text == "*":
            return dialogue.say("cancelled")
        return _advance(dialogue, decode_response(text))
    except ValueError:
        return dialogue.say("bad_base64")


def _advance(dialogue: Dialogue, response: bytes | None) -> Reply:
    """The reply to the next step of the exchange: a challenge, or its end."""
    assert dialogue.sasl is not None
    try:
        # A generator has to be started with None, which its type does not say.
        challenge = dialogue.sasl.send(response)  # type: ignore[arg-type]
    except StopIteration as end:
        user, right = end.value or ("", False)  # or a rule's 334 came after its end
        way = f"{user} {dialogue.mechanism}"
        subjects = [user, way, f"{way} in {'TLS' if dialogue.encrypted else 'clear'}"]
        return dialogue.answer("AUTH", subjects, "logged_in" if right else "bad_credentials")
    return dialogue.say("challenge", challenge=encode_challenge(challenge))
