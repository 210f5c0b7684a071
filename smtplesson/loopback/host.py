"""The host: one scenario's sessions, numbered, with one memory and one clock."""

import re

from smtplesson.protocol.chance import known_seed
from smtplesson.protocol.memory import Memory, Message
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario
from smtplesson.protocol.session import Session

# A line that asks a host in memory to let so many seconds pass.
_WAIT = re.compile(r"\?\+(\d{1,7})")


class Host:
    """A mail host without a network: what a server and an in-memory lesson have in common.

    scenario: a Scenario, the name of a built-in one, or the path of a TOML file.
    seed: decides everything that is random, together with the session's number and its step.
    clock: virtual time in seconds, for sessions in memory; set it forward to let time pass.
    Raises: ScenarioError if the scenario is unknown; LessonError if the seed is no whole number.
    """

    def __init__(self, scenario: Scenario | str = "example", *, seed: int = 0) -> None:
        self.scenario = find_scenario(scenario)
        self.seed = known_seed(seed)
        self.memory = Memory()
        self.clock = 0.0
        self.sessions = 0

    def session(self) -> Session:
        """A new session; the first has the number 1."""
        self.sessions += 1
        return Session(self.scenario, seed=self.seed, number=self.sessions, memory=self.memory)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that were accepted and are kept, the last 200 at most, oldest first."""
        return tuple(self.memory.messages)

    def waits(self, line: str) -> bool:
        """True for a line such as `?+300`; that many seconds have then passed."""
        if wait := _WAIT.fullmatch(line):
            self.clock += int(wait[1])
        return bool(wait)

    def __repr__(self) -> str:
        return f"<Host {self.scenario.name}, seed {self.seed}>"
