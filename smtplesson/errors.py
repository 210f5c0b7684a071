"""The ways in which a lesson can break; a server's refusal is never one of them, it is a value."""

from reprlib import repr as short_repr

from smtplesson.printable import printable


class LessonError(Exception):
    """Base of all errors that smtplesson raises on purpose; its text is one clear line.

    It may name a file or quote a stranger, and is told on terminals: nothing in it acts there.
    """

    def __str__(self) -> str:
        return printable(super().__str__())


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
    """A value in a few printable letters, for the text of an error."""
    try:
        return short_repr(value)
    except ValueError:  # Python writes out no number of more than 4,300 digits
        return "of so many digits"
