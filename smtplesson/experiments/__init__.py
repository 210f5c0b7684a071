"""Ask many times and count: whole sessions in memory, tallies, and what was to be expected."""

from smtplesson.experiments.expected import expected
from smtplesson.experiments.shares import Share
from smtplesson.experiments.simulate import simulate
from smtplesson.experiments.tally import Tally

__all__ = ["Share", "Tally", "expected", "simulate"]
