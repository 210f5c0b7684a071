"""The server: a host's sessions over TCP on 127.0.0.1, in a thread of its own."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable
from typing import Self, cast

from smtplesson.errors import LessonError
from smtplesson.loopback import LOOPBACK
from smtplesson.loopback.host import Host
from smtplesson.loopback.recorder import Recorder
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.states import State

# A classroom's worth of connections; beyond that a new one is closed at once.
MAX_CONNECTIONS = 1_000
# One read at most. asyncio's own 256 KiB would cost a memory mapping at every read.
READ_SIZE = 65_536
# Seconds that `stop` waits for the thread.
STOP_DEADLINE = 5.0

CLOSED, TLS = State.CLOSED, State.TLS

Log = Callable[[int, Exchange], None]


def serve(
    scenario: Scenario | str = "example",
    *,
    seed: int = 0,
    port: int = 0,
    host: str = LOOPBACK,
    log: Log | None = None,
) -> "Server":
    """A running server; use it in a `with`, or call its `stop`.

    scenario: a Scenario, the name of a built-in one, or the path of a TOML file.
    seed: decides every chance.
    port: 0 lets the system choose; the server's `port` tells which.
    host: an IPv4 loopback address. Anything else is refused.
    log: called in the server's thread with session number and exchange.
    Raises: LessonError if the address is not loopback or the port is in use.
    """
    return Server(Host(scenario, seed=seed), _listening_socket(host, port), log)


def _listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on a loopback address."""
    try:
        loopback = ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise LessonError(
            f"{host!r} is not allowed: a lesson's server listens on loopback only, "
            f"for instance {LOOPBACK}"
        )
    # With the protocol named, asyncio sets TCP_NODELAY on what it accepts; without it,
    # pipelined replies would stall for 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise LessonError(f"port {port} on {host} cannot be used: {reason}") from error
    return listener


class Server:
    """A host that listens. `port` is where; `host` holds scenario, seed and what was accepted."""

    def __init__(self, host: Host, listener: socket.socket, log: Log | None = None) -> None:
        self.host = host
        self.port: int = listener.getsockname()[1]
        self.log = log
        # For all connections: they read one at a time. A view, since asyncio's TLS slices it to
        # read record after record, and a slice of a bytearray would be a copy.
        self.buffer = memoryview(bytearray(READ_SIZE))
        self.connections: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._run, args=(listener,), name="smtplesson server", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Closes all connections and ends the thread. May be called twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOP_DEADLINE)

    @property
    def is_running(self) -> bool:
        """True until `stop`."""
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        # Without the port: it differs at each start, and a notebook shows this.
        running = "running" if self.is_running else "stopped"
        return f"<Server {self.host.scenario.name}, seed {self.host.seed}, {running}>"

    def _run(self, listener: socket.socket) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        # A task, so that `stop` may come before the loop has made its first turn.
        starting = loop.create_task(
            loop.create_server(lambda: Connection(self), sock=listener, backlog=256)
        )
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(starting).close()
            for connection in tuple(self.connections):
                connection.transport.abort()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()


class Connection(asyncio.BufferedProtocol):
    """One connection: hands octets to a session and its replies to the wire."""

    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self.server = server
        self.loop = asyncio.get_running_loop()
        self.recorder = Recorder() if server.log else None
        self.idle_check: asyncio.TimerHandle | None = None
        self.early = b""
        self.is_blocked = False  # the client does not read what it is sent

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets the client (called by asyncio)."""
        self.transport = cast(asyncio.Transport, transport)
        self.server.connections.add(self)
        if len(self.server.connections) > MAX_CONNECTIONS:
            self.transport.abort()
            return
        self.session = self.server.host.session()
        self.due(self.session.open(self.loop.time()))
        self.watch()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where to read to (called by asyncio)."""
        return self.server.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Takes what was read (called by asyncio)."""
        octets = bytes(self.server.buffer[:nbytes])
        if self.session.state is TLS:
            self.early += octets  # decrypted, but `start_tls` has not come back yet
        else:
            self.hear(octets)

    def connection_lost(self, error: Exception | None) -> None:
        """Forgets the connection (called by asyncio)."""
        self.server.connections.discard(self)
        if self.idle_check:
            self.idle_check.cancel()

    def pause_writing(self) -> None:
        """Takes nothing more from a client that does not read (called by asyncio)."""
        self.is_blocked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Goes on when the client has read (called by asyncio)."""
        self.is_blocked = False
        self.transport.resume_reading()

    def hear(self, octets: bytes) -> None:
        """Hands what the client sent to the session."""
        if self.recorder:
            self.recorder.sent(octets)
        self.due(self.session.receive(octets, self.loop.time()))

    def due(self, replies: bytes) -> None:
        """Sends the replies, later if the scenario says so."""
        delay = self.session.delay
        if delay:
            self.transport.pause_reading()
            self.loop.call_later(delay, self.deliver, replies)
        else:
            self.deliver(replies)

    def deliver(self, replies: bytes) -> None:
        """Sends the replies, and does what the session's state asks for."""
        if self.transport.is_closing():
            return
        if self.recorder:
            self.write_log(replies)  # first, so that who has read a reply finds it in the log
        if replies:
            self.transport.write(replies)
        if self.session.state is CLOSED:
            self.transport.close()
        elif self.session.state is TLS:
            self.transport.pause_reading()
            self.handshake = self.loop.create_task(self.start_tls())
        elif not self.is_blocked:
            self.transport.resume_reading()

    async def start_tls(self) -> None:
        """Makes the handshake and goes on inside it, or drops the connection."""
        from smtplesson.loopback.tls import server_context

        try:
            secured = await self.loop.start_tls(
                self.transport, self, server_context(), server_side=True
            )
        except OSError:  # ssl.SSLError too: the client made a mess of the handshake
            self.transport.abort()
            secured = None
        if secured is None:
            self.connection_lost(None)  # asyncio may not say so in the middle of a handshake
            return
        self.transport = secured
        self.session.tls_started()
        if self.recorder:
            self.recorder.tls_started()
        early, self.early = self.early, b""
        if early:
            self.hear(early)

    def watch(self) -> None:
        """Looks whether the client has been silent for too long, and when to look again."""
        now = self.loop.time()
        if farewell := self.session.idle(now):
            self.deliver(farewell)
            return
        wait = max(self.session.now + self.server.host.scenario.limits.idle - now, 0.01)
        self.idle_check = self.loop.call_later(wait, self.watch)

    def write_log(self, replies: bytes) -> None:
        """Tells the server's log which exchanges the replies complete, and what text has come."""
        if not (self.recorder and self.server.log):
            return
        self.recorder.received(replies)
        self.recorder.flush_text()  # so that a text without end is not kept here
        exchanges = self.recorder.transcript.exchanges
        while exchanges:
            self.server.log(self.session.number, exchanges.pop(0))
