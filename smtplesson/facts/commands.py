"""Which command may get which reply, when, and what that does to the session."""

from dataclasses import dataclass
from functools import cache

from smtplesson.errors import LessonError
from smtplesson.tables import load, words

ANY_COMMAND = "any command"
NO_REPLY = "connection lost"
_NOT_COMMANDS = {"connect", "end-of-data", "AUTH-response"}


@dataclass(frozen=True, slots=True)
class CommandReply:
    """A row of command_replies.csv: one reply that the RFCs allow at one stage.

    command: a name from stages(), "any command", or "connection lost" (no reply at all: the
        code is what the client assumes).
    condition, state_effect: when it is given; what the session is like afterwards.
    enhanced_examples: enhanced codes that fit, the most usual first.
    exempt: for "any command", the commands that never get this reply.
    """

    command: str
    code: int
    condition: str
    source: str
    state_effect: str
    enhanced_examples: tuple[str, ...]
    exempt: tuple[str, ...]


@cache
def _rows() -> tuple[CommandReply, ...]:
    return load(
        CommandReply, "facts/command_replies", code=int, enhanced_examples=words, exempt=words
    )


@cache
def stages() -> tuple[str, ...]:
    """The names of all stages at which a server replies."""
    names = dict.fromkeys(row.command for row in _rows())
    return tuple(name for name in names if name not in (ANY_COMMAND, NO_REPLY))


def _check(stage: str) -> None:
    if stage not in stages():
        raise LessonError(f"no stage {stage!r} in an SMTP session; allowed: {', '.join(stages())}")


def command_replies(
    command: str | None = None, code: int | None = None
) -> tuple[CommandReply, ...]:
    """The rows for a stage, for a code or for both; all rows without arguments.

    command: a name from stages(), "any command" or "connection lost".
    code: a reply code.
    Raises: LessonError for an unknown stage.
    """
    if command not in (None, ANY_COMMAND, NO_REPLY):
        _check(command)
    return tuple(
        row for row in _rows() if command in (None, row.command) and code in (None, row.code)
    )


@cache
def allowed_codes(stage: str) -> frozenset[int]:
    """The codes that RFC 5321 §4.3.2 and the extensions' RFCs allow at a stage.

    stage: a name from stages(); for a command, what any command may get is included.
    Raises: LessonError for an unknown stage.
    """
    _check(stage)
    general = () if stage in _NOT_COMMANDS else command_replies(ANY_COMMAND)
    rows = (*command_replies(stage), *general)
    return frozenset(row.code for row in rows if stage not in row.exempt)
