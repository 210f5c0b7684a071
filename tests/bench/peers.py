"""The servers to be measured, in a thread of this process or in a process of their own.

`python -m tests.bench.peers NAME` serves in this very process: it prints its port and stops
when its input ends.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.bench.rounds import OURS

LOOPBACK = "127.0.0.1"
AIOSMTPD, SINK, ECHO = "aiosmtpd", "smtp-sink", "asyncio echo"
ALONE, SERVE, QUIET = "aiosmtpd alone", "serve", "serve --quiet"
CHECKOUT = Path(__file__).parents[2]


def program(name: str) -> str | None:
    """The path of one of Postfix's test programs; None if it is not installed."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/postfix/sbin")


def free_port() -> int:
    """A port that nobody listens on. aiosmtpd and smtp-sink cannot take 0."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def ours() -> Iterator[int]:
    """Our server, in a thread."""
    from smtplesson import serve

    with serve("example") as server:
        yield server.port


@contextmanager
def aiosmtpd() -> Iterator[int]:
    """The Controller of aiosmtpd with a handler that throws the messages away, in a thread."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    controller = Controller(Sink(), hostname=LOOPBACK, port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Postfix's smtp-sink, written in C, in a process of its own."""
    path, port = program("smtp-sink"), free_port()
    assert path is not None
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([path, *user, f"{LOOPBACK}:{port}", "256"])
    try:
        for _ in range(500):
            try:
                socket.create_connection((LOOPBACK, port)).close()
                break
            except ConnectionRefusedError:
                threading.Event().wait(0.01)
        yield port
    finally:
        process.terminate()
        process.wait()


class Echo(asyncio.Protocol):
    """The least that asyncio can do: sends back what comes. It greets, as the others do."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 echo\r\n")

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


@contextmanager
def echo() -> Iterator[int]:
    """The minimal asyncio server, in a thread."""
    # The protocol is named because asyncio sets TCP_NODELAY only then.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((LOOPBACK, 0))
    listener.listen(256)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Echo, sock=listener)
        await server.serve_forever()

    threading.Thread(target=asyncio.run, args=(serve(),), daemon=True).start()
    yield listener.getsockname()[1]  # it serves until this process ends


@contextmanager
def aiosmtpd_alone() -> Iterator[int]:
    """aiosmtpd in a process of its own. It logs nothing."""
    with process(AIOSMTPD) as (port, _):
        yield port


@contextmanager
def command(*options: str) -> Iterator[int]:
    """`smtplesson serve` as a user starts it; its log goes into a pipe that is emptied."""
    words = [sys.executable, "-m", "smtplesson", "serve", *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=CHECKOUT) as child:
        assert child.stdout
        port = int(child.stdout.readline().rpartition(b":")[2])
        emptied = ["sh", "-c", "exec cat >/dev/null"]
        with subprocess.Popen(emptied, stdin=child.stdout):
            yield port
            child.terminate()
            child.wait()


SERVERS: dict[str, Callable[[], AbstractContextManager[int]]] = {
    OURS: ours,
    AIOSMTPD: aiosmtpd,
    SINK: smtp_sink,
    ECHO: echo,
    ALONE: aiosmtpd_alone,
    SERVE: command,
    QUIET: partial(command, "--quiet"),
}


@contextmanager
def served(*names: str) -> Iterator[dict[str, int]]:
    """The ports of these servers, all running; one that is not installed is left out.

    Each has lost a connection without QUIT. From then on glibc keeps asyncio's large read
    buffers, which otherwise cost a memory mapping at each read: a favour to the peers.
    """
    with ExitStack() as stack:
        ports = {
            name: stack.enter_context(SERVERS[name]())
            for name in names
            if name != SINK or program("smtp-sink")
        }
        for port in ports.values():
            with socket.create_connection((LOOPBACK, port)) as connection:
                connection.recv(4096)
        yield ports


@contextmanager
def process(name: str) -> Iterator[tuple[int, int]]:
    """Port and process id of a server in a process of its own."""
    command, pipe = [sys.executable, "-m", "tests.bench.peers", name], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=CHECKOUT) as child:
        assert child.stdin and child.stdout
        yield int(child.stdout.readline()), child.pid
        child.stdin.close()


if __name__ == "__main__":
    with SERVERS[sys.argv[1]]() as its_port:
        print(its_port, flush=True)
        sys.stdin.read()
