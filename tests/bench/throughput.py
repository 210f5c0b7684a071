"""Rows about how much a server gets done in a second."""

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from smtplib import SMTP
from statistics import median

from tests.bench.peers import AIOSMTPD, LOOPBACK, SINK, program, served
from tests.bench.rounds import OURS, Line, Plan, interleaved, pinned, rate, ratios
from tests.bench.wire import BODY, Wire


def _by_wire(plan: Plan, step: Callable[[Wire], None], *peers: str) -> dict[str, list[float]]:
    """Steps a second against each server, over a connection that is reused; pinned."""
    with pinned(), served(OURS, *peers) as ports, ExitStack() as stack:
        wires = {name: stack.enter_context(Wire(port)) for name, port in ports.items()}

        def entrant(wire: Wire) -> Callable[[], float]:
            return lambda: rate(lambda: step(wire), plan.seconds)

        return interleaved({name: entrant(wire) for name, wire in wires.items()}, plan.rounds)


def _absolute(figures: dict[str, list[float]], unit: str) -> str:
    return f"{median(figures[OURS]):,.0f} {unit}"


def four_trips(plan: Plan) -> list[Line]:
    """A message in four round trips."""
    figures = _by_wire(plan, Wire.message, AIOSMTPD, SINK)
    what, note = "message in four round trips", _absolute(figures, "messages/s")
    missing = "" if SINK in figures else "smtp-sink is not installed"
    return [
        Line(what, 4, "x aiosmtpd", ratios(figures, AIOSMTPD), note=note),
        Line(what, 0.6, "x smtp-sink", ratios(figures, SINK), note=missing or note),
    ]


def pipelined(plan: Plan) -> list[Line]:
    """A message in one round trip."""
    figures = _by_wire(plan, Wire.message_at_once, AIOSMTPD)
    note = _absolute(figures, "messages/s")
    return [Line("pipelined message", 8, "x aiosmtpd", ratios(figures, AIOSMTPD), note=note)]


def bursts(plan: Plan) -> list[Line]:
    """Fifty NOOPs at once."""
    figures = _by_wire(plan, Wire.burst, AIOSMTPD)
    note = _absolute(figures, "bursts/s")
    return [Line("bursts of 50 NOOPs", 8, "x aiosmtpd", ratios(figures, AIOSMTPD), note=note)]


def sendmail(plan: Plan) -> list[Line]:
    """The standard library's client."""
    with pinned(), served(OURS, AIOSMTPD) as ports, ExitStack() as stack:

        def entrant(port: int) -> Callable[[], float]:
            client = stack.enter_context(SMTP(LOOPBACK, port, "client.example"))
            text = BODY.decode()
            mail = "news@client.example", "alice@example.test"
            return lambda: rate(lambda: client.sendmail(*mail, text), plan.seconds)

        figures = interleaved({name: entrant(port) for name, port in ports.items()}, plan.rounds)
    what, note = "smtplib.sendmail, connection reused", _absolute(figures, "messages/s")
    return [Line(what, 2.5, "x aiosmtpd", ratios(figures, AIOSMTPD), note=note)]


def ten_at_once(plan: Plan) -> list[Line]:
    """Postfix's smtp-source with ten connections, free to use both cores."""
    what = "smtp-source -s 10 -d, not pinned"
    path = program("smtp-source")
    if path is None:
        return [Line(what, 4, "x aiosmtpd", [], note="smtp-source is not installed")]
    source = [path, "-s", "10", "-d", "-l", "1024", "-f", "news@client.example"]
    source += ["-t", "alice@example.test"]

    def entrant(port: int, messages: int) -> Callable[[], float]:
        command = [*source, "-m", str(messages), f"{LOOPBACK}:{port}"]

        def run() -> float:
            start = time.perf_counter()
            subprocess.run(command, check=True, env=os.environ)
            return messages / (time.perf_counter() - start)

        return run

    with served(OURS, AIOSMTPD) as ports:
        # As many messages as each can do in about the time of a measurement or two.
        sizes = {OURS: int(30_000 * plan.seconds), AIOSMTPD: int(6_000 * plan.seconds)}
        runs = {name: entrant(port, sizes[name]) for name, port in ports.items()}
        figures = interleaved(runs, plan.rounds)
    note = _absolute(figures, "messages/s")
    return [Line(what, 4, "x aiosmtpd", ratios(figures, AIOSMTPD), note=note)]


ROWS = (four_trips, pipelined, bursts, sendmail, ten_at_once)
