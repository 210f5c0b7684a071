"""What the tests of this floor share: scripts that run over any carrier, and false servers."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from smtplesson import Client, Host, Scenario, Server, State, Transcript, connect, serve
from smtplesson.loopback.tls import client_context, server_context

# A text is a line, a list is sent in one piece, octets go as they are.
Step = str | list[str] | bytes
GREET = ["EHLO client.example"]
MAIL = [*GREET, "MAIL FROM:<sender@remote.example>"]
RCPT = [*MAIL, "RCPT TO:<alice@example.test>"]
DATA = [*RCPT, "DATA"]


def run(client: Client, script: Iterable[Step]) -> Transcript:
    """What is said until the script or the session ends."""
    for step in script:
        if client.state is State.CLOSED:
            break
        if isinstance(step, str):
            client.send(step)
        elif isinstance(step, bytes):
            client.send_raw(step)
        else:
            client.pipeline(step)
    return client.transcript


def over_tcp(scenario: Scenario | str, script: Iterable[Step], nth: int = 1) -> Transcript:
    """The transcript of the nth session with a server."""
    with serve(scenario) as server:
        return _nth(server, script, nth)


def in_memory(scenario: Scenario | str, script: Iterable[Step], nth: int = 1) -> Transcript:
    """The transcript of the nth session with a host."""
    return _nth(Host(scenario), script, nth)


def _nth(to: Server | Host, script: Iterable[Step], nth: int) -> Transcript:
    for _ in range(nth - 1):
        connect(to).close()
    client = connect(to)
    transcript = run(client, script)
    client.close()
    return transcript


@dataclass
class Answering:
    """A server that answers by a list, whatever it hears.

    heard: the lines that it was sent.
    left: set once its client has closed the connection.
    """

    port: int
    heard: list[bytes] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)


@contextmanager
def answering(*replies: bytes, hangs_up: bool = False) -> Iterator[Answering]:
    """A server that greets with the first of these and answers each line with the next.

    After one that begins with 220 and answers STARTTLS it makes the handshake.

    hangs_up: after the last of them; else it listens until its client leaves.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Answering(listener.getsockname()[1])

        def answer() -> None:
            connection, _ = listener.accept()
            connection.settimeout(5)
            connection.sendall(replies[0])
            for reply in replies[1:]:
                line = _line(connection)
                server.heard.append(line)
                connection.sendall(reply)
                if line == b"STARTTLS\r\n" and reply.startswith(b"220"):
                    connection = server_context().wrap_socket(connection, server_side=True)
            with connection:
                while not hangs_up and (more := connection.recv(1_000)):
                    server.heard.append(more)

        def quietly() -> None:
            with suppress(OSError):  # the client may have had enough
                answer()
            server.left.set()

        thread = threading.Thread(target=quietly)
        thread.start()
        yield server
        thread.join(6)


def _line(connection: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n") and (octet := connection.recv(1)):
        line += octet
    return line


# ---- plain sockets


def opened(server: Server, **options: int) -> socket.socket:
    """A plain socket that has read the greeting."""
    connection = socket.socket()
    for name, value in options.items():
        connection.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    connection.settimeout(5)
    connection.connect(("127.0.0.1", server.port))
    assert connection.recv(1_000).startswith(b"220 ")
    return connection


def secured(connection: socket.socket) -> ssl.SSLSocket:
    """The same socket after STARTTLS."""
    connection.sendall(b"EHLO client.example\r\nSTARTTLS\r\n")
    until(connection, b"220 2.0.0")
    return client_context().wrap_socket(connection)


def until(connection: socket.socket, *marks: bytes) -> bytes:
    """What comes until a line has ended in which one of the marks stands."""
    octets = b""
    while not (octets.endswith(b"\n") and any(mark in octets for mark in marks)):
        piece = connection.recv(65_536)
        assert piece, f"the server hung up after {octets[-200:]!r}"
        octets += piece
    return octets


def all_from(connection: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    octets = bytearray()
    try:
        while piece := connection.recv(65_536):
            octets += piece
    except ConnectionResetError:
        pass
    return bytes(octets)


def soon(is_so: Callable[[], object], seconds: float = 5) -> bool:
    """True if it comes true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.005)
    return bool(is_so())
