"""Authentication mechanisms: PLAIN, LOGIN and CRAM-MD5 as small conversations (RFC 4954)."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Generator, Mapping

# A dialog yields challenges, is sent the client's responses, and returns the user's name
# and whether the proof was right. Octets throughout: base64 belongs to SMTP, not to SASL.
SaslDialog = Generator[bytes, bytes, tuple[str, bool]]
Mechanism = Callable[[Mapping[str, str], bytes | None, str], SaslDialog]

# RFC 4954 §4 judged 12,288 octets enough for any mechanism's line.
MAX_AUTH_LINE = 12_288


class InitialResponseError(ValueError):
    """An initial response was sent to a mechanism in which the server speaks first."""


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
    if initial is not None:
        raise InitialResponseError
    challenge = f"<{nonce}@example.test>".encode()
    name, _, digest = (yield challenge).decode("utf-8", "replace").rpartition(" ")
    secret = accounts.get(name, "").encode()
    right = hmac.new(secret, challenge, "md5").hexdigest()
    return name, name in accounts and hmac.compare_digest(right.encode(), digest.lower().encode())


MECHANISMS: dict[str, Mechanism] = {"PLAIN": plain, "LOGIN": login, "CRAM-MD5": cram_md5}


def _matches(accounts: Mapping[str, str], user: str, password: str) -> bool:
    return user in accounts and hmac.compare_digest(accounts[user].encode(), password.encode())


def encode_challenge(challenge: bytes) -> str:
    """The challenge as text of a 334 reply."""
    return b64encode(challenge).decode("ascii")


def decode_response(text: str) -> bytes:
    """The octets of a client's response (RFC 4954 §4).

    Raises: ValueError if the text is not base64.
    """
    try:
        return b64decode(text.encode("utf-8", "surrogateescape"), validate=True)
    except Base64Error as error:
        raise ValueError("not base64") from error
