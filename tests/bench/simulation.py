"""Rows about `simulate`: how quick, how large, how well divided.

`python -m tests.bench.simulation SESSIONS` prints by how many MB such a simulation grows.
"""

import os
import resource
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from smtplib import SMTP

from tests.bench.latency import resident
from tests.bench.peers import AIOSMTPD, CHECKOUT, LOOPBACK, served
from tests.bench.rounds import OURS, Line, Plan, beside, interleaved, pinned, rate, seconds_for

MAIL = "news@client.example", "alice@example.test"
SESSIONS = "{:,.0f} sessions/s"
TEXT = "Subject: hello\r\n\r\nJust one line.\r\n"


def _simulate(sessions: int, executor: Executor | None = None) -> None:
    """Our sessions: greeting, EHLO, MAIL, RCPT, DATA, text and QUIT, counted."""
    from smtplesson import simulate

    simulate("example", sessions, progress=False, executor=executor)


def _real_session(port: int) -> None:
    """The same session by the standard library over TCP."""
    with SMTP(LOOPBACK, port, "client.example") as client:  # connects; QUIT at the end
        client.ehlo()
        client.mail(MAIL[0])
        client.rcpt(MAIL[1])
        client.data(TEXT)


def sessions(plan: Plan) -> list[Line]:
    """Sessions a second, counted and not kept, beside real ones."""
    peer = "smtplib + aiosmtpd"
    with pinned(), served(AIOSMTPD) as ports:
        entrants = {
            OURS: lambda: 1_000 * rate(lambda: _simulate(1_000), plan.seconds, 1),
            peer: lambda: rate(lambda: _real_session(ports[AIOSMTPD]), plan.seconds),
        }
        figures = interleaved(entrants, plan.rounds)
    return [beside("simulate, sessions/s", f"≥ 20 x {peer}", figures, SESSIONS)]


def growth(plan: Plan) -> list[Line]:
    """Memory that a long simulation takes beyond a short one; once, since it does not vary."""
    command = [sys.executable, "-m", "tests.bench.simulation", str(plan.sessions)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=CHECKOUT)
    what = f"memory growth, {plan.sessions:,} sessions"
    return [Line(what, "≤ 30 MB", [float(out.stdout)], "one run")]


def two_processes(plan: Plan) -> list[Line]:
    """How much quicker two processes are than one; not pinned."""
    count = plan.sessions // 10
    with ProcessPoolExecutor(2) as pool:
        entrants = {
            OURS: lambda: count / seconds_for(lambda: _simulate(count, pool)),
            "one": lambda: count / seconds_for(lambda: _simulate(count)),
        }
        figures = interleaved(entrants, plan.rounds)
    return [beside("simulate, two processes", "≥ 1.7 x one", figures, SESSIONS)]


ROWS = (sessions, growth, two_processes)

if __name__ == "__main__":
    _simulate(5_000)
    before = resident(os.getpid())
    _simulate(int(sys.argv[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(max(0.0, peak - before) / 1024)
