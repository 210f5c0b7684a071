"""One connection of the server: octets from the wire to a session, and its replies back."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from smtplesson.loopback.host import Host
from smtplesson.loopback.session_log import Log, SessionLog
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State

# A classroom's worth of connections; beyond that a new one is told so, and closed.
MAX_CONNECTIONS = 1_000
# Octets of one read, and of replies before the client has to take some (the last one may pass
# it). asyncio's own 256 KiB would cost a memory mapping at every read.
READ_SIZE = 65_536
# Seconds that a TLS handshake may take, and that a closed connection may keep what it has not
# sent yet for a client that does not read.
HANDSHAKE_TIME, CLOSING_TIME = 60.0, 30.0

CLOSED, TLS = State.CLOSED, State.TLS


class Connection(asyncio.BufferedProtocol):
    """One connection: hands octets to a session and its replies to the wire.

    host: gives the session.
    connections: all connections of the server; this one is among them while it lasts.
    buffer: where all of them read to, one at a time.
    log: called with each exchange, if given.
    """

    transport: asyncio.Transport
    session: Session

    def __init__(
        self, host: Host, connections: "set[Connection]", buffer: memoryview, log: Log | None
    ) -> None:
        self.host = host
        self.connections = connections
        self.buffer = buffer
        self.log_to = log
        self.log: SessionLog | None = None
        self.loop = asyncio.get_running_loop()
        self.timer: asyncio.TimerHandle | None = None
        self.early = b""
        self.is_blocked = False  # the client does not read what it is sent

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets the client, or sends it away (called by asyncio)."""
        self.use(cast(asyncio.Transport, transport))
        self.socket: socket.socket = transport.get_extra_info("socket")
        self.connections.add(self)
        is_welcome = len(self.connections) <= MAX_CONNECTIONS
        # Who is sent away has no session that counts, so that the others' chances stay the same.
        session = self.host.session() if is_welcome else Session(self.host.scenario, number=0)
        self.session, session.burst = session, READ_SIZE
        if self.log_to:
            self.log = SessionLog(session.number, self.log_to)
            session.tell = self.log.told
        if is_welcome:
            greeting = session.open(self.loop.time())
            self.watch()
            self.due(greeting)
        else:
            self.deliver(session.farewell("too_many_connections"))

    def use(self, transport: asyncio.Transport) -> None:
        """Takes a transport on which nothing is written while something has not been sent."""
        self.transport = transport
        transport.set_write_buffer_limits(high=1)  # with 0, TLS would wait for ever

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where to read to (called by asyncio)."""
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Takes what was read (called by asyncio)."""
        self.hear(bytes(self.buffer[:nbytes]))

    def connection_lost(self, error: Exception | None) -> None:
        """Forgets the connection (called by asyncio)."""
        self.connections.discard(self)
        self.session.end()
        self.stop_timer()
        self.shut_down()

    def pause_writing(self) -> None:
        """Takes nothing more from a client that does not read (called by asyncio)."""
        self.is_blocked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Goes on when the client has read (called by asyncio)."""
        self.is_blocked = False
        self.hear(b"")

    def hear(self, octets: bytes) -> None:
        """Hands what the client sent to the session."""
        if self.session.state is TLS:
            self.early += octets  # decrypted, but `start_tls` has not come back yet
        else:
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
        if self.log:
            self.log.write()  # first, so that who has read a reply finds it in the log
        if replies:
            self.transport.write(replies)
        if self.session.state is CLOSED:
            self.set_timer(CLOSING_TIME, self.hang_up)
            self.transport.close()
        elif self.session.state is TLS:
            self.stop_timer()  # the handshake has one of its own
            self.transport.pause_reading()
            self.handshake = self.loop.create_task(self.start_tls())
        elif self.session.is_behind and not self.is_blocked:
            self.transport.pause_reading()
            self.loop.call_soon(self.hear, b"")
        elif not self.is_blocked:
            self.transport.resume_reading()

    async def start_tls(self) -> None:
        """Makes the handshake and goes on inside it, or drops the connection."""
        from smtplesson.loopback.tls import server_context

        try:
            secured = await self.loop.start_tls(
                self.transport,
                self,
                server_context(),
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_TIME,
                ssl_shutdown_timeout=CLOSING_TIME,
            )
        except OSError:  # ssl.SSLError too: the client made a mess of the handshake
            self.transport.abort()
            secured = None
        if secured is None:
            self.connection_lost(None)  # asyncio may not say so in the middle of a handshake
            return
        self.use(secured)
        self.session.tls_started()
        if self.log:
            self.log.tls_started()
        self.watch()
        early, self.early = self.early, b""
        if early:
            self.hear(early)

    def watch(self) -> None:
        """Looks whether the client has been silent for too long, and when to look again."""
        now = self.loop.time()
        if self.transport.is_closing():
            return
        if farewell := self.session.idle(now):
            self.deliver(farewell)
        else:
            end = self.session.now + self.host.scenario.limits.idle
            self.set_timer(max(end - now, 0.01), self.watch)

    def end(self) -> None:
        """Says 421 where anything can be said (RFC 5321 §3.8), and closes."""
        farewell = self.session.farewell()
        if self.session.state is TLS:
            self.hang_up()
        else:
            self.deliver(farewell)

    def hang_up(self) -> None:
        """Drops the connection, with what has not been sent yet."""
        self.shut_down()
        self.transport.abort()

    def shut_down(self) -> None:
        """Lets the client know at once, although a forked process may hold the socket as well."""
        with suppress(OSError):  # it is closed already
            self.socket.shutdown(socket.SHUT_RDWR)

    def set_timer(self, seconds: float, callback: Callable[[], None]) -> None:
        """Calls back then, and not at the time that was set before."""
        self.stop_timer()
        self.timer = self.loop.call_later(seconds, callback)

    def stop_timer(self) -> None:
        """Calls back no more."""
        if self.timer:
            self.timer.cancel()
