"""No cell of any notebook looks up a name, or opens anything but 127.0.0.1."""

import subprocess
import sys

import pytest

from smtplesson.loopback import LOOPBACK
from tests.test_notebooks import LESSONS, code

# Python tells its audit hooks of each look-up and each address (PEP 578, "Audit events table").
GUARD = f"""
import sys
from IPython.core.interactiveshell import InteractiveShell

def guard(event, given):
    if event in ("socket.connect", "socket.bind", "socket.sendto"):
        address = given[1]
        here = not isinstance(address, tuple) or address[0] == {LOOPBACK!r}
    elif event == "socket.getaddrinfo":
        here = given[0] == {LOOPBACK!r}
    else:
        here = event not in ("socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
    if not here:
        raise RuntimeError(f"{{event}} {{given}}")

shell = InteractiveShell.instance()
sys.addaudithook(guard)
"""


def run(*cells: str) -> "subprocess.CompletedProcess[str]":
    """The outcome of running cells one after the other under the guard."""
    program = GUARD + "".join(f"shell.run_cell({cell!r}).raise_error()\n" for cell in cells)
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_stays_on_this_machine(name: str) -> None:
    done = run(*(cell.source for cell in code(name)))
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]


@pytest.mark.parametrize(
    "cell",
    [
        "import smtplib; smtplib.SMTP()",  # asks for the machine's own name
        "import socket; socket.create_connection(('192.0.2.1', 25), 0.1)",
        "import socket; socket.getaddrinfo('example.test', 25)",
        "import socket; socket.socket().bind(('0.0.0.0', 0))",
    ],
)
def test_the_guard_sees_what_leaves_it(cell: str) -> None:
    assert "RuntimeError: socket." in run(cell).stderr
