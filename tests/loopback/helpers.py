"""What the tests of this floor share: scripts that run over any carrier, and false servers."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from smtplesson.loopback.client import Client, connect
from smtplesson.loopback.host import Host
from smtplesson.loopback.server import serve
from smtplesson.loopback.transcript import Transcript
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.states import State

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
        for _ in range(nth - 1):
            connect(server).close()
        client = connect(server)
        transcript = run(client, script)
        client.close()
    return transcript


def in_memory(scenario: Scenario | str, script: Iterable[Step], nth: int = 1) -> Transcript:
    """The transcript of the nth session with a host."""
    host = Host(scenario)
    for _ in range(nth - 1):
        connect(host).close()
    client = connect(host)
    transcript = run(client, script)
    client.close()
    return transcript


@contextmanager
def says(*octets: bytes, hear: int = 0) -> Iterator[int]:
    """The port of a server that says this to one client and hangs up, whatever it hears.

    hear: octets to wait for before each but the first is said.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection, suppress(ConnectionError):  # the client may have had enough
                for number, piece in enumerate(octets):
                    if number and hear:
                        connection.recv(hear)
                    connection.sendall(piece)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
