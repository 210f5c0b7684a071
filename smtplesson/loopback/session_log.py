"""The log of one session: what it tells, as exchanges, and no more than a person would read."""

from collections.abc import Callable

from smtplesson.loopback.recorder import Recorder
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.states import State

# Called with the number of a session and an exchange.
Log = Callable[[int, Exchange], None]

# Octets of one text that are shown: as many as every server has to take (RFC 5321 §4.5.3.1.7).
LOGGED_TEXT = 65_536


class SessionLog:
    """Turns what one session tells into exchanges, and hands them on when they are due.

    number: the session's.
    log: gets the exchanges.
    """

    def __init__(self, number: int, log: Log) -> None:
        self._number = number
        self._log = log
        self._recorder = Recorder()
        self._text = 0  # octets that have come of the text at hand

    def told(self, heard: bytes, reply: bytes) -> None:
        """Takes note of what a session tells (see `Session`)."""
        recorder = self._recorder
        if heard and recorder.state is State.CONTENT:
            self._take_text(heard, reply)
        elif reply:
            is_cut = bool(heard) and not heard.endswith(b"\n")
            notes = ["the rest of the line is not shown"] if is_cut else []
            recorder.exchange(heard, reply, *notes)
        else:
            recorder.sent(heard)
            if recorder.state is not State.TLS:
                recorder.closed()

    def _take_text(self, heard: bytes, reply: bytes) -> None:
        """Takes note of a part of a message text; there is a reply if it is the last one."""
        room = max(0, LOGGED_TEXT - self._text)
        self._text += len(heard)
        if reply:
            rest = self._text - LOGGED_TEXT
            notes = [f"{rest:,} more octets of this text are not shown"] if rest > 0 else []
            self._recorder.exchange(heard[:room] or heard[-3:], reply, *notes)
            self._text = 0
        elif room:
            self._recorder.sent(heard[:room])
            self._recorder.flush_text()

    def tls_started(self) -> None:
        """Takes note of the handshake."""
        self._recorder.tls_started()

    def write(self) -> None:
        """Hands on what has been said since the last time."""
        exchanges = self._recorder.transcript.exchanges
        for exchange in exchanges:
            self._log(self._number, exchange)
        exchanges.clear()
