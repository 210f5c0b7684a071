"""Simulate: many whole sessions through the real machine, in memory, and their tally."""

from smtplesson.errors import LessonError
from smtplesson.experiments.senders import Sender, one_message
from smtplesson.experiments.tally import Tally
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario
from smtplesson.protocol.session import Session


def simulate(
    scenario: Scenario | str, sessions: int = 1_000, seed: int = 0, sender: Sender = one_message
) -> Tally:
    """The tally of the replies that so many sessions draw.

    scenario: a Scenario, the name of a built-in one, or the path of a TOML file.
    sessions: how many; each is played to its end by the machine that also serves TCP.
    seed: decides every chance; the same seed gives the same tally everywhere.
    sender: what the client's side does.
    Raises: LessonError if the number makes no sense.
    """
    if sessions < 1:
        raise LessonError(f"sessions = {sessions}: at least 1 is allowed")
    character = scenario if isinstance(scenario, Scenario) else find_scenario(scenario)
    tally = Tally(sessions)
    for number in range(1, sessions + 1):
        # A memory of its own: one sender's attempts are no other's.
        sender(Session(character, seed=seed, number=number), tally.count)
    return tally
