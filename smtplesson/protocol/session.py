"""The machine: one SMTP session of a server, octets in and octets out, and nothing else.

It knows no socket, no clock and no thread. Feed it what arrived, send what it returns;
the result is the same however the octets were cut.
"""

from collections.abc import Callable

from smtplesson.protocol.address import AddressError
from smtplesson.protocol.auth import answer_challenge
from smtplesson.protocol.command import Command, parse_command
from smtplesson.protocol.dialogue import Dialogue, SilenceError
from smtplesson.protocol.gate import refusal
from smtplesson.protocol.known_lines import keep, place_of, recall
from smtplesson.protocol.line_buffer import MAX_AUTH_LINE, MAX_TEXT_LINE, LineBuffer, has_long_line
from smtplesson.protocol.memory import Memory, Message
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.states import State
from smtplesson.protocol.verbs import HANDLERS

CONTENT, AUTH, TLS, CLOSED = State.CONTENT, State.AUTH, State.TLS, State.CLOSED
# In these states nothing is answered; before a handshake, nothing in clear is even believed
# (RFC 3207 §4.2).
SILENT = frozenset({TLS, CLOSED})
MAX_COMMAND_LINE = 512  # octets with CRLF (RFC 5321 §4.5.3.1.4)
# How much longer a MAIL line may be for each extension in use (RFC 1870 §3; RFC 4954 §3;
# RFC 6531 §3.1). RFC 6152 §2 adds BODY and no length, so 8BITMIME is not here (RFC 5321 §2.2.2).
MAIL_LINE_EXTRA = {"SIZE": 26, "AUTH": 500, "SMTPUTF8": 10}


class Session(Dialogue):
    """One session as the server sees it.

    scenario, seed, number: as in Dialogue.
    memory: what the server remembers between sessions; by default, nothing before this one.
    tell: if set, called with what the client said and the octets of the reply to it: a line, or
        what has come of a text; nothing for a reply that comes unasked, no reply where none is.
    burst: octets of replies that `receive` may pass before it leaves the rest for the next call.
    """

    def __init__(
        self, scenario: Scenario, *, seed: int = 0, number: int = 1, memory: Memory | None = None
    ) -> None:
        super().__init__(scenario, seed, number, Memory() if memory is None else memory)
        self.errors = 0
        self.tell: Callable[[bytes, bytes], None] | None = None
        self.burst = float("inf")
        self._buffer = LineBuffer(self.memory)
        self._sent = b""  # what the next reply answers
        # Octets of the longest text that can carry a message: doubled dots add a third.
        self._most_text = scenario.limits.message * 4 // 3 + MAX_TEXT_LINE

    # ---- what a carrier calls

    def open(self, now: float = 0.0) -> bytes:
        """The greeting, due as soon as the connection is up (RFC 5321 §3.1)."""
        self.now = now
        try:
            reply = self.answer("connect", [""], "greeting")
        except SilenceError:
            self.state = CLOSED
            return b""
        self.now += self.delay
        return self._conclude("connect", reply)

    def receive(self, data: bytes, now: float = 0.0) -> bytes:
        """The replies to what arrived, joined; empty if nothing is complete yet.

        data: octets, cut anywhere.
        now: the time in seconds, on any clock that does not go back.
        """
        self.now = now
        self.delay = 0.0
        if self._buffer.is_empty and (known := recall(self, place_of(self, data))):
            self._sent = data
            return self._logged(known)
        if self.state in SILENT:
            return b""
        replies, octets = [], 0
        try:
            self._buffer.feed(data)
            while self._buffer.more and (reply := self._next_reply()):
                replies.append(reply)
                octets += len(reply)
                if self.state in SILENT or octets > self.burst:
                    break
        except SilenceError:
            self._logged(b"")
            self.state = CLOSED
        if self.state in SILENT:
            self._forget_octets()
        self.now += self.delay  # the client is not idle while it waits for us
        return b"".join(replies)

    @property
    def is_behind(self) -> bool:
        """True if `receive` has left something for the next call."""
        return self._buffer.more

    def tls_started(self) -> None:
        """Goes on after the TLS handshake, as if just greeted (RFC 3207 §4.2)."""
        self.forget()
        self.secure()

    def idle(self, now: float) -> bytes:
        """The 421 for a client not heard of for too long, else nothing (RFC 5321 §4.5.3.2.7)."""
        limit = self.scenario.limits.idle
        return self.farewell("idle", seconds=f"{limit:g}") if now - self.now >= limit else b""

    def farewell(self, key: str = "shutdown", **fields: object) -> bytes:
        """The 421 with which a server ends a session of its own accord (RFC 5321 §3.8).

        Empty if the session is over, and inside a TLS handshake: nothing can be said there.
        key, fields: the catalogue's reply.
        """
        if self.state in SILENT:
            return b""
        self._sent, self.state = b"", CLOSED
        octets = self._logged(self.say(key, **fields).octets)
        self._forget_octets()
        return octets

    def end(self) -> None:
        """Takes note that the connection is gone: what is unfinished will stay so."""
        self.state = CLOSED
        self._forget_octets()

    # ---- from octets to octets

    def _next_reply(self) -> bytes:
        """The reply to the next whole line or text; empty if there is none yet."""
        if self.state is CONTENT:
            return self._next_text()
        line = self._buffer.line()
        if line is None:
            return b""
        self._sent = line
        place = place_of(self, line)
        if known := recall(self, place):
            return self._logged(known)
        self.step += 1
        if self.state is AUTH:
            too_long = self._buffer.overflow and self.say("long_response", octets=MAX_AUTH_LINE)
            return self._conclude("response", too_long or answer_challenge(self, line))
        if len(line) > MAX_COMMAND_LINE and len(line) > self._most_octets(line):
            return self._conclude("", self.say("long_line"))
        self.is_plain = True
        command = parse_command(line)
        reply = self._reply_to(command)
        if reply.enhanced and command.verb in ("EHLO", "HELO"):
            reply = Reply(reply.code, reply.text)  # RFC 2034 §4: none there, whatever it says
        octets = self._conclude(command.verb, reply)
        if self.is_plain and 200 <= reply.code < 400 and line.isascii():
            keep(self, place, command.verb, octets)
        return octets

    def _next_text(self) -> bytes:
        """The reply to the message text; empty if its end has not come yet."""
        come = self._buffer.rest if self.tell else b""
        text = self._buffer.text(self._most_text)
        self._sent = come[: len(come) - len(self._buffer.rest)] if come else b""
        if text is None:
            return self._logged(b"")
        return self._conclude(".", self._judge(text))

    def _logged(self, octets: bytes) -> bytes:
        """The octets of a reply, after the watcher has been told what they answer."""
        if self.tell:
            self.tell(self._sent, octets)
            self._sent = b""
        return octets

    def _forget_octets(self) -> None:
        """Lets go of what has come and will not be looked at."""
        if self.tell and self._buffer.more:
            self.tell(self._buffer.rest, b"")
        self._buffer.close()
        self._buffer = LineBuffer(self.memory)

    def _conclude(self, verb: str, reply: Reply) -> bytes:
        """The octets of a reply, after the state that it leads to has been taken.

        Mistakes of the client's count as errors: syntax and sequence (x0z) and authentication
        (x3z); what is refused for the mailbox or by policy (x5z) is none. Too many, and 421
        follows (RFC 5321 §7.8).
        """
        code = reply.code
        self.follow(verb, code)
        if self.closing:
            self.state = CLOSED
        if code >= 500 and code // 10 % 10 in (0, 3):
            self.errors += 1
            if self.errors >= self.scenario.limits.errors:
                return self._logged(reply.octets) + self.farewell("too_many_errors")
        return self._logged(reply.octets)

    # ---- from lines to replies

    def _most_octets(self, line: bytes) -> int:
        """How long a command line may be: 512 octets, and more for MAIL with its extensions."""
        offered = self.scenario.extensions if self.extended and line[:5].upper() == b"MAIL " else ()
        return MAX_COMMAND_LINE + sum(MAIL_LINE_EXTRA.get(name, 0) for name in offered)

    def _reply_to(self, command: Command) -> Reply:
        """The reply to a command, whoever is to give it: grammar, table, policy or verb."""
        verb = command.verb
        odd = command.departures and set(command.departures) - set(self.scenario.tolerate)
        if "bare LF" in odd:
            return self.say("bare_line_feed")
        if key := refusal(verb, self, self.scenario):
            return self.say(key, verb=verb)
        if verb not in HANDLERS:
            return self.answer("unknown", [verb], "unknown_command")
        if odd:
            return self.say("extra_space")
        try:
            return HANDLERS[verb](self, command)
        except AddressError as error:
            reply = self.say(str(error), verb=verb)
            # RFC 3463 §3.2: X.1.3 is the recipient's bad syntax, X.1.7 the sender's.
            sender = verb == "MAIL" and reply.enhanced == "5.1.3"
            return Reply(reply.code, reply.text, "5.1.7") if sender else reply

    def _judge(self, text: bytes) -> Reply:
        """The reply to the end of data: `text` is CRLF, then the lines with dots doubled."""
        self.step += 1
        content = text.replace(b"\r\n.", b"\r\n")[2:]  # dots undoubled: RFC 5321 §4.5.2
        octets, limit = len(content), self.scenario.limits.message  # RFC 1870 §5
        lost = self._buffer.overflow
        if octets > limit or (lost and lost + octets > self._most_text):
            reply = self.say("too_big", octets=limit)
        elif lost:
            reply = self.say("no_room")
        elif has_long_line(content):
            reply = self.say("long_text_line")
        else:
            reply = self.asked_at_end or self.answer(
                "end-of-data", self.recipients, "message_ok", octets=octets
            )
            if reply.is_success:
                message = Message(self.reverse_path, tuple(self.recipients), content)
                self.memory.keep(message)
        self.end_transaction()
        return reply
