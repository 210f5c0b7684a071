"""Ask many times and count: whole sessions in memory, tallies, and what was to be expected."""

from smtplesson.experiments.clients import client_reactions
from smtplesson.experiments.expected import expected
from smtplesson.experiments.fit import fit
from smtplesson.experiments.provoke import provoke
from smtplesson.experiments.schedules import RFC_5321, Schedule, backoff, every
from smtplesson.experiments.senders import PATIENT, PIPELINED, STUBBORN, Sender
from smtplesson.experiments.shares import Share
from smtplesson.experiments.simulate import simulate
from smtplesson.experiments.sweep import sweep
from smtplesson.experiments.tally import Tally
from smtplesson.experiments.watch import attempts, watch

__all__ = [
    "PATIENT",
    "PIPELINED",
    "RFC_5321",
    "STUBBORN",
    "Schedule",
    "Sender",
    "Share",
    "Tally",
    "attempts",
    "backoff",
    "client_reactions",
    "every",
    "expected",
    "fit",
    "provoke",
    "simulate",
    "sweep",
    "watch",
]
