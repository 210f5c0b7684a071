"""The server over TCP: loopback only, quick, patient with rude clients, and easily stopped."""

import asyncio
import gc
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from smtplesson import Exchange, LessonError, Server, State, WireError, connect, serve
from tests.conftest import EHLO, MAIL, TEXT, TRANSACTION, codes, read_replies, toml
from tests.loopback.helpers import (
    GREET,
    Step,
    all_from,
    opened,
    run,
    secured,
    soon,
    until,
)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing is printed or logged from the server's thread: a notebook would show it."""
    with caplog.at_level(logging.WARNING):
        yield
    assert caplog.get_records("call") == []
    assert capfd.readouterr() == ("", "")


# ---- where it listens


HOSTS = [
    *("0.0.0.0", "192.0.2.1", "::", "::1", "example.com", "", "127.0.0.1.example", "10.0.0.1"),
    *(2_130_706_433, b"\x7f\0\0\1", None),  # the first two mean 127.0.0.1 to `ipaddress`
]
PORTS = [-1, 65_536, 10**5_000, "25", "smtp", None, 2.5, True, b"25", "x" * 10_000]
SEEDS = ["7", None, 1.0, 10**5_000]
NO_PORT = r"^port .{1,83} on 127\.0\.0\.1 cannot be used: a number from 0 to 65535 is expected$"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        *(("host", each, f"^{re.escape(repr(each))} is.* loopback only, .*$") for each in HOSTS),
        *(("port", each, NO_PORT) for each in PORTS),
        *(("seed", each, "^seed .{1,40}: a whole number .* is expected$") for each in SEEDS),
    ],
    ids=lambda value: type(value).__name__,
)
def test_where_no_server_can_be(name: str, value: Any, said: str) -> None:
    with pytest.raises(LessonError, match=said):
        serve(**{name: value})


def test_it_cannot_be_reached_by_another_address(server: Server) -> None:
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", server.port), timeout=1)


def test_a_port_in_use(server: Server) -> None:
    said = f"^port {server.port} on 127.0.0.1 cannot be used: .*$"
    with pytest.raises(LessonError, match=said):
        serve(port=server.port)


def test_a_port_can_be_used_again_at_once() -> None:
    with serve() as first:
        connect(first).send("QUIT")
    with serve(port=first.port) as second:
        assert second.port == first.port
        assert connect(second).send("NOOP").code == 250


# ---- start and stop


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


FAREWELL = b"421 4.3.2 example.test closes the connection: the server is shutting down\r\n"


@pytest.mark.parametrize(
    "said", [b"", b"NOO", EHLO + MAIL, TRANSACTION + b"half a te", EHLO + b"AUTH PLAIN\r\n"]
)
def test_stop_says_so_to_all(server: Server, said: bytes) -> None:
    # RFC 5321 §3.8
    with opened(server) as one, opened(server) as other:
        other.sendall(said)
        time.sleep(0.02)
        server.stop()
        assert all_from(one) == FAREWELL
        *before, farewell = all_from(other).splitlines(keepends=True)
        assert farewell == FAREWELL
        assert FAREWELL not in before


def test_stop_inside_tls_and_in_the_midst_of_a_handshake(server: Server) -> None:
    with secured(opened(server)) as inside, opened(server) as amidst:
        amidst.sendall(EHLO + b"STARTTLS\r\n")
        until(amidst, b"220 2.0.0")
        server.stop()
        assert not server.is_running
        assert inside.recv(1_000) == FAREWELL
        assert inside.recv(1_000) == b""
        assert all_from(amidst) == b""  # nothing is said in clear there


def test_stop_while_a_reply_is_delayed() -> None:
    slow = toml('[[rule]]\nat = "NOOP"\nreply = "250"\ndelay = 60')
    with serve(slow) as server, opened(server) as connection:
        connection.sendall(b"NOOP\r\n")
        time.sleep(0.05)
        server.stop()
        assert codes(all_from(connection)) == [421]


def test_stop_from_many_threads_at_once() -> None:
    for _ in range(50):
        server, ready = serve(), threading.Barrier(4)

        def stop(server: Server = server, ready: threading.Barrier = ready) -> None:
            ready.wait(5)
            server.stop()

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(stop) for _ in range(4)]:
                done.result()
        assert not server.is_running


def test_stop_from_the_log() -> None:
    running = serve(log=lambda number, exchange: running.stop())
    assert connect(running).transcript[0].code == 220
    assert soon(lambda: not running.is_running)


def test_stop_counts_although_a_forked_process_holds_the_sockets() -> None:
    # As ProcessPoolExecutor makes them: copies of this process, with all its sockets.
    with serve(toml(DROP)) as server, opened(server) as one, opened(server) as other:
        child = os.fork()
        if not child:
            signal.pause()
        try:
            began = time.monotonic()
            one.sendall(b"VRFY alice\r\n")
            assert all_from(one) == b""
            server.stop()
            assert all_from(other) == FAREWELL
            with pytest.raises(WireError, match="no server answers"):
                connect(server)
            assert time.monotonic() - began < 3
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def test_inside_a_running_event_loop() -> None:
    async def lesson() -> int | None:
        with serve() as server, connect(server) as client:
            return client.send("NOOP").code

    assert asyncio.run(lesson()) == 250


def test_it_shows_what_it_is_but_no_port() -> None:
    with serve("busy", seed=7) as server:
        assert repr(server) == "<Server busy, seed 7, running>"
    assert repr(server) == "<Server busy, seed 7, stopped>"


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


# ---- time


IDLE = "[limits]\nidle = 0.2\n"
LATE = '[[rule]]\nat = "connect"\nreply = "220 hi"\ndelay = 0.3\n'
SLOW = '[[rule]]\nat = "NOOP"\nreply = "250"\ndelay = 0.3\n'
DROP = '[[rule]]\nat = "VRFY"\ndrop = true\n'
BLUNT = '[[rule]]\nat = "VRFY"\nreply = "450"\nclose = true\n'


@pytest.mark.parametrize(
    ("scenario", "said", "wanted", "least"),
    [
        (IDLE, b"", [421], 0.15),
        (IDLE + SLOW, b"NOOP\r\n", [250, 421], 0.45),  # who waits for a reply is not idle
        (LATE, b"QUIT\r\n", [221], 0.3),
        (SLOW, b"NOOP\r\nHELP\r\nQUIT\r\n", [250, 214, 221], 0.3),
        (DROP, b"NOOP\r\nVRFY a\r\nNOOP\r\n", [250], 0),
        (BLUNT, b"VRFY a\r\nNOOP\r\n", [450], 0),
        (f"{BLUNT}delay = 0.1", b"VRFY a\r\nNOOP\r\n", [450], 0.1),
    ],
)
def test_what_is_said_until_it_hangs_up(
    scenario: str, said: bytes, wanted: list[int], least: float
) -> None:
    with serve(toml(scenario)) as server:
        began = time.monotonic()
        with opened(server) as connection:
            connection.sendall(said)
            assert codes(all_from(connection)) == wanted
    assert least <= time.monotonic() - began < least + 1.5


def test_idle_inside_tls() -> None:
    with serve(toml(IDLE)) as server, secured(opened(server)) as connection:
        (reply,) = read_replies(all_from(connection))
        assert (reply.code, reply.statuses) == (421, ("4.4.2",))


def test_idle_begins_anew_with_each_command() -> None:
    with serve(toml("[limits]\nidle = 0.4")) as server, opened(server) as connection:
        for _ in range(5):
            time.sleep(0.1)
            connection.sendall(b"NOOP\r\n")
            assert codes(connection.recv(1_000)) == [250]
        assert codes(all_from(connection)) == [421]


def test_what_is_sent_meanwhile_is_answered_later_and_in_order() -> None:
    with serve(toml(SLOW)) as server, opened(server) as connection:
        connection.sendall(b"NOOP\r\n")
        time.sleep(0.03)
        connection.sendall(b"HELP\r\nQUIT\r\n")
        assert codes(all_from(connection)) == [250, 214, 221]


def test_nothing_is_kept_of_a_connection_that_is_over(server: Server) -> None:
    # Not by the timer either that would look, after 300 seconds, whether it is idle.
    with opened(server) as connection:
        (served,) = map(weakref.ref, server.connections)
        connection.sendall(b"QUIT\r\n")
        assert codes(all_from(connection)) == [221]
    assert soon(lambda: gc.collect() >= 0 and served() is None)


def test_others_need_not_wait() -> None:
    slow = toml('[[rule]]\nat = "VRFY"\nreply = "252"\ndelay = 5')
    with serve(slow) as server, opened(server) as connection, connect(server) as client:
        connection.sendall(b"VRFY a\r\n")
        began = time.monotonic()
        assert client.send("NOOP").code == 250
        assert time.monotonic() - began < 4  # not the 5 of the other


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
    assert soon(lambda: not server.connections)
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
            until(connection, b"220 2.0.0")
            connection.sendall(b"NOOP\r\n" * 10)
            assert b"250" not in all_from(connection)
    assert soon(lambda: not server.connections)


def test_nothing_is_said_in_clear_to_one_who_dawdles_over_the_handshake() -> None:
    with serve(toml("[limits]\nidle = 0.1")) as server, opened(server) as connection:
        connection.sendall(EHLO + b"STARTTLS\r\n")
        time.sleep(0.3)
        assert codes(connection.recv(1_000)) == [250, 220]


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


SCRIPT: list[Step] = [
    *("NOOP", *GREET),
    ["STARTTLS", "NOOP"],
    *(*GREET, "AUTH LOGIN", "YWxpY2U=", "*", "XYZZY"),
    b"NOOP\n",
    ["MAIL FROM:<a@b.example>", "RCPT TO:<x@example.test>", "DATA"],
    *("NOOP " + "x" * 600, "RCPT TO: <alice@example.test>", "DATA"),
    b"one\r\n..two\r\n.\r\nNOOP\r\n",
    *("HELP", "QUIT"),
]


def test_the_log_is_the_clients_transcript() -> None:
    said: list[tuple[int, Exchange]] = []
    with serve(log=lambda number, exchange: said.append((number, exchange))) as server:
        for number in (1, 2):
            transcript = run(connect(server), SCRIPT)
            assert {each for each, _ in said} == {number}
            logged = [exchange for _, exchange in said]
            assert logged == transcript.exchanges
            assert len(logged) > len(SCRIPT)
            assert "YWxpY2U=" not in str(logged)
            said.clear()


def test_the_log_tells_of_a_drop_a_delay_and_a_farewell() -> None:
    said: list[str] = []
    rules = (
        '[[rule]]\nat = "VRFY"\ndrop = true\n[[rule]]\nat = "EXPN"\nreply = "252 ?"\ndelay = 0.1'
    )
    with serve(toml(rules), log=lambda number, exchange: said.append(str(exchange))) as server:
        with opened(server) as dropped, opened(server) as other:
            dropped.sendall(b"VRFY alice\r\n")
            assert all_from(dropped) == b""
            other.sendall(b"EXPN staff\r\n")
            assert codes(until(other, b"252")) == [252]
        with opened(server):
            server.stop()
    assert said[2:4] == [
        "C: VRFY alice\n!: connection closed without a reply",
        "C: EXPN staff\nS: 252 2.0.0 ?",
    ]
    assert said[-1] == f"S: {FAREWELL.decode().strip()}"


def test_a_log_that_fails_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    def fails(number: int, exchange: Exchange) -> None:
        raise ValueError(f"no room for \x1b[2J {exchange.stage}")

    with serve(log=fails) as server:
        for _ in range(3):
            with connect(server) as client:
                assert client.send("NOOP").code == 250
    (record,) = caplog.records
    trouble = r"ValueError('no room for \x1b[2J connect')"
    assert record.getMessage() == f"smtplesson: the server's log failed: {trouble} (told once)"
    caplog.clear()


NO_HANDLES = """
import os, resource, socket, time
from smtplesson import LessonError, connect, serve
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
server, held = serve(), []
connect(server).close()
time.sleep(0.3)  # until its handle is free again
def take_all():
    try:
        while True:
            held.append(os.dup(0))
    except OSError:
        pass
for spare in (0, 1, 2, 3):
    take_all()
    for _ in range(spare):
        os.close(held.pop())
    try:
        serve()
    except LessonError as error:
        print(error)
take_all()
os.close(held.pop())
client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
time.sleep(1.2)
for each in held:
    os.close(each)
print(client.recv(1_000).decode().strip())
client.close()
server.stop()
"""


def test_without_a_file_handle_it_says_so_once_and_goes_on() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_HANDLES], capture_output=True, text=True, timeout=30
    )
    refused = "no server can be started: [Errno 24] Too many open files"  # it takes four
    assert done.stdout.splitlines() == [*[refused] * 4, "220 example.test ESMTP smtplesson"]
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("smtplesson: the server goes on after an error: ")
    assert done.stderr.endswith("Too many open files (told once)\n")
