"""The command `serve`: a server until Ctrl-C, and the log of what is said to it."""

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TextIO

from smtplesson.command.colour import painted
from smtplesson.command.screen import behind, mute
from smtplesson.files import naming
from smtplesson.loopback.server import serve
from smtplesson.loopback.transcript import Exchange

# Seconds that an exchange may wait to be written: less than an eye notices. And octets of
# exchanges that may wait; more are written at once.
PAUSE, WAITING = 0.02, 1_048_576
# How an exchange, of the session with this number, is written to a stream.
Form = Callable[[Exchange, int], str]


def serve_until_stopped(
    scenario: str, *, seed: int = 0, port: int = 0, quiet: bool = False, file: str = ""
) -> None:
    """Serves until a signal says stop, and logs what is said.

    scenario, seed, port: as for `loopback.server.serve`.
    quiet: no log on standard output.
    file: where a log goes as JSON Lines, behind what stands there; "" for none.
    Raises: LessonError if the server cannot be started, or the file not be written.
    """
    stop, log = threading.Event(), PacedLog()
    with ExitStack() as stack:
        if not quiet:
            # What is in an exchange's lines can be shown as it is: no need for a Screen.
            out = behind(sys.stdout)
            in_colour = partial(as_lines, terminal=out)
            log.streams.append((out, in_colour if out.isatty() else as_lines))
        if file:
            log.streams.append((stack.enter_context(_opened(file)), Exchange.to_json))
        wanted = log if log.streams else None
        with log.speaking:  # so that no exchange is logged before the first line
            server = stack.enter_context(serve(scenario, seed=seed, port=port, log=wanted))
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            print(f"listening on 127.0.0.1:{server.port}", flush=True)
        while server.is_running and not stop.wait(0.5):
            pass  # in short waits, for on some systems a signal does not end a long one
        server.stop()
        log.flush()


def as_lines(exchange: Exchange, session: int, terminal: TextIO | None = None) -> str:
    """The lines of an exchange, each behind the number of its session and its speaker.

    terminal: where the server's lines are to have the colour of their reply's class, if it can.
    """
    said = ""
    for who, lines in exchange.turns():
        if terminal and who == "S":
            lines = [painted(exchange.code, line, terminal) for line in lines]
        before = f"[{session}] {who}: "
        said += before + f"\n{before}".join(lines) + "\n"
    return said


class PacedLog:
    """A log whose exchanges are written together, those of a fiftieth of a second at a time.

    To write and flush at each turn of the loop, and to wake the reader of the pipe, takes a
    quarter of the server's time when a client waits for each reply. Nothing is dropped: what
    still waits when the server stops is written then.

    streams: each with the form in which exchanges are written to it.
    speaking: held while something is written.
    """

    def __init__(self) -> None:
        self.streams: list[tuple[TextIO, Form]] = []
        self.speaking = threading.Lock()
        self._waiting: list[tuple[Exchange, int]] = []
        self._octets = 0

    def __call__(self, session: int, exchange: Exchange) -> None:
        """Takes an exchange, in the server's thread."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(PAUSE, self.flush)
        self._waiting.append((exchange, session))
        self._octets += len(exchange.sent) + len(exchange.received)
        if self._octets > WAITING:
            self.flush()

    def flush(self) -> None:
        """Writes what waits. A stream that nobody reads any more is written to in vain."""
        said, self._waiting, self._octets = self._waiting, [], 0
        with self.speaking:
            for stream, form in self.streams:
                try:
                    stream.write("".join([form(*each) for each in said]))
                    stream.flush()
                except BrokenPipeError:
                    mute()


def _opened(file: str) -> TextIO:
    """The file, to be written to behind what stands there."""
    with naming(f"--log {file}", "written"):
        return open(file, "a", encoding="utf-8")
