"""Refuses every connection, binding and look-up but those of loopback, in each Python process.

Python imports a module of this name at its start where the folder is on its path: so kernels,
servers and workers are guarded like the tests themselves. What was refused is also noted in
the file that the variable names, because a program may hide the error.
"""

import os
import sys

VARIABLE = "SMTPLESSON_GUARD"
# 127.0.0.2 is where a test of the server knocks in vain; "localhost" is JupyterLab's own word.
ALLOWED = {"127.0.0.1", "127.0.0.2", "localhost", "::1", None}
TO_ADDRESS = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
OF_NAME = {
    *("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
}


class OffLoopbackError(RuntimeError):
    """Somebody tried to look up a name or to reach another machine."""


def host_in(event: str, arguments: tuple[object, ...]) -> object:
    """The host that an audited event is about; None where it is about none."""
    if event in TO_ADDRESS:
        address = arguments[1] if len(arguments) > 1 else None
        return address[0] if isinstance(address, tuple) else None  # a path is of this machine
    if event in OF_NAME:
        name = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
        return name.decode("ascii", "replace") if isinstance(name, bytes) else name
    return None


def guard(event: str, arguments: tuple[object, ...]) -> None:
    """Called by Python at each audited event; raises OffLoopbackError and notes it."""
    host = host_in(event, arguments)
    if host in ALLOWED:
        return
    said = f"{event} {host!r} in {' '.join(sys.argv)[:80]!r}"
    if path := os.environ.get(VARIABLE):
        with open(path, "a", encoding="utf-8") as log:
            log.write(f"{said}\n")
    raise OffLoopbackError(said)


if VARIABLE in os.environ:
    sys.addaudithook(guard)
