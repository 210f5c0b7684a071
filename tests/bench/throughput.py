"""Rows about how much a server gets done in a second."""

import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from smtplib import SMTP

from tests.bench.peers import AIOSMTPD, LOOPBACK, SINK, program, served
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


def _by_wire(plan: Plan, step: Callable[[Wire], None], *peers: str) -> Figures:
    """Steps a second against each server, over a connection that is reused; pinned."""
    with pinned(), served(OURS, *peers) as ports, ExitStack() as stack:
        wires = {name: stack.enter_context(Wire(port)) for name, port in ports.items()}

        def entrant(wire: Wire) -> Callable[[], float]:
            return lambda: rate(lambda: step(wire), plan.seconds)

        return interleaved({name: entrant(wire) for name, wire in wires.items()}, plan.rounds)


def four_trips(plan: Plan) -> list[Line]:
    """A message in four round trips."""
    figures = _by_wire(plan, Wire.message, AIOSMTPD, SINK)
    what, missing = "message in four round trips", "smtp-sink is not installed"
    return [
        beside(what, "≥ 4 x aiosmtpd", figures, MESSAGES),
        beside(what, "≥ 0.6 x smtp-sink", figures, MESSAGES, without=missing),
    ]


def pipelined(plan: Plan) -> list[Line]:
    """A message in one round trip."""
    figures = _by_wire(plan, Wire.message_at_once, AIOSMTPD)
    return [beside("pipelined message", "≥ 8 x aiosmtpd", figures, MESSAGES)]


def bursts(plan: Plan) -> list[Line]:
    """Fifty NOOPs at once."""
    figures = _by_wire(plan, Wire.burst, AIOSMTPD)
    return [beside("bursts of 50 NOOPs", "≥ 8 x aiosmtpd", figures, "{:,.0f} bursts/s")]


def sendmail(plan: Plan) -> list[Line]:
    """The standard library's client."""
    with pinned(), served(OURS, AIOSMTPD) as ports, ExitStack() as stack:

        def entrant(port: int) -> Callable[[], float]:
            client = stack.enter_context(SMTP(LOOPBACK, port, "client.example"))
            text = BODY.decode()
            mail = "news@client.example", "alice@example.test"
            return lambda: rate(lambda: client.sendmail(*mail, text), plan.seconds)

        figures = interleaved({name: entrant(port) for name, port in ports.items()}, plan.rounds)
    what = "smtplib.sendmail, connection reused"
    return [beside(what, "≥ 2.5 x aiosmtpd", figures, MESSAGES)]


def ten_at_once(plan: Plan) -> list[Line]:
    """Postfix's smtp-source with ten connections, free to use both cores."""
    what, target = "smtp-source -s 10 -d, not pinned", "≥ 4 x aiosmtpd"
    path = program("smtp-source")
    if path is None:
        return [Line(what, target, [], "smtp-source is not installed")]
    options = "-s 10 -d -l 1024 -f news@client.example -t alice@example.test"
    source = [path, *options.split()]

    def entrant(port: int, messages: int) -> Callable[[], float]:
        command = [*source, "-m", str(messages), f"{LOOPBACK}:{port}"]
        return lambda: messages / seconds_for(lambda: subprocess.run(command, check=True))

    with served(OURS, AIOSMTPD) as ports:
        # As many messages as each can do in about the time of a measurement or two.
        sizes = {OURS: int(30_000 * plan.seconds), AIOSMTPD: int(6_000 * plan.seconds)}
        runs = {name: entrant(port, sizes[name]) for name, port in ports.items()}
        figures = interleaved(runs, plan.rounds)
    return [beside(what, target, figures, MESSAGES)]


ROWS = (four_trips, pipelined, bursts, sendmail, ten_at_once)
