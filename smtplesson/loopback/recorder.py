"""The recorder: pairs what a client sent with what came back, and follows the state."""

import re
from copy import copy

from smtplesson.errors import WireError
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.command import parse_command
from smtplesson.protocol.line_buffer import END_OF_DATA
from smtplesson.protocol.masking import Masking
from smtplesson.protocol.reply import parse_line, parse_reply
from smtplesson.protocol.standing import Standing, logs_in
from smtplesson.protocol.states import State

_WORD = re.compile(r"[A-Z][A-Z0-9-]*")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
# What the state table calls that which is no command.
_VERBS = {"end-of-data": ".", "AUTH-response": "response"}


class Recorder:
    """Turns two streams of octets into a transcript.

    It sees only the wire, so the result is the same over TCP and in memory, on the client's
    side and on the server's.

    standing: where the session stands by what has been said.
    """

    def __init__(self) -> None:
        self.transcript = Transcript()
        self.standing = Standing()
        self._greeted = False
        self._masking = Masking()
        self._sent = b""  # not yet answered
        self._text_end = b""  # the last octets of message text already recorded
        self._received = b""  # not yet a whole reply

    @property
    def state(self) -> State:
        """The state of the session."""
        return self.standing.state

    @property
    def awaits_reply(self) -> bool:
        """True if the server owes a reply to what was sent."""
        if self.state in (State.CLOSED, State.TLS):
            return False
        return not self._greeted or self.would_await(b"")

    def would_await(self, octets: bytes) -> bool:
        """True if a reply were due to what is unanswered with these octets sent behind it."""
        return self._next_length(self._sent + octets) > 0

    def shown(self, octets: bytes) -> bytes:
        """What the transcript would show of these octets if the client sent them now.

        What was sent before and has no end yet is taken into account, and shown too if the
        whole line is masked.
        """
        if self.state is State.CONTENT:
            return octets
        foretold, whole = copy(self._masking), self._sent + octets
        shown = b"".join(foretold.line(line, self.state) for line in _LINE.findall(whole))
        return octets if shown == whole else shown

    def sent(self, octets: bytes) -> None:
        """Takes note of octets that the client sent."""
        self._sent += octets

    def received(self, octets: bytes) -> None:
        """Takes note of octets that the server sent.

        Raises: WireError if they are no reply.
        """
        self._received += octets
        while self.state is not State.TLS and (raw := self._take_reply()):
            parse_reply(raw)  # so that no exchange is added whose reply is none
            length = self._next_length(self._sent) if self._greeted else 0
            self.exchange(self._sent[:length], raw)
            self._sent = self._sent[length:]

    def exchange(self, sent: bytes, raw: bytes, *notes: str) -> None:
        """Adds the exchange of octets that were sent and the reply to them, both whole.

        sent: empty for the greeting and for a reply that comes unasked.
        raw: a valid reply.
        notes: what else is worth a remark.
        """
        before, code = self.standing.state, int(raw[:3])
        if not (self._greeted and sent):
            stage = "unasked" if self._greeted else "connect"
            self._greeted = True
            self.standing.follow(stage, code)
            self._add(stage, b"", raw, before)
            return
        stage, shown = self._mask(sent)
        verb = _VERBS.get(stage)
        if verb is None:
            command = parse_command(sent)
            verb = command.verb
            if code not in (500, 501):
                notes += tuple(f"{each} tolerated" for each in command.departures)
        if logs_in(verb, code):
            self._masking.login_begun = False
        self.standing.follow(verb, code)
        self._add(stage, shown, raw, before, notes)
        if self.state is State.CONTENT:
            self._text_end = b"\r\n"

    def flush_text(self) -> None:
        """Records lines of message text as said, although no reply to them is due."""
        if self.state is State.CONTENT and self._sent:
            text, self._sent = self._sent, b""
            self._text_end = (self._text_end + text)[-len(END_OF_DATA) + 1 :]
            self._add("text", text, b"", self.state)

    def tls_started(self) -> None:
        """Takes note of the handshake: nothing said in clear survives it (RFC 3207 §4.2, §6)."""
        clear = (("sent", self._sent), ("received", self._received))
        lost = [f"octets {way} before it were discarded" for way, octets in clear if octets]
        self._sent = self._received = b""
        notes = ("TLS handshake made; the session starts again", *lost)
        before = self.state
        self.standing.secure()
        self._add("handshake", b"", b"", before, notes)

    def closed(self) -> None:
        """Takes note of the end of the connection; what is unanswered stays so."""
        if self.state is State.CLOSED:
            return
        note = "connection closed without a reply" if self.awaits_reply else "connection closed"
        octets = self._sent[: self._next_length(self._sent) or None]
        self._sent = self._sent[len(octets) :]
        stage, shown = self._mask(octets) if octets else ("unasked", b"")
        before, self.standing.state = self.state, State.CLOSED
        self._add(stage, shown, b"", before, (note,))

    def _take_reply(self) -> bytes:
        """The octets of the next whole reply, or none."""
        end = 0
        while (newline := self._received.find(b"\n", end)) >= 0:
            line, end = self._received[end : newline + 1], newline + 1
            if parse_line(line)[1]:
                raw, self._received = self._received[:end], self._received[end:]
                return raw
        if len(self._received) > 65_536:
            raise WireError("a reply of more than 65,536 octets has no end", self._received)
        return b""

    def _add(
        self, stage: str, shown: bytes, raw: bytes, before: State, notes: tuple[str, ...] = ()
    ) -> None:
        exchange = Exchange(stage, shown, self._masking.reply(raw), before, self.state, notes)
        self.transcript.exchanges.append(exchange)

    def _next_length(self, sent: bytes) -> int:
        """How many of the octets sent the next reply answers; 0 if none is due."""
        if self.state is not State.CONTENT:
            return sent.find(b"\n") + 1
        end = (self._text_end + sent).find(END_OF_DATA)
        return end + len(END_OF_DATA) - len(self._text_end) if end >= 0 else 0

    def _mask(self, octets: bytes) -> tuple[str, bytes]:
        """The stage of what was sent, and what may be shown of it."""
        if self.state is State.CONTENT:
            return "end-of-data", octets
        shown = self._masking.line(octets, self.state)
        if self.state is State.AUTH:
            return "AUTH-response", shown
        verb = parse_command(shown).verb
        return verb if _WORD.fullmatch(verb) else "unknown", shown
