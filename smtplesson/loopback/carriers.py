"""Two ways to carry octets to a server: a TCP connection on loopback, or none at all."""

import socket

from smtplesson.errors import LessonError, WireError
from smtplesson.loopback import LOOPBACK
from smtplesson.loopback.host import Host
from smtplesson.protocol.states import State

MAX_PORT = 65_535


class MemoryCarrier:
    """Carries octets into a new session of a host in this very process.

    Delays move the host's virtual clock on; nobody waits.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.session = host.session()
        self._out = self.session.open(host.clock)
        host.clock += self.session.delay

    def send(self, octets: bytes) -> None:
        """Sends the octets."""
        self._out += self.session.idle(self.host.clock)
        self._out += self.session.receive(octets, self.host.clock)
        self.host.clock += self.session.delay

    def receive(self) -> bytes:
        """The next octets from the server; empty once it has closed the connection."""
        if not self._out and self.session.state is not State.CLOSED:
            raise WireError("the server owes no reply to what was sent so far")
        return self.arrived()

    def arrived(self) -> bytes:
        """What has arrived by now, without waiting."""
        out, self._out = self._out, b""
        return out

    def start_tls(self) -> None:
        """Makes the TLS handshake."""
        self.session.tls_started()

    def close(self) -> None:
        """Ends the connection."""
        self.session.end()


class TcpCarrier:
    """Carries octets over a TCP connection to 127.0.0.1.

    port: the server's port.
    timeout: seconds to wait for a reply.
    Raises: LessonError if there can be no such port; WireError if nobody listens there: no
        server, so no reply either.
    """

    def __init__(self, port: int, timeout: float = 10.0) -> None:
        if not 0 < port <= MAX_PORT:  # the system would take it modulo 65,536
            value = port if port.bit_length() < 64 else "a number of many digits"
            raise LessonError(f"port = {value}: 1 to {MAX_PORT:,} is allowed")
        try:
            self._socket = socket.create_connection((LOOPBACK, port), timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise WireError(
                f"no server answers on this port of {LOOPBACK}: {error.strerror or error} "
                f"(system error {error.errno}, not an SMTP reply)"
            ) from error
        self._timeout = timeout

    def send(self, octets: bytes) -> None:
        """Sends the octets."""
        try:
            self._socket.sendall(octets)
        except TimeoutError as error:
            raise WireError(f"the server accepts nothing for {self._timeout:g} seconds") from error
        except OSError:
            pass  # the server hung up; what it said before can still be read

    def receive(self) -> bytes:
        """The next octets from the server; empty once it has closed the connection."""
        try:
            return self._socket.recv(65_536)
        except TimeoutError as error:
            raise WireError(f"no reply within {self._timeout:g} seconds") from error
        except OSError:
            return b""  # reset by the server: for a client, as good as closed

    def arrived(self) -> bytes:
        """What has arrived by now, without waiting."""
        self._socket.setblocking(False)
        try:
            return self._socket.recv(65_536)
        except OSError:  # nothing there, or the connection is gone
            return b""
        finally:
            self._socket.settimeout(self._timeout)

    def start_tls(self) -> None:
        """Makes the TLS handshake."""
        from smtplesson.loopback.tls import client_context

        try:
            # In two steps, so that there is a socket to close if the second is interrupted.
            self._socket = client_context().wrap_socket(
                self._socket, server_hostname=LOOPBACK, do_handshake_on_connect=False
            )
            self._socket.do_handshake()
        except OSError as error:
            raise WireError(f"the TLS handshake failed: {error}") from error

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()


Carrier = MemoryCarrier | TcpCarrier
