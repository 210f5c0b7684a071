"""What was to be expected: every story that a sender can meet, weighed by its probability."""

from collections import defaultdict
from dataclasses import replace

from smtplesson.errors import LessonError
from smtplesson.experiments.outcomes import outcomes
from smtplesson.experiments.senders import ONE_MESSAGE, Sender, known_sender
from smtplesson.experiments.tally import Place
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario

MAX_STORIES = 2_000


def expected(scenario: Scenario | str, sender: Sender = ONE_MESSAGE) -> dict[Place, float]:
    """The mean number of each reply per session, exactly, with no chance left.

    scenario, sender: as for `simulate`. It is exact unless a rule depends on how long a sender
        waits and that is left to jitter: then each wait is taken at its middle.
    Raises: LessonError if there are more than 2,000 stories.
    """
    character = find_scenario(scenario)
    steady = replace(known_sender(sender), retries=replace(sender.retries, jitter=0.0))
    means: defaultdict[Place, float] = defaultdict(float)
    for number, (weight, tally) in enumerate(outcomes(character, steady).weighed()):
        if number >= MAX_STORIES:
            raise LessonError(
                f"scenario {character.name} has more than {MAX_STORIES:,} stories with this "
                "sender: too many to compute what to expect"
            )
        for place, times in tally.counts.items():
            means[place] += times * weight
    return dict(sorted(means.items()))
