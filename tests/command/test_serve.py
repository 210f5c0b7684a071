"""The command serve: what it says, how it ends, and its log, written together, soon, and whole."""

import asyncio
import json
import os
import pty
import signal
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest

from smtplesson.command.serve import PacedLog, as_lines
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.states import State
from tests.command.test_cli import COMMAND, run


@contextmanager
def serving(*options: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The running command and its port, read off its first line."""
    command, pipe = [*COMMAND, "serve", *options], subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as program:
        try:
            assert program.stdout
            said, port = program.stdout.readline().rsplit(":", 1)
            assert said == "listening on 127.0.0.1"
            yield program, int(port)
        finally:
            program.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_logs_without_credentials_and_says_farewell(number: signal.Signals) -> None:
    # RFC 5321 §3.8
    with serving() as (program, port):
        for _ in range(2):
            with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=10) as client:
                client.login("alice", "wonderland")
                client.sendmail("a@client.example", ["alice@example.test"], "Subject: x\n\nhello\n")
        with socket.create_connection(("127.0.0.1", port), 10) as stays:
            assert stays.recv(1_000).startswith(b"220 ")
            program.send_signal(number)
            farewell = stays.recv(1_000)
            assert farewell.startswith(b"421 4.3.2 example.test ")
            assert stays.recv(1_000) == b""
        out, err = program.communicate(timeout=10)
    assert (program.returncode, err) == (0, "")
    assert out.splitlines()[-1] == f"[3] S: {farewell.decode().rstrip()}"
    assert "[2] c: mail from:<a@client.example>" in out.lower()
    for each in ("[1] S: 220 example.test", "[2] C: hello", "[1] S: 235 ", "****"):
        assert each in out
    assert "AGFsaWNlAHdvbmRlcmxhbmQ=" not in out and "wonderland" not in out


def test_serve_takes_scenario_seed_and_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    file = tmp_path / "mine.toml"
    file.write_text('[[rule]]\nat = "connect"\nreply = "421 Not today"\n')
    options = ("--scenario", str(file), "--port", str(free), "--seed", "3")
    with serving(*options) as (program, port):
        assert port == free
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            assert client.recv(100) == b"421 Not today\r\n"
        program.terminate()
        assert program.wait(10) == 0


def test_serve_keeps_a_log_as_json_lines_behind_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text('{"kept": true}\n')
    with serving("--quiet", "--log", str(file)) as (program, port):
        with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=10) as client:
            client.login("alice", "wonderland")
            client.sendmail("a@client.example", ["alice@example.test"], b"Subject: x\n\n.\xe4\n")
        program.terminate()
        out, err = program.communicate(timeout=10)
    assert (out, err) == ("", "")
    kept, *said = map(json.loads, file.read_text().splitlines())
    assert kept == {"kept": True}
    assert {each.pop("session") for each in said} == {1}
    assert [(each["stage"], each["received"][:3]) for each in said] == [
        *(("connect", "220"), ("EHLO", "250"), ("AUTH", "334"), ("AUTH-response", "235")),
        *(("MAIL", "250"), ("RCPT", "250"), ("DATA", "354"), ("end-of-data", "250")),
        ("QUIT", "221"),
    ]
    assert "\n..\xe4\n" in said[7]["sent"]  # as it was said: with its dot doubled
    assert "wonderland" not in file.read_text() and "****" in said[3]["sent"]


def test_serve_logs_all_of_what_a_thousand_lines_in_one_go_draw() -> None:
    with serving() as (program, port):
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(b"NOOP \xff\x1b\r\n" * 1_000 + b"QUIT\r\n")
            while client.recv(65_536):
                pass
        program.terminate()
        out, _ = program.communicate(timeout=10)
    assert out.count("[1] C: NOOP \\xff\\x1b\n[1] S: 250 ") == 1_000
    assert out.splitlines()[-2] == "[1] C: QUIT"


@pytest.mark.parametrize(("plain", "paint"), [({}, "\x1b[32m"), ({"NO_COLOR": "1"}, "")])
def test_serve_colours_replies_on_a_terminal(plain: dict[str, str], paint: str) -> None:
    mine, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **plain}
    with subprocess.Popen([*COMMAND, "serve"], stdout=theirs, env=environment) as program:
        os.close(theirs)
        lines = os.fdopen(mine, "rb", buffering=0)
        port = int(lines.readline().rsplit(b":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.recv(1_000)
            said = lines.readline().decode()
        program.terminate()
    assert said.startswith(f"[1] S: {paint}220 example.test")
    assert ("\x1b" in said) == bool(paint)


def test_serve_says_in_one_line_where_no_log_can_be_written(tmp_path: Path) -> None:
    told = run("serve", "--log", str(tmp_path))
    assert told[:2] == (2, "") and told[2].startswith(f"smtplesson: --log {tmp_path}: cannot be")


def test_serve_goes_on_when_nobody_reads_its_log() -> None:
    with serving() as (program, port):
        assert program.stdout and program.stderr
        program.stdout.close()
        for _ in range(3):
            with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=10) as client:
                assert client.noop()[0] == 250
        program.terminate()
        assert program.wait(10) == 0
        assert program.stderr.read() == ""


# ---- the log


class Counted(StringIO):
    """A stream that counts how often it is written to."""

    times = 0

    def write(self, text: str) -> int:
        self.times += 1
        return super().write(text)


def noop(octets: int = 6) -> Exchange:
    """A NOOP with as many octets, and the reply to it."""
    sent = b"NOOP".ljust(octets - 2) + b"\r\n"
    return Exchange("NOOP", sent, b"250 OK\r\n", State.GREETED, State.GREETED)


def test_what_is_said_in_a_moment_is_written_at_once_and_soon() -> None:
    log, stream = PacedLog(), Counted()
    log.streams.append((stream, as_lines))

    async def talk() -> None:
        for number in (1, 2, 1):
            log(number, noop())
            await asyncio.sleep(0)  # a turn of the loop
        assert stream.getvalue() == ""
        async with asyncio.timeout(10):
            while not stream.times:
                await asyncio.sleep(0.01)

    asyncio.run(talk())
    said = "".join(f"[{n}] C: NOOP\n[{n}] S: 250 OK\n" for n in (1, 2, 1))
    assert (stream.getvalue(), stream.times) == (said, 1)


def test_a_mebibyte_does_not_wait_and_the_rest_is_there_at_the_end() -> None:
    log, stream = PacedLog(), Counted()
    log.streams.append((stream, as_lines))

    async def talk() -> None:
        log(1, noop(600_000))
        assert stream.times == 0
        log(2, noop(600_000))
        assert stream.times == 1 and stream.getvalue().count("250 OK") == 2
        log(3, noop())

    asyncio.run(talk())  # the loop is closed before the time has come
    log.flush()
    assert stream.getvalue().endswith("[2] S: 250 OK\n[3] C: NOOP\n[3] S: 250 OK\n")
