"""Rows about how long one waits: for a reply, for a server, for an import."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from statistics import median
from time import perf_counter

from tests.bench.peers import AIOSMTPD, CHECKOUT, ECHO, SERVERS, process, served
from tests.bench.rounds import OURS, Line, Plan, beside, interleaved, pinned, seconds_for
from tests.bench.wire import NOOP, Wire

IDLE_CONNECTIONS = 400


def round_trip(plan: Plan) -> list[Line]:
    """One NOOP: the median of many, back to back."""
    count = int(10_000 * plan.seconds)

    def entrant(wire: Wire) -> Callable[[], float]:
        return lambda: median(seconds_for(wire.noop) for _ in range(count))

    with pinned(), served(OURS, ECHO) as ports, ExitStack() as stack:
        runs = {
            name: entrant(stack.enter_context(Wire(port, hello=name == OURS)))
            for name, port in ports.items()
        }
        figures = interleaved(runs, plan.rounds)
    return [beside("NOOP round trip, p50", "≤ 1.6 x asyncio echo", figures, "{:.1f} µs", 1e6)]


def cold_server(plan: Plan) -> list[Line]:
    """The first thing that a new process hears: three commands at once."""

    def run() -> float:
        with process(OURS) as (port, _), Wire(port, hello=False) as wire:
            return 1000 * seconds_for(lambda: wire.ask(NOOP * 3, 3))

    with pinned():
        values = interleaved({OURS: run}, plan.rounds)[OURS]
    return [Line("three pipelined commands, cold server", "≤ 5 ms", values)]


def start(plan: Plan) -> list[Line]:
    """From nothing to the first greeting."""

    def once(name: str) -> float:
        begin = perf_counter()
        with SERVERS[name]() as port, Wire(port, hello=False):
            return perf_counter() - begin

    def entrant(name: str) -> Callable[[], float]:
        return lambda: median(once(name) for _ in range(int(50 * plan.seconds)))

    with pinned():
        figures = interleaved({name: entrant(name) for name in (OURS, AIOSMTPD)}, plan.rounds)
    return [beside("start + first greeting", "≤ 0.6 x aiosmtpd", figures, "{:.2f} ms", 1000)]


def idle_connections(plan: Plan) -> list[Line]:
    """Memory of a server for a connection that says nothing."""

    def grown(name: str) -> float:
        with process(name) as (port, pid), ExitStack() as stack:
            for _ in range(20):  # what is loaded at the first connection is not counted
                stack.enter_context(Wire(port, hello=False))
            before = resident(pid)
            for _ in range(IDLE_CONNECTIONS):
                stack.enter_context(Wire(port, hello=False))
            return (resident(pid) - before) / IDLE_CONNECTIONS

    entrants = {name: partial(grown, name) for name in (OURS, AIOSMTPD)}
    with pinned():
        figures = interleaved(entrants, plan.rounds)
    return [beside("memory per idle connection", "≤ 0.6 x aiosmtpd", figures, "{:.1f} KiB")]


def resident(pid: int) -> float:
    """Resident memory of a process in KiB."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def imports(plan: Plan) -> list[Line]:
    """What `import` costs in a new process, without what Python itself costs."""

    def entrant(statement: str) -> Callable[[], float]:
        command = [sys.executable, "-c", statement]
        once = partial(subprocess.run, command, check=True, cwd=CHECKOUT)
        return lambda: median(seconds_for(once) for _ in range(3))

    peer = "aiosmtpd.controller"
    entrants = {"nothing": entrant("pass"), OURS: entrant("import smtplesson")}
    with pinned():
        figures = interleaved({**entrants, peer: entrant(f"import {peer}")}, plan.rounds)
    nothing = figures.pop("nothing")
    net = {
        name: [whole - least for whole, least in zip(values, nothing, strict=True)]
        for name, values in figures.items()
    }
    return [beside("import smtplesson", f"≤ 1 x {peer}", net, "{:.1f} ms", 1000)]


def explain(plan: Plan) -> list[Line]:
    """`smtplesson explain 550` from nothing to the end, beside Python alone; processor time.

    With compiled modules, as an installed package has them.
    """
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def entrant(*words: str) -> Callable[[], float]:
        def once() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [sys.executable, *words]
            subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT, env=compiled)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        return lambda: min(once() for _ in range(5))

    peer = "python -c pass"
    entrants = {OURS: entrant("-m", "smtplesson", "explain", "550"), peer: entrant("-c", "pass")}
    with pinned():
        figures = interleaved(entrants, plan.rounds)
    return [beside("smtplesson explain 550", f"≤ 4.5 x {peer}", figures, "{:.0f} ms", 1000)]


ROWS = (round_trip, cold_server, start, idle_connections, imports, explain)
