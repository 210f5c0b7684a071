"""Chance as a function of the place: the same seed, session and step give the same draw.

A counter hash: seed, step and session go in turn through the mixing function of SplitMix64
(Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, with the
constants of Stafford's variant 13). It is plain arithmetic on 64 bits, so a crowd of sessions can
be given as an array of numpy's uint64 instead of one number, and draws the same bit for bit. The
session comes last, because then only one mixing is done for each session of a crowd.

What a seed brings is fixed for good: stored outputs and what a class writes down depend on it.
"""

from operator import index

from smtplesson.errors import LessonError, shown

_BITS = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio, made odd


def known_seed(seed: int) -> int:
    """The seed as it is; LessonError if it is no whole number, or too long to be shown."""
    try:
        if isinstance(seed, bool):
            raise TypeError("a bool")
        number = index(seed)
        str(number)  # it is shown
        return number
    except (TypeError, ValueError) as error:
        wanted = "a whole number of at most 4,300 digits is expected"
        raise LessonError(f"seed {shown(seed)}: {wanted}") from error


def draw(seed: int, session: int, step: int) -> float:
    """A number in [0, 1), uniform over places, equal on every machine and Python.

    seed: any whole number; of a larger one than 64 bits hold, the lowest 64 count.
    session, step: from 0 on.
    """
    return (_place(seed, session, step) >> 11) / (1 << 53)  # 53 bits: all that a float can hold


def nonce(seed: int, session: int, step: int) -> str:
    """Sixteen hexadecimal digits for the place, for a CRAM-MD5 challenge."""
    return f"{_place(seed, session, step):016x}"


def _place(seed: int, session: int, step: int) -> int:
    return _mixed(_mixed(_mixed(seed & _BITS) ^ step) ^ session)


def _mixed(state: int) -> int:
    """The output of SplitMix64 that follows this state."""
    state = (state + _GOLDEN) & _BITS
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _BITS
    return state ^ (state >> 31)
