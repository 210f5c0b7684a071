"""The ways in which a lesson can break; a server's refusal is never one of them, it is a value."""

from collections.abc import Iterable

from smtplesson.printable import printable

MAX_SHOWN = 80  # characters of a value in an error


class LessonError(Exception):
    """Base of all errors that smtplesson raises on purpose; its text is one clear line.

    It may name a file or quote a stranger, and is told on terminals: nothing in it acts there.
    """

    def __str__(self) -> str:
        return printable(super().__str__())

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the line alone. The frames are ours, the mistake is the learner's."""
        return [f"{type(self).__name__}: {self}"]


class ScenarioError(LessonError, ValueError):
    """A scenario is wrong: the text names the file, the key, the value and what is allowed."""


class WireError(LessonError, ConnectionError):
    """The other side sent something that is no SMTP reply, or hung up.

    raw: the octets that could not be understood (empty if the connection ended).
    """

    def __init__(self, message: str, raw: bytes = b"") -> None:
        super().__init__(message)
        self.raw = raw


def shown(value: object) -> str:
    """The value as Python writes it, cut to 80 characters, for the text of an error."""
    try:
        written = repr(value)
    except (ValueError, RecursionError):  # an int of too many digits, too many tables in tables
        return "(too long to be shown)"
    return written if len(written) <= MAX_SHOWN else f"{written[:MAX_SHOWN]}..."


def nearest(word: str, names: Iterable[str]) -> str:
    """The end of a line that refuses a word: the name that was meant, if one is near; or ""."""
    from difflib import get_close_matches  # here, since nearly nobody mistypes

    found = get_close_matches(word, sorted(names), n=1, cutoff=0.7)
    return f"; did you mean {found[0]}?" if found else ""
