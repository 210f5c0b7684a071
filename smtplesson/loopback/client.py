"""The client: say lines, get exchanges, keep the transcript."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Self

from smtplesson.errors import LessonError, WireError, shown
from smtplesson.loopback.carriers import Carrier, MemoryCarrier, TcpCarrier
from smtplesson.loopback.host import Host
from smtplesson.loopback.recorder import Recorder
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.states import State

if TYPE_CHECKING:
    from smtplesson.loopback.server import Server


def connect(to: "Server | Host | Scenario | str | int" = "example", *, seed: int = 0) -> "Client":
    """A client that has read the greeting.

    to: a running `Server` or its port: over TCP on 127.0.0.1. A `Host`: in memory, in this
        very process, with the same transcript. A `Scenario` or its name: a new host.
    seed: of a new host.
    Raises: WireError if nobody answers, or hangs up before the greeting; ScenarioError if the
        scenario is unknown; LessonError if it is none of these, or no port.
    """
    if isinstance(to, str | Scenario):
        return Client(MemoryCarrier(Host(to, seed=seed)))
    if isinstance(to, Host):
        return Client(MemoryCarrier(to))
    port = getattr(to, "port", to)
    if isinstance(port, bool) or not isinstance(port, int):
        raise LessonError(
            f"connect({shown(to)}): a Server, its port, a Host, a Scenario or the name of "
            "one is expected"
        )
    return Client(TcpCarrier(port))


def converse(
    to: "Client | Server | Host | Scenario | str | int", lines: Iterable[str], *, seed: int = 0
) -> Transcript:
    """The transcript of saying these lines to a server, greeting first.

    to, seed: as for `connect`; or a client, which stays open.
    lines: commands and message text. What comes after the end of the session is not said, but
        `?+300` lets a host in memory wait for 300 seconds, and connects to it again.
    Raises: as `connect` and `Client.send`.
    """
    _refuse_one_text(lines)
    client = to if isinstance(to, Client) else connect(to, seed=seed)
    is_ours, said = client is not to, list[Exchange]()
    host = client.carrier.host if is_ours and isinstance(client.carrier, MemoryCarrier) else None
    try:
        for line in lines:
            if host and host.waits(line):
                said += client.transcript
                client.close()
                client = connect(host)
            elif client.state is not State.CLOSED:
                client.send(line.encode("utf-8", "replace"))
        return Transcript([*said, *client.transcript])
    finally:
        if is_ours:
            client.close()


class Client:
    """One session as the client sees it. A refusal is a value, not an exception.

    carrier: an open connection.
    recorder: keeps the record, and knows what would become of octets that were sent now.
    transcript: all exchanges so far.
    standing: the state, and what else the replies tell: whether there is TLS, and a login.
    """

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.recorder = Recorder()
        self.transcript, self.standing = self.recorder.transcript, self.recorder.standing
        self._wholly(self._hear_greeting)

    @property
    def state(self) -> State:
        """The state of the session, as far as the replies tell."""
        return self.standing.state

    def send(self, line: str | bytes) -> Exchange:
        """Sends one line, CRLF added, and waits for its reply if one is due.

        After 354 the lines are message text, which draws no reply until a lone dot ends it.
        A reply that an interrupted call did not wait for is waited for first.
        Raises: LessonError if it is no line; WireError if the session is closed or what comes
            is no reply, and then the connection is closed.
        """
        return self.send_raw(self._line(line))[0]

    def pipeline(self, lines: Iterable[str | bytes]) -> list[Exchange]:
        """Sends several lines at once and returns their exchanges (RFC 2920)."""
        _refuse_one_text(lines)
        return self.send_raw(b"".join(map(self._line, lines)))

    def send_raw(self, octets: str | bytes) -> list[Exchange]:
        """Sends octets, or a text's, as they are, mistakes included; returns what they drew."""
        octets = _octets(octets)
        self._catch_up()
        if self.state is State.CLOSED:
            raise WireError("the session is closed; connect again to go on")
        start = len(self.transcript)
        self.recorder.sent(octets)
        self._wholly(self.carrier.send, octets)
        self._hear()
        return self.transcript.exchanges[start:]

    def send_text(self, text: str | bytes) -> Exchange:
        """Sends a message text after 354: lines made CRLF, dots doubled, the lone dot added.

        Raises: LessonError if no text was asked for, so that it cannot go out as commands.
        Source: RFC 5321 §4.5.2.
        """
        self._catch_up()
        if self.state is not State.CONTENT:
            raise LessonError(f"no message text is expected in state {self.state}: 354 asks for it")
        lines = _octets(text).splitlines()
        stuffed = b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)
        return self.send_raw(stuffed + b".\r\n")[0]

    def start_tls(self) -> Exchange:
        """Sends STARTTLS and makes the handshake if the server agrees."""
        return self.send("STARTTLS")

    def login(self, user: str, password: str) -> Exchange:
        """Authenticates with PLAIN (RFC 4616)."""
        response = b64encode(_octets(f"\0{user}\0{password}")).decode()
        return self.send(f"AUTH PLAIN {response}")

    def send_mail(
        self, sender: str, recipients: str | Sequence[str], text: str | bytes
    ) -> Transcript:
        """Sends a message, step by step as a polite client would, and returns its exchanges.

        EHLO comes first if it has not been said, or HELO where EHLO is not known. It goes on
        while one recipient is accepted, and says RSET if none is.
        """
        self._catch_up()
        start = len(self.transcript)
        everyone = [recipients] if isinstance(recipients, str) else recipients
        if self.state is State.CONNECTED and self.send("EHLO client.example").code in (500, 502):
            self.send("HELO client.example")  # to a server without extensions (RFC 5321 §3.2)
        if self.state is State.GREETED:
            self.send(f"MAIL FROM:<{sender}>")
        if self.state is State.SENDER:
            for recipient in everyone:
                self.send(f"RCPT TO:<{recipient}>")
                if self.transcript[-1].after is State.CLOSED:
                    break
        if self.state is State.RECIPIENT:
            self.send("DATA")
        if self.state is State.CONTENT:
            self.send_text(text)
        if self.state in (State.SENDER, State.RECIPIENT):
            self.send("RSET")
        return self.transcript[start:]

    def close(self) -> None:
        """Ends the connection, without QUIT if the session is still open."""
        self.carrier.close()
        self.recorder.closed()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and self.state in (State.CONNECTED, State.GREETED, State.REFUSED):
                self.send("QUIT")
        finally:
            self.close()

    def __repr__(self) -> str:
        return f"<Client, state {self.state}, {len(self.transcript)} exchanges>"

    def _line(self, line: str | bytes) -> bytes:
        """The octets of one line, CRLF added."""
        octets = _octets(line)
        if b"\n" in octets or b"\r" in octets:
            seen = self.recorder.shown(octets)[:60]
            raise LessonError(f"send takes one line without its end, not {seen!r}")
        return octets + b"\r\n"

    def _wholly(self, step: Callable[..., None], *octets: bytes) -> None:
        """Takes a step that cannot be gone on with: if anything stops it, the connection ends."""
        try:
            step(*octets)
        except BaseException:  # Ctrl-C too: half a step has no way back
            self.close()
            raise

    def _hear_greeting(self) -> None:
        self._hear()
        if not self.transcript.codes:
            raise WireError("connection closed without a reply, where a greeting was expected")

    def _catch_up(self) -> None:
        """Waits for what a call that was interrupted did not wait for."""
        if self.recorder.awaits_reply:
            self._hear()

    def _hear(self) -> None:
        """Reads until nothing more is owed, and what else has come by then."""
        try:
            while self.recorder.awaits_reply:
                if octets := self.carrier.receive():
                    self.recorder.received(octets)
                else:
                    self.recorder.closed()
            if self.state is State.TLS:
                self._wholly(self.carrier.start_tls)
                self.recorder.tls_started()
            elif self.state is not State.CLOSED and (more := self.carrier.arrived()):
                self.recorder.received(more)
            self.recorder.flush_text()
        except WireError:
            self.close()
            raise
        if self.state is State.CLOSED:
            self.carrier.close()


def _refuse_one_text(lines: object) -> None:
    """A text is no list of lines, although Python would go through its characters."""
    if isinstance(lines, str | bytes):
        raise LessonError("a list of lines is expected, not one text")


def _octets(text: str | bytes) -> bytes:
    """The octets of a text; an error does not show it, because it may contain a password."""
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise LessonError(f"{shown(text)} cannot be sent: a text or octets are expected")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise LessonError(f"a text with half a character cannot be sent: {error}") from error
