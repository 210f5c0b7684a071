"""The server's bounds, each by a number that the README states, with a log and without one.

What the machine bounds by itself, lines, texts and messages, is tested with it.
"""

import re
import resource
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from smtplesson import Exchange, Scenario, Server, connect, serve
from smtplesson.loopback.connection import CLOSING_TIME, HANDSHAKE_TIME, MAX_CONNECTIONS
from smtplesson.loopback.server import STOP_TIME
from smtplesson.protocol.memory import MAX_ATTEMPTS, MAX_MESSAGES, MAX_SENDERS
from smtplesson.protocol.scenario import Limits
from tests.conftest import DATA, EHLO, MAIL, RCPT, TRANSACTION, codes, toml
from tests.loopback.helpers import all_from, opened, secured, soon, until

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")


def stated() -> dict[str, list[float]]:
    """The numbers of each bound in the README's table."""
    table = README[README.index("| Bound | Most |") :].split("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in row.split("|")[1:3]] for row in table]
    return {
        name: [int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", most)]
        for name, most in rows
    }


BOUNDS = stated()
PLAIN = toml('users = ["alice"]')  # all limits as they are unless a scenario says otherwise
Start = Callable[[Scenario | str], Server]


class Log:
    """A log that is read as it comes, and not kept: how long it is, and the last of it."""

    def __init__(self) -> None:
        self.octets = 0
        self.last: Exchange | None = None

    def __call__(self, number: int, exchange: Exchange) -> None:
        self.octets += len(str(exchange))
        self.last = exchange


@contextmanager
def traced() -> Iterator[SimpleNamespace]:
    """Octets allocated at most while it lasts, and left at its end."""
    memory = SimpleNamespace()
    tracemalloc.start()
    try:
        yield memory
    finally:
        memory.left, memory.peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()


@pytest.fixture(params=["log", "no log"])
def log(request: pytest.FixtureRequest) -> Log | None:
    return Log() if request.param == "log" else None


@pytest.fixture
def start(log: Log | None) -> Iterator[Start]:
    """Starts servers, with a log or without one."""
    with ExitStack() as stack:
        yield lambda which: stack.enter_context(serve(which, log=log))


def test_the_readme_states_what_is_in_force() -> None:
    limits = Limits()
    assert {
        "octets of a command line, its end included": [512, 1_048],
        "octets of an answer in AUTH": [12_288],
        "octets of a line of text": [1_000],
        "octets of a message": [limits.message],
        "octets of all texts that have not ended yet": [67_108_864],
        "octets of all accepted messages that are kept": [67_108_864],
        "accepted messages that are kept": [MAX_MESSAGES],
        "recipients of a message": [limits.recipients],
        "mistakes in a session": [limits.errors],
        "connections at a time": [MAX_CONNECTIONS],
        "octets of replies that a client has not read": [65_536],
        "octets of a text that are logged": [65_536],
        "octets of any other line that are logged": [12_288],
        "attempts remembered for rules": [MAX_ATTEMPTS],
        "senders remembered for rate limits": [MAX_SENDERS],
        "seconds of silence": [limits.idle],
        "seconds of a TLS handshake": [HANDSHAKE_TIME],
        "seconds for a client to read the last replies": [CLOSING_TIME],
        "seconds that `stop` waits for the server's thread": [STOP_TIME],
    } == BOUNDS


# ---- lines and texts


ENDLESS = {
    "line": (b"", b"x"),
    "line of CR": (b"", b"x\r"),
    "line of NUL": (b"", b"\0"),
    "MAIL": (EHLO + b"MAIL FROM:<", b"x"),
    "AUTH": (EHLO + b"AUTH PLAIN ", b"x"),
    "answer in AUTH": (EHLO + b"AUTH PLAIN\r\n", b"x"),
    "text": (TRANSACTION, b"x"),
    "text of CR": (TRANSACTION, b"x\r"),
    "text of NUL": (TRANSACTION, b"\0"),
    "text of LF": (TRANSACTION, b"\n"),
    "text of empty lines": (TRANSACTION, b"\r\n"),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_what_has_no_end_costs_neither_memory_nor_time(
    start: Start, log: Log | None, case: str
) -> None:
    """Time is the processor's, for a number of octets and for four times as many."""
    before, unit = ENDLESS[case]
    server = start(toml("[limits]\nmessage = 100_000"))
    piece, seconds = unit * (60_000 // len(unit)), []
    for octets in (2_000_000, 8_000_000):
        with opened(server) as connection, traced() as memory:
            began = time.process_time()
            connection.sendall(before)
            for _ in range(octets // len(piece)):
                connection.sendall(piece)
            connection.sendall(b"\r\n.\r\nQUIT\r\n")
            assert codes(all_from(connection))[-1] == 221
            seconds.append(time.process_time() - began)
        assert memory.peak < 8_000_000
    assert seconds[1] < 8 * seconds[0] + 0.1  # if it were quadratic, 16 times
    assert log is None or log.octets < 2_000_000


def test_long_lines_are_not_remembered(start: Start) -> None:
    server = start(toml("[limits]\nerrors = 1_000"))
    with traced() as memory:
        with opened(server) as connection:
            for number in range(60):
                connection.sendall(b"%d" % number * 50_000 + b"\r\n")
                assert codes(connection.recv(1_000)) == [500]
        with connect(server.host) as client:
            for number in range(60):
                assert client.send(f"{number}" * 50_000).code == 500
        del client
    assert memory.left < 3_000_000


def test_what_the_log_shows_of_a_line() -> None:
    log = Log()
    with serve(log=log) as server, opened(server) as connection:
        connection.sendall(b"NOOP " + b"x" * 1_000_000 + b"\r\n")
        assert codes(connection.recv(1_000)) == [500]
        assert log.last and log.last.sent == b"NOOP " + b"x" * 12_283
        assert (log.last.stage, log.last.code) == ("NOOP", 500)
        assert log.last.notes == ("the rest of the line is not shown",)


def test_what_the_log_shows_of_a_text() -> None:
    log = Log()
    with serve(PLAIN, log=log) as server, opened(server) as connection:
        for octets, more in ((65_530, ""), (65_531, "1 more"), (200_000, "134,470 more")):
            seen, text = log.octets, (b"x" * 98 + b"\r\n") * 2_000
            connection.sendall(EHLO + MAIL + RCPT + DATA + text[:octets] + b"\n\r\n.\r\n")
            assert codes(until(connection, b"250 2.6"))[-1] == 250
            assert log.last and log.last.stage == "end-of-data"
            assert any(more in note for note in log.last.notes) == bool(more)
            assert log.octets - seen < 75_000


# ---- all texts together, all messages together


def test_a_text_may_be_larger_than_all_together() -> None:
    server = serve(toml("[limits]\nmessage = 80_000_000"))
    with server, opened(server) as connection:
        connection.sendall(TRANSACTION)
        for _ in range(8):
            connection.sendall((b"x" * 98 + b"\r\n") * 100_000)
        connection.sendall(b".\r\n")
        assert codes(until(connection, b"250 2.6"))[-1] == 250
        assert len(server.host.memory.messages[0].content) == 80_000_000


def test_the_room_of_a_text_is_given_back_with_its_client(start: Start) -> None:
    server = start(PLAIN)
    memory = server.host.memory
    with opened(server) as over_tcp:
        over_tcp.sendall(TRANSACTION + b"half a te")
        assert soon(lambda: memory.unfinished == 9)
    assert soon(lambda: memory.unfinished == 0)
    in_memory = connect(server.host)
    in_memory.send_raw(TRANSACTION + b"half a te")
    assert memory.unfinished == 9
    in_memory.close()
    assert memory.unfinished == 0


# ---- connections


def test_more_connections_than_there_is_room_for(start: Start, log: Log | None) -> None:
    server = start(PLAIN)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3_000), hard))
    with ExitStack() as stack:
        connections = [stack.enter_context(opened(server)) for _ in range(1_000)]
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one_more:
            farewell = all_from(one_more)
        # RFC 2034 §4: no enhanced code in a greeting.
        assert farewell.startswith(b"421 example.test closes the connection")
        assert codes(farewell) == [421]
        connections[0].sendall(b"NOOP\r\n")
        assert codes(connections[0].recv(1_000)) == [250]
        assert server.host.sessions == 1_000  # who is sent away moves no other's chances
        connections[1].close()
        assert soon(lambda: len(server.connections) < 1_000)
        stack.enter_context(opened(server))
    assert soon(lambda: not server.connections)


# ---- clients that do not read

LONG = toml(
    f'[[rule]]\nat = "VRFY"\nreply = "252 {"x" * 300_000}"\n'
    f'[[rule]]\nat = "QUIT"\nreply = "221 {"x" * 300_000}"\n[limits]\nidle = 0.3'
)


def narrow(server: Server, octets: int = 4_096) -> socket.socket:
    """A connection on which the system keeps little of what is not read, at both ends."""
    known = set(server.connections)
    connection = opened(server, SO_RCVBUF=octets, SO_SNDBUF=octets)
    (new,) = set(server.connections) - known
    for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        new.socket.setsockopt(socket.SOL_SOCKET, buffer, octets)
    return connection


@pytest.mark.parametrize("secure", [False, True], ids=["clear", "TLS"])
def test_replies_that_are_not_read(start: Start, secure: bool) -> None:
    server = start(toml(f'[[rule]]\nat = "NOOP"\nreply = "250 {"x" * 480}"'))
    plain = narrow(server, 65_536)
    with secured(plain) if secure else plain as client:
        line = b"NOOP " + b"x" * 43 + b"\r\n"
        client.sendall(line)
        reply = until(client, b"250 ")
        client.settimeout(0.3)
        sent, many = 0, line * 500
        with suppress(TimeoutError):
            while sent < 5_000_000:
                sent += client.send(many[sent % len(many) :])
        assert 65_536 < sent < 5_000_000
        (busy,) = server.connections
        most = 65_536 + len(reply) + 110 * secure  # what TLS adds to five records
        assert busy.transport.get_write_buffer_size() <= most
        client.settimeout(5)  # it was only paused: once the client reads, all is answered
        due = sent // len(line) * len(reply)
        while due > 0:
            due -= len(client.recv(65_536))
        assert due == 0


@pytest.mark.parametrize("half_closed", [False, True])
@pytest.mark.parametrize("said", [b"QUIT\r\n", b"VRFY alice\r\n"], ids=["QUIT", "silence"])
def test_a_client_that_does_not_read_is_dropped(
    start: Start, said: bytes, half_closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smtplesson.loopback.connection.CLOSING_TIME", 0.8)
    server = start(LONG)
    with narrow(server) as connection:
        connection.sendall(said)
        if half_closed:
            connection.shutdown(socket.SHUT_WR)
        time.sleep(0.3)
        assert server.connections
        assert soon(lambda: not server.connections, 3)


def test_a_client_that_reads_late_gets_all(start: Start) -> None:
    with narrow(start(LONG)) as connection:
        connection.sendall(b"QUIT\r\n")
        time.sleep(0.4)
        assert all_from(connection).count(b"x") == 300_000


def test_a_handshake_that_is_not_made(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtplesson.loopback.connection.HANDSHAKE_TIME", 0.2)
    server = start(PLAIN)
    with opened(server) as connection:
        connection.sendall(EHLO + b"STARTTLS\r\n")
        assert codes(all_from(connection)) == [250, 220]
    assert soon(lambda: not server.connections)


def test_stop_waits_for_no_client(start: Start) -> None:
    server = start(LONG)
    with ExitStack() as stack:
        clients = []
        for secure in (False, True):
            client = stack.enter_context(narrow(server))
            clients.append(stack.enter_context(secured(client)) if secure else client)
            clients[-1].sendall(b"VRFY alice\r\n")
        time.sleep(0.2)
        began = time.monotonic()
        server.stop()
        assert not server.is_running
        assert not server.connections
        for client in clients:
            assert len(all_from(client)) < 300_000  # not all, but its end
        assert time.monotonic() - began < 3


def test_stop_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtplesson.loopback.server.STOP_TIME", 0.2)
    goes_on = threading.Event()
    server = serve(log=lambda number, exchange: print(end="" if goes_on.wait(5) else "too late"))
    with socket.create_connection(("127.0.0.1", server.port), timeout=5):
        time.sleep(0.1)  # its greeting is being logged
        began = time.monotonic()
        server.stop()
        assert 0.2 <= time.monotonic() - began < 4  # not the 5 of the log
        assert server.is_running
        goes_on.set()
    assert soon(lambda: not server.is_running)
