"""The server over TCP: loopback only, quick, patient with rude clients, and easily stopped."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from smtplesson.errors import LessonError, WireError
from smtplesson.loopback.client import connect
from smtplesson.loopback.server import Server, serve
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.states import State
from tests.conftest import DATA, EHLO, MAIL, RCPT, TEXT, TRANSACTION, codes, read_replies, toml
from tests.loopback.helpers import GREET, over_tcp, run


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing is printed or logged from the server's thread: a notebook would show it."""
    with caplog.at_level(logging.WARNING):
        yield
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def opened(server: Server, **options: int) -> socket.socket:
    """A plain socket that has read the greeting."""
    connection = socket.socket()
    for name, value in options.items():
        connection.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    connection.settimeout(5)
    connection.connect(("127.0.0.1", server.port))
    assert connection.recv(1_000).startswith(b"220 ")
    return connection


def all_from(connection: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    octets = b""
    try:
        while piece := connection.recv(65_536):
            octets += piece
    except ConnectionResetError:
        pass
    return octets


def soon_empty(server: Server) -> bool:
    """True if the server forgets its connections soon."""
    deadline = time.monotonic() + 5
    while server.connections and time.monotonic() < deadline:
        time.sleep(0.005)
    return not server.connections


# ---- where it listens


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "192.0.2.1", "::", "::1", "example.com", "", "127.0.0.1.example", "10.0.0.1"],
)
def test_only_loopback(host: str) -> None:
    with pytest.raises(LessonError) as error:
        serve(host=host)
    assert repr(host) in str(error.value)
    assert "loopback only" in str(error.value)
    assert "\n" not in str(error.value)


def test_it_cannot_be_reached_by_another_address(server: Server) -> None:
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", server.port), timeout=1)


def test_a_port_in_use(server: Server) -> None:
    with pytest.raises(LessonError) as error:
        serve(port=server.port)
    assert f"port {server.port} on 127.0.0.1 cannot be used" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("port", [-1, 65_536, 1_000_000])
def test_a_port_that_cannot_be(port: int) -> None:
    with pytest.raises(LessonError, match=f"port {port} on 127.0.0.1 cannot be used"):
        serve(port=port)


def test_a_port_can_be_used_again_at_once() -> None:
    with serve() as first:
        connect(first).send("QUIT")
    with serve(port=first.port) as second:
        assert second.port == first.port
        assert connect(second).send("NOOP").code == 250


# ---- start and stop


def test_stop_may_be_called_twice() -> None:
    server = serve()
    assert server.is_running
    server.stop()
    assert not server.is_running
    server.stop()
    with pytest.raises(WireError):
        connect(server)


def test_many_quick_starts_and_stops() -> None:
    before = threading.active_count()
    began = time.monotonic()
    for number in range(50):
        server = serve()
        if number % 2:
            assert connect(server).send("NOOP").code == 250
        server.stop()
        assert not server.is_running
    assert threading.active_count() == before
    assert time.monotonic() - began < 5


def test_stop_hangs_up_on_all() -> None:
    server = serve()
    connections = [opened(server) for _ in range(5)]
    server.stop()
    assert [all_from(connection) for connection in connections] == [b""] * 5
    for connection in connections:
        connection.close()


def test_stop_during_a_handshake() -> None:
    with serve() as server, opened(server) as connection:
        connection.sendall(EHLO + b"STARTTLS\r\n")
        time.sleep(0.05)
    assert not server.is_running


def test_inside_a_running_event_loop() -> None:
    async def lesson() -> int | None:
        with serve() as server, connect(server) as client:
            return client.send("NOOP").code

    assert asyncio.run(lesson()) == 250


def test_it_shows_what_it_is_but_no_port(server: Server) -> None:
    assert repr(server) == "<Server example, seed 0, running>"
    server.stop()
    assert repr(server) == "<Server example, seed 0, stopped>"


# ---- many at once


def test_fifty_clients_at_once(server: Server) -> None:
    ready = threading.Barrier(50)

    def send(number: int) -> list[int]:
        with connect(server) as client:
            ready.wait(10)
            said = client.send_mail(f"{number}@remote.example", "alice@example.test", "hi")
        return said.codes

    with ThreadPoolExecutor(50) as pool:
        said = list(pool.map(send, range(50)))
    assert said == [[250, 250, 250, 354, 250]] * 50
    senders = {message.reverse_path.local for message in server.host.memory.messages}
    assert senders == {str(number) for number in range(50)}
    assert server.host.sessions == 50


def test_more_clients_than_there_is_room_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smtplesson.loopback.server.MAX_CONNECTIONS", 3)
    connections = [opened(server) for _ in range(3)]
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as fourth:
        assert all_from(fourth) == b""
    connections[0].sendall(b"NOOP\r\n")
    assert codes(connections[0].recv(1_000)) == [250]
    for connection in connections:
        connection.close()
    assert soon_empty(server)
    opened(server).close()


# ---- time


def test_idle() -> None:
    began = time.monotonic()
    with serve(toml("[limits]\nidle = 0.2")) as server, opened(server) as connection:
        (reply,) = read_replies(all_from(connection))
        assert (reply.code, reply.statuses) == (421, ("4.4.2",))
        assert 0.2 <= time.monotonic() - began < 2


def test_idle_begins_anew_with_each_command() -> None:
    with serve(toml("[limits]\nidle = 0.4")) as server, opened(server) as connection:
        for _ in range(5):
            time.sleep(0.1)
            connection.sendall(b"NOOP\r\n")
            assert codes(connection.recv(1_000)) == [250]
        assert codes(all_from(connection)) == [421]


def test_a_client_that_waits_is_not_idle() -> None:
    slow = toml('[limits]\nidle = 0.2\n[[rule]]\nat = "NOOP"\nreply = "250"\ndelay = 0.3')
    with serve(slow) as server, opened(server) as connection:
        connection.sendall(b"NOOP\r\n")
        assert codes(all_from(connection)) == [250, 421]


def test_delay() -> None:
    slow = toml('[[rule]]\nat = "NOOP"\nreply = "250 at last"\ndelay = 0.15')
    with serve(slow) as server, connect(server) as client:
        began = time.monotonic()
        assert client.send("NOOP").code == 250
        assert 0.15 <= time.monotonic() - began < 1
        assert client.send("HELP").code == 214


def test_what_is_sent_meanwhile_is_answered_later_and_in_order() -> None:
    slow = toml('[[rule]]\nat = "VRFY"\nreply = "252"\ndelay = 0.1')
    with serve(slow) as server, opened(server) as connection:
        connection.sendall(b"VRFY a\r\n")
        time.sleep(0.03)
        connection.sendall(b"HELP\r\nQUIT\r\n")
        assert codes(all_from(connection)) == [252, 214, 221]


def test_others_need_not_wait() -> None:
    slow = toml('[[rule]]\nat = "VRFY"\nreply = "252"\ndelay = 5')
    with serve(slow) as server, opened(server) as connection, connect(server) as client:
        connection.sendall(b"VRFY a\r\n")
        began = time.monotonic()
        assert client.send("NOOP").code == 250
        assert time.monotonic() - began < 1


def test_a_slow_greeting() -> None:
    slow = toml('[[rule]]\nat = "connect"\nreply = "220 example.test at last"\ndelay = 0.15')
    with serve(slow) as server:
        began = time.monotonic()
        with opened(server) as connection:
            assert 0.15 <= time.monotonic() - began < 1
            connection.sendall(b"QUIT\r\n")
            assert codes(all_from(connection)) == [221]


def test_small_replies_do_not_wait_for_each_other(server: Server) -> None:
    # Without this option, replies to pipelined commands would stall for 40 ms each.
    with opened(server):
        (served,) = server.connections
        plain = served.transport.get_extra_info("socket")
        assert plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


# ---- rude clients


@pytest.mark.parametrize(
    "said", [b"", b"NOOP", EHLO + MAIL, TRANSACTION + b"half a te", EHLO + b"STARTTLS\r\n"]
)
@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_goes_away(server: Server, said: bytes, reset: bool) -> None:
    connection = opened(server)
    connection.sendall(said)
    time.sleep(0.02)
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    assert soon_empty(server)
    assert not server.host.memory.messages
    assert connect(server).send("NOOP").code == 250


def test_a_half_closed_connection_gets_its_replies(server: Server) -> None:
    with opened(server) as connection:
        connection.sendall(TRANSACTION + TEXT + b"QUIT\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert codes(all_from(connection)) == [250, 250, 250, 354, 250, 221]


def test_garbage_in_the_place_of_a_handshake(server: Server) -> None:
    for _ in range(3):
        with opened(server) as connection:
            connection.sendall(EHLO + b"STARTTLS\r\n")
            said = connection.recv(1_000)
            while b"220 2.0.0" not in said:
                said += connection.recv(1_000)
            connection.sendall(b"NOOP\r\n" * 10)
            assert b"250" not in all_from(connection)
    assert soon_empty(server)


def test_nothing_is_said_in_clear_to_one_who_dawdles_over_the_handshake() -> None:
    with serve(toml("[limits]\nidle = 0.1")) as server, opened(server) as connection:
        connection.sendall(EHLO + b"STARTTLS\r\n")
        time.sleep(0.3)
        assert codes(connection.recv(1_000)) == [250, 220]


def sent_until_blocked(connection: socket.socket, octets: bytes) -> int:
    """How many octets the server takes from one who does not read."""
    connection.settimeout(0.2)
    sent = 0
    try:
        while sent < 5_000_000:
            sent += connection.send(octets)
    except TimeoutError:
        connection.settimeout(5)
    return sent


def test_a_client_that_does_not_read_cannot_fill_the_memory() -> None:
    chatty = toml(f'[[rule]]\nat = "NOOP"\nreply = "250 {"x" * 1_000}"')
    line = b"NOOP\r\n"
    with serve(chatty) as server, opened(server, SO_RCVBUF=65_536, SO_SNDBUF=65_536) as connection:
        connection.sendall(line)
        reply = connection.recv(2_000)
        sent = sent_until_blocked(connection, line * 500)
        assert sent < 5_000_000
        (busy,) = server.connections
        assert busy.transport.get_write_buffer_size() < 20_000_000
        # It was only paused: once the client reads, all is answered.
        due = sent // len(line) * len(reply)
        while due > 0:
            due -= len(connection.recv(65_536))
        assert due == 0


def test_dropped_without_a_word() -> None:
    silent = toml('[[rule]]\nat = "VRFY"\ndrop = true')
    with serve(silent) as server, opened(server) as connection:
        connection.sendall(b"NOOP\r\nVRFY a\r\nNOOP\r\n")
        assert codes(all_from(connection)) == [250]


def test_closed_after_a_reply() -> None:
    blunt = toml('[[rule]]\nat = "VRFY"\nreply = "450"\nclose = true')
    with serve(blunt) as server, opened(server) as connection:
        connection.sendall(b"VRFY a\r\nNOOP\r\n")
        assert codes(all_from(connection)) == [450]


# ---- TLS


def test_a_mail_over_tls(server: Server) -> None:
    with connect(server) as client:
        client.send("EHLO client.example")
        assert client.start_tls().code == 220
        assert client.state is State.CONNECTED
        assert "STARTTLS" not in str(client.send("EHLO client.example"))
        assert client.login("alice", "wonderland").code == 235
        said = client.send_mail("a@b.example", "someone@elsewhere.example", "hi")
        assert said.codes == [250, 250, 354, 250]
        client.send("MAIL FROM:<a@b.example>")
        client.send("RCPT TO:<alice@example.test>")
        client.send("DATA")
        assert client.send_text("x\n" * 15_000).code == 250  # several TLS records
        assert client.pipeline(["NOOP"] * 10_000)[-1].code == 250


# ---- the log


def test_the_log_is_the_clients_transcript() -> None:
    said: list[tuple[int, Exchange]] = []
    with serve(log=lambda number, exchange: said.append((number, exchange))) as server:
        for _ in range(2):
            with connect(server) as client:
                run(client, [*GREET, "STARTTLS", *GREET, "AUTH LOGIN", "YWxpY2U=", "*"])
                client.send_mail("a@b.example", "alice@example.test", "one\r\n.two")
            for number, exchange in said:
                assert number == server.host.sessions
                assert "YWxpY2U=" not in str(exchange)
            logged = Transcript([exchange for _, exchange in said])
            assert logged.codes == client.transcript.codes
            said.clear()


def test_the_same_number_and_seed_say_the_same_over_tcp() -> None:
    def sessions(seed: int) -> list[list[int]]:
        with serve("busy", seed=seed) as server:
            found = []
            for _ in range(30):
                with connect(server) as client:
                    if client.state is not State.CLOSED:
                        client.send_mail("a@b.example", "alice@example.test", "hi")
                found.append(client.transcript.codes)
            return found

    assert sessions(5) == sessions(5) != sessions(6)


def test_raw_octets_in_any_pieces(server: Server) -> None:
    script = TRANSACTION + TEXT + MAIL + RCPT + DATA + b"a\r\n.\r\nQUIT\r\n"
    with opened(server) as connection:
        for octet in script:
            connection.sendall(bytes([octet]))
        answer = all_from(connection)
    assert codes(answer) == [250, 250, 250, 354, 250, 250, 250, 354, 250, 221]
    assert over_tcp("example", [script]).codes == [220, *codes(answer)]
