"""The client that measures: a blocking socket and as little Python as possible."""

import socket
from typing import Self

from tests.bench.peers import LOOPBACK

MAIL = b"MAIL FROM:<news@client.example>\r\n"
RCPT = b"RCPT TO:<alice@example.test>\r\n"
DATA = b"DATA\r\n"
# A kilobyte: a header and lines of 62 octets, the lone dot at the end.
LINE = b"Sixty octets of text and CRLF, so that a line is a line.....\r\n"
BODY = b"Subject: hello\r\n\r\n" + LINE * 16
TEXT = BODY + b".\r\n"
NOOP = b"NOOP\r\n"


class Wire:
    """A connection to a server that has been greeted."""

    def __init__(self, port: int, *, hello: bool = True) -> None:
        # Without a time-out: with one, Python polls before each send and receive.
        self.socket = socket.create_connection((LOOPBACK, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.take(1)
        if hello:
            self.socket.sendall(b"EHLO client.example\r\n")
            lines = b""
            while not any(line[3:4] == b" " for line in lines.split(b"\r\n")[:-1]):
                lines += self.socket.recv(65_536)

    def take(self, replies: int) -> None:
        """Reads so many replies of one line each."""
        while replies > 0:
            octets = self.socket.recv(65_536)
            if not octets:
                raise ConnectionError("the server has closed the connection")
            replies -= octets.count(b"\n")

    def ask(self, octets: bytes, replies: int = 1) -> None:
        """Sends the octets and waits for the replies."""
        self.socket.sendall(octets)
        self.take(replies)

    def message(self) -> None:
        """One message in four round trips."""
        self.ask(MAIL)
        self.ask(RCPT)
        self.ask(DATA)
        self.ask(TEXT)

    def message_at_once(self) -> None:
        """One message in a single round trip."""
        self.ask(MAIL + RCPT + DATA + TEXT, 4)

    def burst(self) -> None:
        """Fifty NOOPs at once."""
        self.ask(NOOP * 50, 50)

    def noop(self) -> None:
        """One NOOP."""
        self.ask(NOOP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()
