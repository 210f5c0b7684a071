"""The client-reaction lab: the same faults, over TCP, to mail clients that others wrote.

What it needs of the network is imported when somebody tries, since all experiments are one package.
"""

import importlib
import os
import shutil
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import resources, util
from typing import TYPE_CHECKING

from smtplesson.errors import LessonError
from smtplesson.experiments.reactions import Reaction, Reactions
from smtplesson.loopback import LOOPBACK
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.scenario import Rule, Scenario
from smtplesson.protocol.scenario_file import parse_scenario

if TYPE_CHECKING:
    from smtplesson.loopback.server import Server

# Seconds for a program from start to end, and for aiosmtplib; smtplib knows a limit for each
# of its waits only.
TIME_LIMIT = 10.0

HELO, SENDER = "client.example", "news@client.example"
# Two, so that a refusal of the first shows whether a client asks for the next.
RECIPIENTS = ("alice@example.test", "bob@example.test")
TEXT = "From: news@client.example\nTo: alice@example.test\nSubject: hello\n\nJust one line.\n"

# Without PIPELINING, so that what a client says next it says after it has read the fault; and
# without STARTTLS and AUTH, since nobody here trusts the lesson's certificate.
_SERVER = """
users = ["alice", "bob"]
extensions = ["SIZE", "8BITMIME", "ENHANCEDSTATUSCODES"]
[[rule]]
"""

Log = list[tuple[int, Exchange]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its name, the scenario that makes it, and what a client should do then."""

    name: str
    scenario: Scenario
    should: str

    @property
    def rule(self) -> Rule:
        """The rule that is the fault."""
        return self.scenario.rules[0]


@cache
def faults() -> tuple[Fault, ...]:
    """The faults, in the order in which a session could meet them first in class."""
    text = resources.files(__package__).joinpath("faults.toml").read_text("utf-8")
    return tuple(
        Fault(
            each["name"],
            parse_scenario(_SERVER + each["rule"], each["name"], "faults.toml"),
            each["should"],
        )
        for each in tomllib.loads(text)["fault"]
    )


def client_reactions(clients: Iterable[str] | None = None) -> Reactions:
    """What each client does at each fault, tried out now on a server of one's own.

    clients: names out of CLIENTS; all of them by default. One that is not installed is named
        in the result as missing.
    Raises: LessonError if a name is no client's.
    """
    names = tuple(CLIENTS) if clients is None else tuple(clients)
    for name in names:
        if name not in CLIENTS:
            raise LessonError(f"{name!r} is not a client of this lab; it has {', '.join(CLIENTS)}")
    present = [name for name in names if _is_installed(name)]
    rows = tuple(_react(name, fault) for fault in faults() for name in present)
    return Reactions(rows, tuple(name for name in names if name not in present))


def _is_installed(name: str) -> bool:
    if name in PROGRAMS:
        return shutil.which(name) is not None
    return util.find_spec(name.partition(" ")[0]) is not None


def _react(name: str, fault: Fault) -> Reaction:
    """What one client does at one fault."""
    from smtplesson.loopback.server import serve

    log: Log = []
    with serve(fault.scenario, log=lambda number, said: log.append((number, said))) as server:
        reported = CLIENTS[name](server.port)
        _hear_out(server)
        accepted = bool(server.host.memory.messages)
    said = _said_next(log, fault.rule)
    return Reaction(name, fault.name, said, reported, accepted, fault.should)


def _hear_out(server: "Server") -> None:
    """Waits until the server has read a client's last words, such as a QUIT without patience."""
    end = time.monotonic() + 1.0
    while server.connections and time.monotonic() < end:
        time.sleep(0.002)


def _said_next(log: Log, rule: Rule) -> tuple[str, ...]:
    """The stages after the first reply that the rule gave. "connect" is a new connection."""
    # A drop leaves no exchange behind, only the text to which no reply came.
    place = ("text", None) if rule.reply is None else (rule.at, rule.reply.code)
    places = [(exchange.stage, exchange.code) for _, exchange in log]
    after = places[places.index(place) + 1 :] if place in places else []
    return tuple(stage for stage, _ in after if stage != "text")


# ---- the clients: each takes a port and returns what it reported to its caller


def _smtplib(port: int) -> str:
    """Standard library, as in the example of its manual: connect, sendmail, quit."""
    import smtplib

    try:
        client = smtplib.SMTP(LOOPBACK, port, HELO, TIME_LIMIT)
        try:
            client.sendmail(SENDER, RECIPIENTS, TEXT)
            client.quit()
        finally:
            client.close()
    except OSError as error:  # SMTPException is one
        return type(error).__name__
    return "success"


def _smtplib_with(port: int) -> str:
    """Standard library, in a `with`, whose end says QUIT and looks at the reply."""
    import smtplib

    try:
        with smtplib.SMTP(LOOPBACK, port, HELO, TIME_LIMIT) as client:
            client.sendmail(SENDER, RECIPIENTS, TEXT)
    except OSError as error:
        return type(error).__name__
    return "success"


def _aiosmtplib(port: int) -> str:
    """The function `send` of aiosmtplib, in a thread: a notebook's own loop is running."""
    import asyncio

    library = importlib.import_module("aiosmtplib")

    async def send() -> None:
        way = {"hostname": LOOPBACK, "port": port, "local_hostname": HELO, "timeout": TIME_LIMIT}
        mail = library.send(TEXT, sender=SENDER, recipients=list(RECIPIENTS), **way)
        await asyncio.wait_for(mail, TIME_LIMIT)

    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(send())).result()
    except (library.SMTPException, OSError) as error:
        return type(error).__name__
    return "success"


def _swaks(port: int) -> str:
    return _run(
        *("swaks", "--server", LOOPBACK, "--port", str(port), "--timeout", str(int(TIME_LIMIT))),
        *("--protocol", "ESMTP", "--helo", HELO, "--from", SENDER, "--to", ",".join(RECIPIENTS)),
        *("--data", TEXT.replace("\n", "\\n")),
    )


def _msmtp(port: int) -> str:
    return _run(
        *("msmtp", "-C", os.devnull, f"--host={LOOPBACK}", f"--port={port}", f"--domain={HELO}"),
        *(f"--from={SENDER}", f"--timeout={int(TIME_LIMIT)}", "--tls=off", "--auth=off", "--"),
        *RECIPIENTS,
    )


def _run(program: str, *options: str) -> str:
    """The exit status of a program that finds no configuration of its user's."""
    path = shutil.which(program)
    if path is None:
        raise LessonError(f"{program} is not installed")
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    with tempfile.TemporaryDirectory() as home:
        try:
            done = subprocess.run(
                [path, *options], input=TEXT.encode(), capture_output=True, check=False,
                timeout=TIME_LIMIT, cwd=home, env={**kept, "HOME": home, "LC_ALL": "C"},
            )  # fmt: skip
        except (subprocess.TimeoutExpired, OSError) as error:
            return type(error).__name__
    return f"exit status {done.returncode}"


PROGRAMS: Sequence[str] = ("swaks", "msmtp")
CLIENTS: dict[str, Callable[[int], str]] = {
    "smtplib": _smtplib,
    "smtplib with": _smtplib_with,
    "aiosmtplib": _aiosmtplib,
    "swaks": _swaks,
    "msmtp": _msmtp,
}
