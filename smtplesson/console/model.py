"""The console without a front end: what was typed, what it drew, and what there is to see."""

from collections import Counter

from smtplesson.console.finds import KERNEL_FINDS, Finds
from smtplesson.console.offers import Offer, offers
from smtplesson.console.post import Arrival, arrival
from smtplesson.console.typed_line import GUESS, Prediction, complaint, to_octets
from smtplesson.errors import LessonError
from smtplesson.loopback.client import Client, connect
from smtplesson.loopback.host import Host
from smtplesson.loopback.server import Server
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.printable import printable
from smtplesson.protocol.masking import MASK
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.standing import Standing
from smtplesson.protocol.states import State

MAX_HISTORY = 100
_AGAIN = "Connect again to go on."


class ConsoleModel:
    """One learner's conversation with one server. Nothing that a user types makes it raise.

    scenario: a Scenario, the name of a built-in one, or the path of a TOML file.
    seed: decides everything that is random, with the session's number and its step.
    host: a Host to share, or a running Server, whose host answers; the first two do not count.
    finds: where each exchange is announced.
    Raises: ScenarioError if there is no such scenario.

    log: the exchanges, with a text for what happened between them.
    epoch: how often the log was begun again.
    last_reply: the reply that came last, or None.
    arrived: the message that the server took last, or None.
    raw: lines are sent without CRLF; \\r, \\n, \\t, \\0, \\\\ and \\xNN stand for octets.
    predicting: each reply has to be predicted before it is drawn.
    new: codes that the last line, or the greeting, drew for the first time.
    error, hint: sentences about what was done last, or "".
    """

    def __init__(
        self,
        scenario: Scenario | str = "example",
        *,
        seed: int = 0,
        host: Host | Server | None = None,
        finds: Finds = KERNEL_FINDS,
    ) -> None:
        self.finds = finds
        self.raw = self.predicting = False
        self.new: list[int] = []
        self.history: list[str] = []
        self.epoch = 0
        self._held: str | None = None
        self._client: Client | None = None
        self._shared = host is not None
        self._begin(host or Host(scenario, seed=seed))

    # ---- what there is to see

    @property
    def state(self) -> State:
        """The state of the session; closed if there is none."""
        return self._client.state if self._client else State.CLOSED

    @property
    def transcript(self) -> Transcript:
        """All exchanges since the start, those of earlier sessions included."""
        return Transcript([entry for entry in self.log if isinstance(entry, Exchange)])

    @property
    def session(self) -> Transcript:
        """The exchanges of the session that is open, or was last."""
        return self._client.transcript if self._client else Transcript()

    @property
    def asked(self) -> str:
        """The line whose reply is to be predicted, credentials masked; "" if none waits."""
        return "" if self._held is None else self._shown(self._held) or "an empty line"

    def offers(self) -> list[Offer]:
        """All commands, those that are out of order now with the reason."""
        ending = r"\r\n" if self.raw else ""
        standing = self._client.standing if self._client else Standing(State.CLOSED)
        now = offers(standing, self.host.scenario)
        return [offer._replace(line=offer.line + ending) for offer in now]

    # ---- what a user does

    def submit(self, line: str) -> list[Exchange]:
        """Takes one typed line and returns the exchanges that it added.

        In predict mode the line is held until the next one has named a digit or a code.
        """
        self.error, self.hint, self.new = "", "", []
        line = line.encode("utf-8", "replace").decode()  # no half characters: JSON takes none
        if self._held is not None:
            return self._commit(line.strip())
        octets = to_octets(line, raw=self.raw)
        if self.state is State.CLOSED:
            self.error = f"The session is closed. {_AGAIN}"
        elif why_not := complaint(line, raw=self.raw):
            self.error = why_not
        elif not octets:
            self.hint = "Nothing to send."
        else:
            self._remember(line)
            assert self._client
            if not (self.predicting and self._client.recorder.would_await(octets)):
                return self._say(octets)
            self._held = line
        return []

    def predict(self, on: bool) -> None:
        """Turns predict mode on or off, and takes back a line that waits for a prediction."""
        self.predicting = on
        self.take_back()

    def take_back(self) -> None:
        """Forgets the line that waits for a prediction."""
        self._held = None
        self.error = self.hint = ""

    def restart(
        self, scenario: Scenario | str | None = None, seed: int | str | None = None
    ) -> None:
        """Begins again with a fresh server, without Predict first and Raw; what is None stays.

        A shared host is kept, and only connected to again, unless something is to change.
        """
        now = self.host
        try:
            number = now.seed if seed is None else int(seed)
            wanted = now.scenario if scenario == now.scenario.name else scenario or now.scenario
            keep = self._shared and (wanted, number) == (now.scenario, now.seed)
            to = self._to if keep else Host(wanted, seed=number)
        except LessonError as error:
            self.error, self.hint = f"{error}.", ""
        except (TypeError, ValueError):
            self.error, self.hint = "A seed is a whole number, such as 0 or 42.", ""
        else:
            self._shared = keep
            modes = {"Predict first": self.predicting, "Raw": self.raw}
            self.predicting = self.raw = False
            self._begin(to)
            if off := ", ".join(mode for mode, on in modes.items() if on):
                self.hint = f"Off again: {off}. {self.hint}".strip()

    def reconnect(self) -> None:
        """Opens a new session with the same server, which remembers the earlier ones."""
        self.take_back()
        if self._client:
            self._client.close()
        self._client, self._seen = None, 0
        self._sessions += 1
        if self._sessions > 1:
            self.log.append(f"Session {self._sessions}")
        try:
            self._client = connect(self._to)
        except LessonError as error:
            self.error = f"There is no connection: {error}. {_AGAIN}"
        self._gather()

    def wait(self) -> None:
        """Lets five minutes pass for a server in memory, as a client does that comes back later."""
        if isinstance(self._to, Host):
            self._to.clock += 300
            self.log.append("5 minutes pass")
            self.error, self.hint = "", "A server closes sessions that stay silent for too long."
        else:
            self.error = "This server keeps real time."

    # ---- how it is done

    def _begin(self, to: Host | Server) -> None:
        self._to = to
        self.host = to if isinstance(to, Host) else to.host
        self.last_reply: Reply | None = None
        self.arrived: Arrival | None = None
        self._sessions = 0
        self.epoch += 1
        self.log: list[Exchange | str] = []
        self.counts: Counter[int] = Counter()
        self.predictions: list[Prediction] = []
        self.reconnect()

    def _say(self, octets: bytes) -> list[Exchange]:
        """Sends octets and returns the exchanges that they add."""
        assert self._client
        self.finds.talker = self
        try:
            self._client.send_raw(octets)
        except LessonError as error:  # after which the client is closed
            self.error = f"The session broke: {error}. {_AGAIN}"
        new = self._gather()
        if not new and not self.error:
            self.hint = f"{len(octets)} octets sent; the server waits for the end of the line."
        return new

    def _gather(self) -> list[Exchange]:
        """Takes over what the client has recorded since the last time."""
        new = self._client.transcript.exchanges[self._seen :] if self._client else []
        self._seen += len(new)
        self.log += new
        self.new = self.finds.announce(new)
        for reply in filter(None, (exchange.reply for exchange in new)):
            self.counts[reply.code] += 1
            self.last_reply = reply
        if any(each.stage == "end-of-data" and (each.code or 0) // 100 == 2 for each in new):
            self.arrived = arrival(self.host, self.session)
            self.hint = f"{self.arrived.news}."
        if new and self.state is State.CLOSED and not self.error:
            if new[-1].code is None:
                self.error = f"The {new[-1].notes[0]}. {_AGAIN}"
            else:
                self.hint = f"The session is closed. {_AGAIN}"
        return new

    def _commit(self, guess: str) -> list[Exchange]:
        """Sends the held line, now that its reply has been predicted."""
        if not GUESS.fullmatch(guess):
            self.error = "A prediction is a first digit, 2 to 5, or a whole code such as 550."
            return []
        octets, self._held = to_octets(self._held or "", raw=self.raw), None
        if new := self._say(octets):
            made = Prediction(guess, new[0].code)
            self.predictions.append(made)
            self.hint = f"{made} {self.hint}".strip()
        return new

    def _shown(self, line: str) -> str:
        """A typed line as the transcript would show it: as it was typed, if nothing is masked."""
        octets = to_octets(line, raw=self.raw)
        shown = self._client.recorder.shown(octets) if self._client else octets
        if shown == octets:
            return line
        typed = shown if self.raw else shown.removesuffix(b"\r\n")
        return printable(typed.decode("utf-8", "backslashreplace"))

    def _remember(self, line: str) -> None:
        """Keeps a command for recall, up to what is masked, unless it is the one before."""
        if self.state is State.CONTENT or not line.strip():
            return
        shown = self._shown(line)
        kept = line if shown == line else shown.partition(MASK.decode())[0].rstrip(" ")
        if kept and [kept] != self.history[-1:]:
            self.history = [*self.history, kept][-MAX_HISTORY:]
