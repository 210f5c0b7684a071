"""A conversation with a server in a terminal: lines in, replies and what they mean out."""

from smtplesson.errors import LessonError
from smtplesson.facts import duty, explain, reply_codes, severity, subject
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


class Talk:
    """One learner's sessions with one host in memory.

    scenario: a built-in name or the path of a TOML file.
    seed: decides every chance.
    echo: True repeats what the client said; a terminal shows it already.
    """

    def __init__(self, scenario: str, seed: int = 0, *, echo: bool = False) -> None:
        self.host = Host(scenario, seed=seed)
        self.echo = echo
        self.client: Client | None = None

    def connect(self) -> str:
        """What a new session begins with."""
        self.client = None
        try:
            self.client = connect(self.host)
        except LessonError as error:
            return f"!: {error}"
        return self._shown(self.client, 0)

    @property
    def state(self) -> State:
        """The state of the session; closed if there is none."""
        return self.client.state if self.client else State.CLOSED

    @property
    def prompt(self) -> str:
        """The session's state and what may lawfully come next."""
        state = self.state
        return f"[{state}: {_NEXT.get(state) or ' '.join(TABLE[state])}]\n> "

    def answer(self, line: str) -> str:
        """What a line draws: a reply with its meaning, or an explanation if it begins with "?".

        `?550` explains a code, `?+300` lets 300 seconds pass. In a message any other line that
        begins with "?" is text.
        """
        if self.host.waits(line):
            return f"!: {line[2:]} seconds have passed"
        if line.startswith("?"):
            try:
                return str(explain(line[1:]))
            except LessonError as error:
                if self.state is not State.CONTENT:
                    return f"!: {error}"
        if not self.client or self.state is State.CLOSED:
            return self.connect() if not line else "!: the session is closed"
        start = len(self.client.transcript)
        try:
            self.client.send(line.encode("utf-8", "surrogateescape"))
        except LessonError as error:
            return f"!: {error}"
        return self._shown(self.client, start)

    def _shown(self, client: Client, start: int) -> str:
        """The exchanges from `start` on, each followed by what its reply means."""
        lines = []
        for exchange in client.transcript[start:]:
            said = exchange.lines()
            lines += [f"{who}: {line}" for who, line in said if self.echo or who != "C"]
            lines += _meaning(exchange)
        return "\n".join(lines)


def _meaning(exchange: Exchange) -> list[str]:
    """One line on the reply: how it ended, what it is about, and the client's duty."""
    code = exchange.code
    if code is None:
        return []
    known = reply_codes().get(code)
    name = known.short_name if known else "no RFC gives it a meaning"
    return [f"   {code}: {name}. {severity(code).capitalize()}, {subject(code)}: {duty(code)}."]
