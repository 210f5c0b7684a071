"""AUTH (RFC 4954): the mechanisms as small conversations, and the exchange that carries them."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

from smtplesson.protocol import chance
from smtplesson.protocol.command import Command
from smtplesson.protocol.dialogue import Dialogue, SaslDialog
from smtplesson.protocol.reply import Reply


def plain(accounts: Mapping[str, str], initial: bytes | None, nonce: str) -> SaslDialog:
    """PLAIN: one response with authorization identity, user and password (RFC 4616 §2)."""
    response = initial if initial is not None else (yield b"")
    fields = response.decode("utf-8", "replace").split("\0")
    # Nobody may act for somebody else here: an authorization identity is that of the user.
    if len(fields) != 3 or fields[0] not in ("", fields[1]):
        return "", False
    return fields[1], _matches(accounts, fields[1], fields[2])


def login(accounts: Mapping[str, str], initial: bytes | None, nonce: str) -> SaslDialog:
    """LOGIN: user and password, each after a prompt (no RFC; draft-murchison-sasl-login)."""
    user = initial if initial is not None else (yield b"Username:")
    password = yield b"Password:"
    name = user.decode("utf-8", "replace")
    return name, _matches(accounts, name, password.decode("utf-8", "replace"))


def cram_md5(accounts: Mapping[str, str], initial: bytes | None, nonce: str) -> SaslDialog:
    """CRAM-MD5: the digest of a challenge, keyed with the password (RFC 2195 §2)."""
    challenge = f"<{nonce}@example.test>".encode()
    name, _, digest = (yield challenge).decode("utf-8", "replace").rpartition(" ")
    secret = accounts.get(name, "").encode()
    right = hmac.new(secret, challenge, "md5").hexdigest()
    return name, name in accounts and hmac.compare_digest(right.encode(), digest.lower().encode())


_MECHANISMS = {"PLAIN": plain, "LOGIN": login, "CRAM-MD5": cram_md5}
_SERVER_FIRST = ("CRAM-MD5",)  # they take no initial response (RFC 4954 §4)


def _matches(accounts: Mapping[str, str], user: str, password: str) -> bool:
    return user in accounts and hmac.compare_digest(accounts[user].encode(), password.encode())


def auth(dialogue: Dialogue, command: Command) -> Reply:
    """AUTH: begins an authentication exchange (RFC 4954 §4)."""
    name, _, initial = command.argument.partition(" ")
    name = name.upper()
    if not name:
        return dialogue.say("missing_argument", verb="AUTH")
    if name not in dialogue.scenario.mechanisms:
        return dialogue.say("unknown_mechanism")
    try:
        # RFC 4954 §4: "=" stands for an initial response without octets.
        octets = b64decode("" if initial == "=" else initial, validate=True)
    except ValueError:
        return dialogue.say("bad_base64")
    if initial and name in _SERVER_FIRST:
        return dialogue.say("no_initial_response")
    nonce = chance.nonce(dialogue.seed, dialogue.number, dialogue.step)
    accounts = dict(dialogue.scenario.accounts)
    dialogue.mechanism = name
    dialogue.sasl = _MECHANISMS[name](accounts, octets if initial else None, nonce)
    return _advance(dialogue, None)


def answer_challenge(dialogue: Dialogue, line: bytes) -> Reply:
    """The reply to the client's response to a 334 (RFC 4954 §4)."""
    text = line.rstrip(b"\r\n")
    if text == b"*":
        return dialogue.say("cancelled")
    try:
        return _advance(dialogue, b64decode(text, validate=True))
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
    return dialogue.say("challenge", challenge=b64encode(challenge).decode())
