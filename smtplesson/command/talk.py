"""A conversation with a server in a terminal: lines in, replies and what they mean out."""

import sys
import textwrap
from collections.abc import Iterable
from contextlib import suppress
from shutil import get_terminal_size

from smtplesson.command.colour import painted
from smtplesson.command.screen import behind
from smtplesson.errors import LessonError
from smtplesson.facts import duty, explain, reply_codes, severity, subject
from smtplesson.facts.explain import UNKNOWN
from smtplesson.loopback.client import Client, connect
from smtplesson.loopback.host import Host
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.states import TABLE, State

# What may come next, where it is no command.
_NEXT = {
    State.CONTENT: "message text, a lone dot ends it",
    State.AUTH: "an answer in base64, * cancels",
    State.CLOSED: "Enter connects again, Ctrl-D ends",
}
GREETING = (
    "Type what a client says, such as EHLO client.example. ? helps, ?550 explains, Ctrl-D ends."
)
HELP = """What you type goes to the server, with an end of line; what may come next is shown in [ ].
?550     says what a code means; ?5.1.1 and ?550 5.1.1 do the same
?+60     lets 60 seconds pass, for the server too
Ctrl-D   ends; if the session is closed, Enter begins another one"""

Line = tuple[int | None, str]  # with the code of the reply that it belongs to


def talk(scenario: str, seed: int) -> None:
    """Talks in this terminal until its end of input; or with a pipe, whose lines are repeated.

    scenario, seed: as for `Talk`.
    """
    typed = sys.stdin.isatty()
    if typed:
        with suppress(ImportError):  # arrow keys and history, where the system has them
            import readline  # noqa: F401 - input() uses it once it is there
    talk = Talk(scenario, seed, echo=not typed)
    _print([(None, GREETING), *talk.connect()])
    while True:
        _print([(None, talk.standing)])
        try:
            line = input("> ").removesuffix("\r")  # a file from Windows
        except EOFError:
            print()
            return
        if talk.echo:
            print()
        _print(talk.answer(line))


def _print(lines: Iterable[Line]) -> None:
    """Prints the lines: on a terminal broken between words, and in colour."""
    for code, line in lines:
        for part in _broken(line) if sys.stdout.isatty() else [line]:
            print(painted(code, part, sys.stdout), file=behind(sys.stdout))


def _broken(line: str) -> list[str]:
    """The line in parts that the terminal is wide enough for."""
    width = get_terminal_size().columns
    return textwrap.wrap(line, width, subsequent_indent="   ", break_long_words=False) or [""]


class Talk:
    """One learner's sessions with one host in memory.

    scenario: a built-in name or the path of a TOML file.
    seed: decides everything that is random.
    echo: True repeats what the client said; a terminal shows it already.
    """

    def __init__(self, scenario: str, seed: int = 0, *, echo: bool = False) -> None:
        self.host = Host(scenario, seed=seed)
        self.echo = echo
        self.client: Client | None = None

    def connect(self) -> list[Line]:
        """What a new session begins with."""
        self.client = None
        try:
            self.client = connect(self.host)
        except LessonError as error:
            return _told(f"!: {error}")
        return self._shown(self.client, 0)

    @property
    def state(self) -> State:
        """The state of the session; closed if there is none."""
        return self.client.state if self.client else State.CLOSED

    @property
    def standing(self) -> str:
        """The session's state and what may come next."""
        state = self.state
        return f"[{state}: {_NEXT.get(state) or ' '.join(TABLE[state])}]"

    def answer(self, line: str) -> list[Line]:
        """What a line draws: a reply with its meaning, or an explanation if it begins with "?".

        `?` alone helps, `?550` explains a code, `?+60` lets 60 seconds pass. In a message any other
        line that begins with "?" is text.
        """
        if self.host.waits(line):
            return _told(f"!: {line[2:]} seconds have passed")
        if line.startswith("?") and (told := self._asked(line[1:])):
            return told
        if not self.client or self.state is State.CLOSED:
            return self.connect() if not line else _told("!: the session is closed")
        start = len(self.client.transcript)
        try:
            self.client.send(line.encode("utf-8", "surrogateescape"))
        except LessonError as error:
            return _told(f"!: {error}")
        return self._shown(self.client, start)

    def _asked(self, what: str) -> list[Line]:
        """What is told to who asks; nothing if it is a line of a message."""
        in_text = self.state is State.CONTENT
        if not what and not in_text:
            return _told(HELP)
        try:
            return _told(str(explain(what)))
        except LessonError as error:
            return [] if in_text else _told(f"!: {error}")

    def _shown(self, client: Client, start: int) -> list[Line]:
        """The exchanges from `start` on, each followed by what its reply means."""
        lines: list[Line] = []
        for exchange in client.transcript[start:]:
            for who, line in exchange.lines():
                if self.echo or who != "C":
                    lines.append((exchange.code if who == "S" else None, f"{who}: {line}"))
            lines += _meaning(exchange)
        return lines


def _told(text: str) -> list[Line]:
    """Lines that belong to no reply."""
    return [(None, line) for line in text.split("\n")]


def _meaning(exchange: Exchange) -> list[Line]:
    """One line on the reply: how it ended, what it is about, and the client's duty."""
    code = exchange.code
    if code is None:
        return []
    known = reply_codes().get(code)
    name = known.short_name if known else UNKNOWN
    ended = f"{severity(code).capitalize()}, {subject(code)}: {duty(code)}."
    return [(None, f"   {code}: {name}. {ended}")]
