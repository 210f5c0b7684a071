"""Rows about how much a server gets done in a second."""

import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from smtplib import SMTP

from tests.bench.peers import AIOSMTPD, ALONE, LOOPBACK, QUIET, SERVE, SINK, program, served
from tests.bench.rounds import (
    OURS,
    Figures,
    Line,
    Plan,
    beside,
    interleaved,
    pinned,
    rate,
    seconds_for,
)
from tests.bench.wire import BODY, Wire

MESSAGES = "{:,.0f} messages/s"


def _by_wire(step: Callable[[Wire], None], port: int, stack: ExitStack) -> Callable[[], object]:
    """The step over a bare connection."""
    return partial(step, stack.enter_context(Wire(port)))


def _by_smtplib(port: int, stack: ExitStack) -> Callable[[], object]:
    """A message by the standard library's client, its connection reused."""
    client = stack.enter_context(SMTP(LOOPBACK, port, "client.example"))
    mail, text = ("news@client.example", "alice@example.test"), BODY.decode()
    return lambda: client.sendmail(*mail, text)


FOUR, AT_ONCE = "message in four round trips", "pipelined message"
BURST, SENDMAIL = "bursts of 50 NOOPs", "smtplib.sendmail, connection reused"
WAYS: dict[str, Callable[[int, ExitStack], Callable[[], object]]] = {
    FOUR: partial(_by_wire, Wire.message),
    AT_ONCE: partial(_by_wire, Wire.message_at_once),
    BURST: partial(_by_wire, Wire.burst),
    SENDMAIL: _by_smtplib,
}


def _steps(plan: Plan, what: str, *servers: str) -> Figures:
    """Steps a second against each of the servers; pinned."""
    with pinned(), served(*servers) as ports, ExitStack() as stack:
        steps = {name: WAYS[what](port, stack) for name, port in ports.items()}
        entrants = {name: partial(rate, step, plan.seconds) for name, step in steps.items()}
        return interleaved(entrants, plan.rounds)


def four_trips(plan: Plan) -> list[Line]:
    """A message in four round trips."""
    figures = _steps(plan, FOUR, OURS, AIOSMTPD, SINK)
    return [
        beside(FOUR, "≥ 5 x aiosmtpd", figures, MESSAGES),
        beside(FOUR, "≥ 0.7 x smtp-sink", figures, MESSAGES, without="smtp-sink is not installed"),
    ]


def pipelined(plan: Plan) -> list[Line]:
    """A message in one round trip."""
    figures = _steps(plan, AT_ONCE, OURS, AIOSMTPD)
    return [beside(AT_ONCE, "≥ 11 x aiosmtpd", figures, MESSAGES)]


def bursts(plan: Plan) -> list[Line]:
    """Fifty NOOPs at once."""
    figures = _steps(plan, BURST, OURS, AIOSMTPD)
    return [beside(BURST, "≥ 12 x aiosmtpd", figures, "{:,.0f} bursts/s")]


def sendmail(plan: Plan) -> list[Line]:
    """The standard library's client."""
    figures = _steps(plan, SENDMAIL, OURS, AIOSMTPD)
    return [beside(SENDMAIL, "≥ 3.2 x aiosmtpd", figures, MESSAGES)]


# At least so many times as quick as aiosmtpd, which logs nothing: with the log, and without.
AS_STARTED = {FOUR: (2.2, 4.5), AT_ONCE: (3, 7.5), BURST: (1.8, 11), SENDMAIL: (1.6, 3)}


def as_started(plan: Plan) -> list[Line]:
    """`smtplesson serve`, with its log and without, each server in a process of its own."""
    lines = []
    for what, targets in AS_STARTED.items():
        figures = _steps(plan, what, SERVE, QUIET, ALONE)
        for name, target in zip((SERVE, QUIET), targets, strict=True):
            ours = {OURS: figures[name], ALONE: figures[ALONE]}
            lines.append(beside(f"{name}: {what}", f"≥ {target} x {ALONE}", ours, "{:,.0f}/s"))
    return lines


def many_at_once(plan: Plan) -> list[Line]:
    """Postfix's smtp-source with more and more connections, free to use both cores."""
    return [_at_once(plan, n, f"≥ {target} x aiosmtpd") for n, target in MANY.items()]


# Connections, and how many times as quick as aiosmtpd we should be.
MANY = {1: 3, 10: 5, 100: 4, 500: 4}


def _at_once(plan: Plan, connections: int, target: str) -> Line:
    """smtp-source with so many connections."""
    what, path = f"smtp-source -s {connections} -d, not pinned", program("smtp-source")
    if path is None:
        return Line(what, target, [], "smtp-source is not installed")
    options = f"-s {connections} -d -l 1024 -f news@client.example -t alice@example.test"

    def entrant(port: int, messages: int) -> Callable[[], float]:
        source = [path, *options.split(), "-m", str(messages), f"{LOOPBACK}:{port}"]
        return lambda: messages / seconds_for(lambda: subprocess.run(source, check=True))

    with served(OURS, AIOSMTPD) as ports:
        # As many messages as each can do in about the time of a measurement or two.
        sizes = {OURS: int(30_000 * plan.seconds), AIOSMTPD: int(6_000 * plan.seconds)}
        runs = {name: entrant(port, sizes[name]) for name, port in ports.items()}
        figures = interleaved(runs, plan.rounds)
    return beside(what, target, figures, MESSAGES)


ROWS = (four_trips, pipelined, bursts, sendmail, as_started, many_at_once)
