"""Chance as a function of the place: the same seed, session and step give the same draw."""

from hashlib import blake2b


def draw(seed: int, session: int, step: int) -> float:
    """A number in [0, 1), uniform over places, equal on every machine and Python."""
    return int.from_bytes(_digest(seed, session, step)) / 2**64


def nonce(seed: int, session: int, step: int) -> str:
    """Sixteen hexadecimal digits for the place, for a CRAM-MD5 challenge."""
    return _digest(seed, session, step).hex()


def _digest(seed: int, session: int, step: int) -> bytes:
    return blake2b(b"%d/%d/%d" % (seed, session, step), digest_size=8).digest()
