"""The mail tester swaks must be able to talk to the server. Its exit codes are in its manual."""

import os
import shutil
import subprocess

import pytest

from smtplesson import Server, serve

SWAKS = shutil.which("swaks")
pytestmark = pytest.mark.skipif(
    SWAKS is None and os.environ.get("CI") != "true",
    reason="swaks is not installed (apt-get install swaks); CI must have it",
)
NO_RECIPIENT, MAIL_ERROR, BANNER, AUTH_ERROR, NOT_ACCEPTED = 24, 23, 21, 28, 26
LOGIN = ["--auth-user", "alice", "--auth-password"]


def swaks(server: Server, *options: str) -> subprocess.CompletedProcess[str]:
    """What swaks does with a mail from sender@remote.example to alice."""
    assert SWAKS, "swaks is not installed"
    command = [SWAKS, "--server", "127.0.0.1", "--port", str(server.port), "--timeout", "10"]
    command += ["--helo", "client.example", "--from", "sender@remote.example"]
    if "--to" not in options:
        command += ["--to", "alice@example.test"]
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_mail(server: Server) -> None:
    found = swaks(server, "--body", "hello\\n.\\n..dots")
    assert found.returncode == 0, found.stdout
    (message,) = server.host.memory.messages
    assert str(message.reverse_path) == "sender@remote.example"
    assert b"\r\nhello\r\n.\r\n..dots\r\n" in message.content


def test_pipelining(server: Server) -> None:
    found = swaks(server, "--pipeline", "--to", "alice@example.test,nobody@example.test")
    assert found.returncode == 0, found.stdout
    assert "550 5.1.1" in found.stdout
    assert len(server.host.memory.messages) == 1


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_login(server: Server, mechanism: str) -> None:
    way = ["--auth", mechanism, *LOGIN]
    found = swaks(server, *way, "wonderland", "--to", "someone@elsewhere.example")
    assert found.returncode == 0, found.stdout
    assert "235 2.7.0" in found.stdout


def test_tls_and_login() -> None:
    with serve("strict") as server:
        refused = swaks(server)
        assert refused.returncode == MAIL_ERROR, refused.stdout
        assert "530 5.7.0" in refused.stdout
        found = swaks(server, "-tls", "--auth", "PLAIN", *LOGIN, "wonderland")
        assert found.returncode == 0, found.stdout
        assert "TLS started" in found.stdout
        assert len(server.host.memory.messages) == 1


@pytest.mark.parametrize(
    ("options", "exit_code", "said"),
    [
        (["--to", "nobody@example.test"], NO_RECIPIENT, "550 5.1.1"),
        (["--to", "bob@example.test"], NO_RECIPIENT, "452 4.2.2"),
        (["--from", "reply-451-4.3.0@example.test"], MAIL_ERROR, "451 4.3.0"),
        (["--to", "data-reply-554-5.6.0@example.test"], NOT_ACCEPTED, "554 5.6.0"),
        (["--auth", "PLAIN", *LOGIN, "looking-glass"], AUTH_ERROR, "535 5.7.8"),
    ],
)
def test_refusals(server: Server, options: list[str], exit_code: int, said: str) -> None:
    found = swaks(server, *options)
    assert found.returncode == exit_code, found.stdout
    assert said in found.stdout
    assert not server.host.memory.messages


def test_a_refused_greeting() -> None:
    with serve("closed") as server:
        found = swaks(server)
        assert found.returncode == BANNER, found.stdout
        assert "554 No SMTP service here" in found.stdout
