"""Watch: what was said in one of many simulated sessions; it is simply played again."""

from dataclasses import dataclass, replace
from itertools import pairwise

from smtplesson.errors import LessonError
from smtplesson.experiments.errand import play
from smtplesson.experiments.places import luck_of, session_number
from smtplesson.experiments.schedules import NEVER
from smtplesson.experiments.senders import ONE_MESSAGE, PATIENT, Sender, known_sender
from smtplesson.loopback.recorder import Recorder
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.chance import known_seed
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State


@dataclass(frozen=True, slots=True)
class Attempt:
    """One session in which a sender tried to hand over a message.

    at: seconds since the first attempt.
    transcript: what was said.
    wait: seconds until the next attempt; None if there is none.
    """

    at: float
    transcript: Transcript
    wait: float | None = None

    @property
    def answer(self) -> Exchange:
        """The exchange that decided it: the last one before QUIT."""
        return [each for each in self.transcript if each.stage != "QUIT"][-1]


def watch(
    scenario: Scenario | str, number: int, seed: int = 0, sender: Sender = ONE_MESSAGE
) -> list[Transcript]:
    """The transcripts of all sessions of one sender, just as `simulate` counted them.

    number: the sender's number, from 1.
    scenario, seed, sender: as for `simulate`.
    Raises: LessonError if there can be no such sender.
    """
    if not isinstance(number, int) or number < 1:
        raise LessonError(f"number = {number}: senders are numbered from 1")
    made = _Sessions(scenario, number, seed).play(known_sender(sender))
    return [session.recorder.transcript for session in made]


def attempts(
    scenario: Scenario | str, seed: int = 0, sender: Sender = PATIENT, *, earlier: int = 0
) -> list[Attempt]:
    """The attempts at one message, in order, until it was delivered or given up.

    scenario, seed, sender: as for `simulate`; of the sender's messages one is played.
    earlier: so many messages of the same sender come just before, each tried once.
    Raises: LessonError if the message is never done.
    """
    sessions = _Sessions(scenario, 1, seed)
    sessions.play(replace(known_sender(sender), messages=earlier, gap=0.0, retries=NEVER))
    made = sessions.play(replace(sender, messages=1))
    waits = [later.began - sooner.began for sooner, later in pairwise(made)]
    return [
        Attempt(session.began, session.recorder.transcript, wait)
        for session, wait in zip(made, [*waits, None], strict=True)
    ]


class _Sessions:
    """The sessions of one sender with a server that remembers them."""

    def __init__(self, scenario: Scenario | str, number: int, seed: int) -> None:
        self.scenario = find_scenario(scenario)
        self.number = number
        self.seed = known_seed(seed)
        self.memory = Memory()
        self.made: list[RecordedSession] = []

    def play(self, sender: Sender) -> list["RecordedSession"]:
        """The sessions that sending all messages of the sender adds."""
        before = len(self.made)
        luck = luck_of(self.seed, self.number)
        play(sender, self._connect, lambda stage, reply: None, luck)
        return self.made[before:]

    def _connect(self, _: int) -> Session:
        place = session_number(self.number, len(self.made) + 1)
        self.made.append(
            RecordedSession(self.scenario, seed=self.seed, number=place, memory=self.memory)
        )
        return self.made[-1]


class RecordedSession(Session):
    """A session that takes its own minutes.

    began: the virtual time at which it was opened, in seconds.
    """

    def open(self, now: float = 0.0) -> bytes:
        """The greeting, which is recorded."""
        self.began = now
        self.recorder = Recorder()
        return self._heard(super().open(now))

    def receive(self, data: bytes, now: float = 0.0) -> bytes:
        """The replies to what the client sent; both are recorded."""
        self.recorder.sent(data)
        return self._heard(super().receive(data, now))

    def _heard(self, replies: bytes) -> bytes:
        self.recorder.received(replies)
        if self.state is State.CLOSED and not replies:
            self.recorder.closed()
        return replies
