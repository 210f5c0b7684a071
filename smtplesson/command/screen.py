"""The terminal as the command line writes to it: no name and no octet of a stranger acts on it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

from smtplesson.printable import printable


class Screen:
    """A text stream that passes on what can be seen, and line ends; all else is an escape.

    stream: where it goes. What is written to this one itself acts: the place for colours of
        our own, see `behind`.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Writes the text."""
        return self.stream.write("\n".join(map(printable, text.split("\n"))))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def screens() -> Iterator[None]:
    """Has whatever is printed meanwhile, by whomever, pass through a Screen."""
    out, error = (cast(TextIO, Screen(stream)) for stream in (sys.stdout, sys.stderr))
    with redirect_stdout(out), redirect_stderr(error):
        yield


def mute() -> None:
    """Sends standard output nowhere, once its reader is gone, so that no later flush fails."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def behind(stream: TextIO) -> TextIO:
    """The stream behind a Screen, for what is painted."""
    return stream.stream if isinstance(stream, Screen) else stream
