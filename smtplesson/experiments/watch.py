"""Watch: what was said in one of many simulated sessions; it is simply played again."""

from smtplesson.errors import LessonError
from smtplesson.experiments.senders import ONE_MESSAGE, Sender, play
from smtplesson.experiments.simulate import luck_of, session_number
from smtplesson.loopback.recorder import Recorder
from smtplesson.loopback.transcript import Transcript
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario
from smtplesson.protocol.session import Session


def watch(
    scenario: Scenario | str, number: int, seed: int = 0, sender: Sender = ONE_MESSAGE
) -> list[Transcript]:
    """The transcripts of all sessions of one sender, just as `simulate` counted them.

    number: the sender's number, from 1.
    scenario, seed, sender: as for `simulate`.
    Raises: LessonError if there can be no such sender.
    """
    if number < 1:
        raise LessonError(f"number = {number}: senders are numbered from 1")
    character = scenario if isinstance(scenario, Scenario) else find_scenario(scenario)
    memory, sessions = Memory(), []

    def connect(nth: int) -> Session:
        place = session_number(number, nth)
        sessions.append(_Recorded(character, seed=seed, number=place, memory=memory))
        return sessions[-1]

    play(sender, connect, lambda stage, reply: None, luck_of(seed, number))
    return [session.recorder.transcript for session in sessions]


class _Recorded(Session):
    """A session that takes its own minutes."""

    def open(self, now: float = 0.0) -> bytes:
        self.recorder = Recorder()
        return self._heard(super().open(now))

    def receive(self, data: bytes, now: float = 0.0) -> bytes:
        self.recorder.sent(data)
        return self._heard(super().receive(data, now))

    def _heard(self, replies: bytes) -> bytes:
        self.recorder.received(replies)
        return replies
