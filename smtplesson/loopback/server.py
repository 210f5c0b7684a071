"""The server: a host's sessions over TCP on 127.0.0.1, in a thread of its own."""

import asyncio
import ipaddress
import logging
import socket
import threading
from contextlib import ExitStack, suppress
from functools import partial
from operator import index
from selectors import DefaultSelector
from typing import Any, Self

from smtplesson.errors import LessonError, shown
from smtplesson.loopback import LOOPBACK
from smtplesson.loopback.connection import READ_SIZE, Connection
from smtplesson.loopback.host import Host
from smtplesson.loopback.session_log import Log
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.memory import Message
from smtplesson.protocol.scenario import Scenario

# Seconds that `stop` waits for the thread.
STOP_TIME = 5.0

_logger = logging.getLogger("smtplesson")


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
    seed: decides everything that is random.
    port: 0 lets the system choose; the server's `port` tells which.
    host: an IPv4 loopback address. Anything else is refused.
    log: called in the server's thread with session number and exchange, before the client has
        the reply; the number is 0 for a client that is sent away for lack of room. If it fails,
        that is told once, on standard error, and the clients are served all the same.
    Raises: LessonError if the address is not loopback, the port cannot be used, or the system
        has no room for one more server.
    """
    mail_host = Host(scenario, seed=seed)
    if not hasattr(socket, "SO_REUSEADDR"):  # Python inside a web page has none that listen
        raise LessonError("no server can be started: there are no sockets here; use connect()")
    with ExitStack() as until_it_runs:
        try:
            # With the protocol named, asyncio sets TCP_NODELAY on what it accepts; without it,
            # pipelined replies would stall for 40 ms.
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            _bind(until_it_runs.enter_context(listener), host, port)
            _need_handles()  # after the listener has taken its own
            server = Server(mail_host, listener, log)
        except (OSError, RuntimeError) as error:  # no file handle left, or no thread
            raise LessonError(f"no server can be started: {error}") from error
        until_it_runs.pop_all()
    return server


def _need_handles() -> None:
    """Raises OSError if the handles that an event loop takes are not to be had.

    Asyncio would raise it too, but leave half a loop behind, which ends with a traceback.
    """
    with DefaultSelector():
        for end in socket.socketpair():
            end.close()


def _bind(listener: socket.socket, host: str, port: int) -> None:
    """Lets the socket listen on a loopback address."""
    try:  # only a text is an address: Python would take a number for one as well
        loopback = isinstance(host, str) and ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise LessonError(
            f"{shown(host)} is not allowed: a lesson's server listens on loopback only, "
            f"for instance {LOOPBACK}"
        )
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, -1 if isinstance(port, bool) else index(port)))
        listener.listen(256)
    except (OSError, OverflowError, TypeError) as error:
        reason = getattr(error, "strerror", None) or "a number from 0 to 65535 is expected"
        raise LessonError(f"port {shown(port)} on {host} cannot be used: {reason}") from error


class Server:
    """A host that listens. `port` is where; `host` holds scenario, seed and what was accepted."""

    def __init__(self, host: Host, listener: socket.socket, log: Log | None = None) -> None:
        self.host = host
        self.port: int = listener.getsockname()[1]
        self.log = log
        self.connections: set[Connection] = set()
        self._told: set[str] = set()  # the kinds of trouble that were told
        self._end = asyncio.Event()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        run, name = partial(self._run, listener), "smtplesson server"
        self._thread = threading.Thread(target=run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Says 421 to all clients (RFC 5321 §3.8), hangs up, and ends the thread.

        It waits for no client, and may be called twice, from any thread.
        """
        if not self._thread.is_alive():
            return
        with suppress(RuntimeError):  # another call was quicker, and the loop is closed
            self._loop.call_soon_threadsafe(self._end.set)
        if threading.current_thread() is not self._thread:  # as it is in the log
            self._thread.join(STOP_TIME)

    @property
    def is_running(self) -> bool:
        """True until `stop`."""
        return self._thread.is_alive()

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that were accepted and are kept, the last 200 at most, oldest first."""
        return self.host.messages

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        # Without the port: it differs at each start, and a notebook shows this.
        running = "running" if self.is_running else "stopped"
        return f"<Server {self.host.scenario.name}, seed {self.host.seed}, {running}>"

    def _run(self, listener: socket.socket) -> None:
        with self._runner as runner:
            runner.run(self._serve(listener))

    async def _serve(self, listener: socket.socket) -> None:
        """Takes connections until the end is wanted, and ends them then."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._report)
        # A view, since asyncio's TLS slices it to read record after record, and a slice of a
        # bytearray would be a copy.
        buffer = memoryview(bytearray(READ_SIZE))
        log = self._write_log if self.log else None
        connection = partial(Connection, self.host, self.connections, buffer, log)
        accepting = await loop.create_server(connection, sock=listener, backlog=256)
        await self._end.wait()
        with suppress(OSError):
            # So that nobody is taken in any more even if a forked process holds the socket.
            listener.shutdown(socket.SHUT_RDWR)
        accepting.close()
        # Each time a turn of the loop: those who were let in are greeted, then all are told,
        # and who has not taken it by now is not waited for.
        for end in (Connection.end, Connection.hang_up):
            await asyncio.sleep(0)
            for each in tuple(self.connections):
                end(each)
        await asyncio.sleep(0)

    def _write_log(self, number: int, exchange: Exchange) -> None:
        """Calls the user's function, whatever that does."""
        assert self.log
        try:
            self.log(number, exchange)
        except Exception as error:  # noqa: BLE001 - a user's code, which must not stop ours
            self._tell(f"the server's log failed: {error!r}", "log")

    def _report(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tells what asyncio could not do, for instance accept without a file handle."""
        error, message = context.get("exception"), context["message"]
        if self._end.is_set():
            return  # asyncio tries again to accept, although the socket is closed
        if isinstance(error, OSError):
            self._tell(f"the server goes on after an error: {message}: {error}", message)
        elif message not in self._told:
            self._told.add(message)
            loop.default_exception_handler(context)

    def _tell(self, trouble: str, kind: str) -> None:
        """Tells a kind of trouble the first time that it occurs."""
        if kind not in self._told:
            self._told.add(kind)
            _logger.error("smtplesson: %s (told once)", trouble)
