"""The machine: one SMTP session of a server, octets in and octets out, and nothing else.

It knows no socket, no clock and no thread. Feed it what arrived, send what it returns;
the result is the same however the octets were cut.
"""

from smtplesson.protocol.address import AddressError
from smtplesson.protocol.auth import MAX_AUTH_LINE
from smtplesson.protocol.command import NOT_IMPLEMENTED, Command, parse_command
from smtplesson.protocol.dialogue import Dialogue, SilenceError
from smtplesson.protocol.memory import Memory, Message
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.states import TABLE, State, next_state
from smtplesson.protocol.verbs import HANDLERS, answer_challenge

# RFC 5321 §4.5.3.1.4 and §4.5.3.1.6, both in octets with CRLF.
MAX_COMMAND_LINE, MAX_TEXT_LINE = 512, 1000
# How much longer a MAIL line may be for each extension in use
# (RFC 1870 §3; RFC 4954 §3; RFC 6531 §3.1).
MAIL_LINE_EXTRA = {"SIZE": 26, "AUTH": 500, "SMTPUTF8": 10}
# The commands still allowed where something else comes first: RFC 3207 §4; RFC 4954 §6.
EXEMPT = {
    "TLS": ("EHLO", "NOOP", "QUIT", "STARTTLS"),
    "AUTH": ("AUTH", "EHLO", "HELO", "NOOP", "QUIT", "RSET", "STARTTLS"),
}
END_OF_DATA = b"\r\n.\r\n"


class Session(Dialogue):
    """One session as the server sees it.

    scenario: the server's character.
    seed, number: place of the session among all; with the step they decide every chance.
    memory: what the server remembers between sessions; by default, nothing before this one.
    """

    def __init__(
        self, scenario: Scenario, *, seed: int = 0, number: int = 1, memory: Memory | None = None
    ) -> None:
        super().__init__(scenario, seed, number, Memory() if memory is None else memory)
        self.state = State.CONNECTED
        self.errors = 0
        self._refusal: Reply | None = None  # a greeting that turned the client away
        self._buffer = bytearray()
        self._scanned = 0  # octets of the buffer known to hold no line end
        self._overflow = False  # the line or text at hand is too long to be kept

    # ---- what a carrier calls

    def open(self, now: float = 0.0) -> bytes:
        """The greeting, due as soon as the connection is up (RFC 5321 §3.1)."""
        self.now = now
        try:
            reply = self.answer("connect", [""], "greeting", domain=self.scenario.domain)
        except SilenceError:
            self.state = State.CLOSED
            return b""
        self.now += self.delay
        if not reply.is_positive:
            self.state, self._refusal = State.REFUSED, reply
        return self._closed_after(reply)

    def receive(self, data: bytes, now: float = 0.0) -> bytes:
        """The replies to what arrived, joined; empty if nothing is complete yet.

        data: octets, cut anywhere.
        now: the time in seconds, on any clock that does not go back.
        """
        self.now = now
        self.delay = 0.0
        if self.state in (State.CLOSED, State.TLS):
            return b""  # before a handshake, nothing in clear is believed (RFC 3207 §5)
        self._buffer += data
        replies = []
        try:
            while self._buffer and (reply := self._next_reply()):
                replies.append(self._closed_after(reply))
                if self.state in (State.CLOSED, State.TLS):
                    self._buffer.clear()
        except SilenceError:
            self.state = State.CLOSED
            self._buffer.clear()
        self.now += self.delay  # the client is not idle while it waits for us
        return b"".join(replies)

    def tls_started(self) -> None:
        """Goes on after the TLS handshake, as if just greeted (RFC 3207 §4.2)."""
        self.forget()
        self.encrypted = True
        self.state = next_state(self.state, "handshake", 220)

    def idle(self, now: float) -> bytes:
        """The 421 for a client not heard of for too long, else nothing (RFC 5321 §4.5.3.2.7)."""
        limit = self.scenario.limits.idle
        # Inside a TLS handshake nothing can be said; the carrier limits its time.
        if self.state in (State.CLOSED, State.TLS) or now - self.now < limit:
            return b""
        self.state = State.CLOSED
        return self.say("idle", domain=self.scenario.domain, seconds=f"{limit:g}").to_bytes()

    # ---- octets to lines

    def _next_reply(self) -> Reply | None:
        """The reply to the next complete line or text in the buffer, or None if there is none."""
        if self.state is State.CONTENT:
            return self._take_text()
        line = self._take_line()
        if line is None:
            return None
        if self.state is State.AUTH:
            return self._moved("response", self._respond(line))
        return self._obey(line)

    def _take_line(self) -> bytes | None:
        """The next line with its ending, or None; of an endless line only the end is kept."""
        end = self._buffer.find(b"\n", self._scanned) + 1
        if not end:
            self._scanned = len(self._buffer)
            if self._scanned > MAX_AUTH_LINE:
                self._overflow = True
                del self._buffer[:-1]  # what is left is at most a CR
                self._scanned = 1
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._scanned = 0
        return line

    def _take_text(self) -> Reply | None:
        """The reply to the whole message text, or None until its end has come.

        Only CRLF.CRLF ends it (RFC 5321 §4.1.1.4); no bare CR or LF does, so that nothing
        that another server takes for one message can be two here.
        """
        end = self._buffer.find(END_OF_DATA, max(0, self._scanned - len(END_OF_DATA) + 1))
        if end < 0:
            # Doubled dots make a text at most a third longer than the message it carries.
            if len(self._buffer) > self.scenario.limits.message * 4 // 3 + MAX_TEXT_LINE:
                self._overflow = True
                del self._buffer[: -len(END_OF_DATA) + 1]
            self._scanned = len(self._buffer)
            return None
        text = bytes(self._buffer[: end + 2])
        del self._buffer[: end + len(END_OF_DATA)]
        self._scanned = 0
        overflow, self._overflow = self._overflow, False
        self.step += 1
        return self._moved(".", self._judge(text, overflow))

    # ---- lines to replies

    def _obey(self, line: bytes) -> Reply:
        """The reply to one command line."""
        self.step += 1
        overflow, self._overflow = self._overflow, False
        if overflow or len(line) > self._line_limit(line):
            return self._counted(self.say("long_line"))
        command = parse_command(line)
        for departure in command.departures:
            if departure not in self.scenario.tolerate:
                key = "bare_line_feed" if departure == "bare LF" else "extra_space"
                return self._counted(self.say(key))
        reply = self._reply_to(command)
        if command.verb in ("EHLO", "HELO"):  # RFC 2034 §4: no enhanced code, whatever it says
            reply = Reply(reply.code, reply.text)
        return self._moved(command.verb, reply)

    def _line_limit(self, line: bytes) -> int:
        """The octets that a command line may have (RFC 5321 §4.5.3.1.4 and extensions)."""
        if not (self.extended and line[:4].upper() == b"MAIL"):
            return MAX_COMMAND_LINE
        offered = self.scenario.extensions
        return MAX_COMMAND_LINE + sum(n for key, n in MAIL_LINE_EXTRA.items() if key in offered)

    def _reply_to(self, command: Command) -> Reply:
        """The reply to a command that is well-formed as a line."""
        verb = command.verb
        if self._refusal and verb != "QUIT":
            # RFC 5321 §3.1: 503 after 554. RFC 7504 §3: 521 again after 521.
            key = "never_mail" if self._refusal.code == 521 else "no_service_here"
            return self.say(key, domain=self.scenario.domain)
        handler = HANDLERS.get(verb)
        if verb in NOT_IMPLEMENTED or (
            verb in ("STARTTLS", "AUTH", "HELP") and verb not in self.scenario.extensions
        ):
            return self.say("not_implemented", verb=verb)
        if handler is None:
            return self.answer("unknown", [verb], "unknown_command")
        if verb not in TABLE[self.state]:
            return self.say(f"order_{self.state}", verb=verb)
        if missing := self._must_come_first(verb):
            return self.say(missing)
        try:
            return handler(self, command.argument)
        except AddressError as error:
            reply = self.say(error.key, verb=verb)
            # RFC 3463 §3.2: X.1.3 is the recipient's bad syntax, X.1.7 the sender's.
            sender = verb == "MAIL" and reply.enhanced == "5.1.3"
            return Reply(reply.code, reply.text, "5.1.7") if sender else reply

    def _must_come_first(self, verb: str) -> str:
        """The key of the 530 that stands before `verb`, or ""."""
        require = self.scenario.require
        if "TLS" in require and not self.encrypted and verb not in EXEMPT["TLS"]:
            # A mechanism that would show the password has a code of its own (RFC 4954 §6).
            return "" if verb == "AUTH" else "need_tls"
        if "AUTH" in require and not self.user and verb not in EXEMPT["AUTH"]:
            return "need_auth"
        return ""

    def _respond(self, line: bytes) -> Reply:
        """The reply to the client's line after a 334."""
        self.step += 1
        overflow, self._overflow = self._overflow, False
        if overflow or len(line) > MAX_AUTH_LINE:
            self.exchange = None
            return self.say("long_response", octets=MAX_AUTH_LINE)
        return answer_challenge(self, line)

    def _judge(self, text: bytes, overflow: bool) -> Reply:
        """The reply to the end of data: `text` is CRLF, then the lines with dots doubled."""
        stuffed = text.count(b"\r\n.")
        octets = len(text) - 2 - stuffed  # RFC 1870 §5: doubled dots do not count
        limit = self.scenario.limits.message
        if overflow or octets > limit:
            reply = self.say("too_big", octets=limit)
        elif len(text) > MAX_TEXT_LINE and _has_long_line(text):
            reply = self.say("long_text_line")
        else:
            names = [str(mailbox) for mailbox in self.recipients]
            reply = self.asked_at_end or self.answer(
                "end-of-data", names, "message_ok", octets=octets
            )
            if reply.is_positive:
                content = text.replace(b"\r\n.", b"\r\n")[2:]
                self.memory.messages.append(
                    Message(self.reverse_path, tuple(self.recipients), content)
                )
        self.end_transaction()
        return reply

    # ---- replies to octets

    def _moved(self, verb: str, reply: Reply) -> Reply:
        """The reply, after the state that it leads to has been taken."""
        self.state = next_state(self.state, verb, reply.code)
        if self.state is State.CONTENT:
            self._buffer[:0] = b"\r\n"  # so that a dot on the very first line ends the text too
        return self._counted(reply)

    def _counted(self, reply: Reply) -> Reply:
        """The reply, after it was counted as an error if it names a mistake of the client's.

        Syntax and sequence (x0z) and authentication (x3z) count; what is refused for the
        mailbox or by policy (x5z) does not.
        """
        if reply.code >= 500 and reply.code // 10 % 10 in (0, 3):
            self.errors += 1
        return reply

    def _closed_after(self, reply: Reply) -> bytes:
        """The octets of a reply, and of the 421 that follows it when the errors are too many."""
        octets = reply.to_bytes()
        if self.closing or reply.code == 421:
            self.state = State.CLOSED
        elif self.errors >= self.scenario.limits.errors and self.state is not State.CLOSED:
            self.state = State.CLOSED
            octets += self.say("too_many_errors", domain=self.scenario.domain).to_bytes()
        return octets


def _has_long_line(text: bytes) -> bool:
    """True if a line passes 1000 octets with CRLF, a doubled dot not counted (§4.5.3.1.6)."""
    limit = MAX_TEXT_LINE - 2
    return any(len(line) - line.startswith(b".") > limit for line in text.split(b"\r\n"))
