"""Rows about `simulate`: how quick, how large, how well divided.

`python -m tests.bench.simulation SESSIONS` prints how many MB such a simulation takes.
"""

import re
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from pathlib import Path
from smtplib import SMTP

from tests.bench.peers import AIOSMTPD, CHECKOUT, LOOPBACK, served
from tests.bench.rounds import OURS, Line, Plan, beside, interleaved, pinned, rate, seconds_for

MAIL = "news@client.example", "alice@example.test"
SESSIONS = "{:,.0f} sessions/s"
TEXT = "Subject: hello\r\n\r\nJust one line.\r\n"


def _simulate(
    sessions: int, executor: Executor | None = None, name: str = "busy", *, patient: bool = False
) -> None:
    """Our sessions: greeting, EHLO, MAIL, RCPT, DATA, text and QUIT, counted."""
    from smtplesson import simulate
    from smtplesson.experiments import PATIENT, Sender

    sender = PATIENT if patient else Sender()
    simulate(name, sessions, sender=sender, progress=False, executor=executor)


def _real_session(port: int) -> None:
    """The same session by the standard library over TCP."""
    with SMTP(LOOPBACK, port, "client.example") as client:  # connects; QUIT at the end
        client.ehlo()
        client.mail(MAIL[0])
        client.rcpt(MAIL[1])
        client.data(TEXT)


def sessions(plan: Plan) -> list[Line]:
    """Sessions a second, counted and not kept, beside real ones."""
    peer, lines = "smtplib + aiosmtpd", []
    with pinned(), served(AIOSMTPD) as ports:
        for name, target in (("example", 5_000), ("busy", 2_000)):

            def ours(name: str = name) -> float:
                return 100_000 * rate(lambda: _simulate(100_000, name=name), plan.seconds, 1)

            real = {peer: lambda: rate(lambda: _real_session(ports[AIOSMTPD]), plan.seconds)}
            figures = interleaved({OURS: ours, **real}, plan.rounds)
            what = f"simulate {name}, sessions/s"
            lines.append(beside(what, f"≥ {target} x {peer}", figures, SESSIONS))
    return lines


def long_runs(plan: Plan) -> list[Line]:
    """Seconds that long simulations take, from a tree that is empty at first."""
    from smtplesson.experiments.outcomes import outcomes

    lines = []
    for target, sessions, patient in (
        *(("≤ 0.05 s", 1_000, False), ("≤ 0.6 s", 1_000_000, False), ("≤ 6 s", 10**7, False)),
        *(("≤ 1 s", 1_000, True), ("≤ 3 s", 100_000, True), ("≤ 15 s", 1_000_000, True)),
    ):
        values = []
        run = partial(_simulate, sessions, patient=patient)
        for _ in range(1 if sessions >= 10**6 else plan.rounds):
            outcomes.cache_clear()
            values.append(seconds_for(run))
        sender = ", patient senders" if patient else ""
        lines.append(Line(f"simulate {sessions:,} of busy{sender}", target, values))
    return lines


def growth(plan: Plan) -> list[Line]:
    """The most memory that a process with a long simulation takes; once, as it does not vary."""
    command = [sys.executable, "-m", "tests.bench.simulation", str(plan.sessions)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=CHECKOUT)
    what = f"memory of a process that simulates {plan.sessions:,} sessions"
    return [Line(what, "≤ 80 MB", [float(out.stdout)], "one run, numpy included")]


def two_processes(plan: Plan) -> list[Line]:
    """How much quicker two processes are than one; not pinned."""
    count = 10 * plan.sessions
    with ProcessPoolExecutor(2) as pool:
        _simulate(1_000_000, pool)  # each process grows a tree of its own
        entrants = {
            OURS: lambda: count / seconds_for(lambda: _simulate(count, pool)),
            "one": lambda: count / seconds_for(lambda: _simulate(count)),
        }
        figures = interleaved(entrants, plan.rounds)
    return [beside("simulate busy, two processes", "≥ 1.5 x one", figures, SESSIONS)]


ROWS = (sessions, long_runs, growth, two_processes)

if __name__ == "__main__":
    _simulate(int(sys.argv[1]), patient=True)
    # Not getrusage: its maximum counts what the process was before it began to run this.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    print(int(peak) / 1024)
