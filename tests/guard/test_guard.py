"""The guard refuses what leaves loopback, in the tests' own process and in those they start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guard.sitecustomize import VARIABLE

# 192.0.2.0/24 is for documentation (RFC 5737): nobody could be reached there anyway.
OFF = {
    "connect": "socket.socket().connect(('192.0.2.1', 25))",
    "datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 25))",
    "bind": "socket.socket().bind(('0.0.0.0', 0))",
    "bind anywhere": "socket.socket().bind(('', 0))",
    "look up": "socket.getaddrinfo('mx.example', 25)",
    "look up by name": "socket.gethostbyname('mx.example')",
    "look up by address": "socket.gethostbyaddr('192.0.2.1')",
    "own name": "socket.getfqdn()",
}
ON = {
    "bind": "socket.socket().bind(('127.0.0.1', 0))",
    "look up": "socket.getaddrinfo('127.0.0.1', 25)",
    "pair": "one, other = socket.socketpair(); one.send(b'x')",
}


def run(statement: str, log: Path) -> subprocess.CompletedProcess[str]:
    program = f"import socket\n{statement}"
    env = {**os.environ, VARIABLE: str(log)}
    return subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=30
    )


@pytest.mark.parametrize("statement", OFF.values(), ids=OFF)
def test_what_leaves_loopback_is_refused_and_noted(statement: str, tmp_path: Path) -> None:
    done = run(statement, tmp_path / "log")
    assert done.returncode == 1
    assert "OffLoopbackError" in done.stderr
    assert "socket." in (tmp_path / "log").read_text()


def test_what_hides_the_error_is_noted_all_the_same(tmp_path: Path) -> None:
    hidden = f"try: {OFF['connect']}\nexcept RuntimeError: pass"
    assert run(hidden, tmp_path / "log").returncode == 0
    assert "socket.connect '192.0.2.1'" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("statement", ON.values(), ids=ON)
def test_loopback_is_left_alone(statement: str, tmp_path: Path) -> None:
    done = run(statement, tmp_path / "log")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "log").exists()


def test_this_very_process_is_guarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "log"))  # else this run would fail at its end
    with pytest.raises(RuntimeError, match=r"socket.connect '192.0.2.1'"):
        socket.socket().connect(("192.0.2.1", 25))


def test_what_a_worker_of_pytest_hides_fails_the_whole_run(tmp_path: Path) -> None:
    hidden = f"    try: {OFF['connect']}\n    except RuntimeError: pass\n"
    (tmp_path / "test_it.py").write_text(f"import socket\ndef test_it():\n{hidden}")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    plugins = ("-p", "xdist", "-p", "tests.conftest")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # no others: they are dear
    del environment[VARIABLE]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "1", *plugins, str(tmp_path)],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "1 passed" in done.stdout
    assert "socket.connect '192.0.2.1'" in done.stderr
