"""The client: say lines, get exchanges, keep the transcript."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Self

from smtplesson.errors import LessonError, WireError
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
    Raises: WireError if nobody answers; ScenarioError if the scenario is unknown.
    """
    if isinstance(to, int):
        return Client(TcpCarrier(to))
    if isinstance(to, str | Scenario):
        return Client(MemoryCarrier(Host(to, seed=seed)))
    if isinstance(to, Host):
        return Client(MemoryCarrier(to))
    return Client(TcpCarrier(to.port))


class Client:
    """One session as the client sees it. A refusal is a value, not an exception.

    carrier: an open connection.
    name: what EHLO says in `send_mail`.
    """

    def __init__(self, carrier: Carrier, name: str = "client.example") -> None:
        self.carrier = carrier
        self.name = name
        self._recorder = Recorder()
        self._await_replies()

    @property
    def transcript(self) -> Transcript:
        """All exchanges so far."""
        return self._recorder.transcript

    @property
    def state(self) -> State:
        """The state of the session, as far as the replies tell."""
        return self._recorder.state

    def send(self, line: str | bytes) -> Exchange:
        """Sends one line, CRLF added, and waits for its reply if one is due.

        After 354 the lines are message text, which draws no reply until a lone dot ends it.
        Raises: WireError if the session is closed or what comes is no reply.
        """
        octets = line.encode() if isinstance(line, str) else line
        if b"\n" in octets or b"\r" in octets:
            shown = self.shown(octets)[:60]
            raise LessonError(f"send takes one line without its end, not {shown!r}")
        return self._said(octets + b"\r\n")[0]

    def pipeline(self, lines: Iterable[str]) -> list[Exchange]:
        """Sends several lines at once and returns their exchanges (RFC 2920)."""
        return self._said("".join(f"{line}\r\n" for line in lines).encode())

    def send_raw(self, octets: bytes) -> list[Exchange]:
        """Sends octets as they are, mistakes included, and returns what they drew."""
        return self._said(octets)

    def send_text(self, text: str | bytes) -> Exchange:
        """Sends a message text after 354: lines made CRLF, dots doubled, the lone dot added.

        Source: RFC 5321 §4.5.2.
        """
        octets = text.encode() if isinstance(text, str) else text
        lines = octets.splitlines()
        stuffed = b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)
        return self._said(stuffed + b".\r\n")[-1]

    def shown(self, octets: bytes) -> bytes:
        """What a transcript would show of these octets if they were sent now."""
        return self._recorder.shown(octets)

    def start_tls(self) -> Exchange:
        """Sends STARTTLS and makes the handshake if the server agrees."""
        return self.send("STARTTLS")

    def login(self, user: str, password: str) -> Exchange:
        """Authenticates with PLAIN (RFC 4616)."""
        response = b64encode(f"\0{user}\0{password}".encode()).decode()
        return self.send(f"AUTH PLAIN {response}")

    def send_mail(
        self, sender: str, recipients: str | Sequence[str], text: str | bytes
    ) -> Transcript:
        """Sends a message, step by step as a polite client would, and returns its exchanges.

        EHLO comes first if it has not been said, or HELO where EHLO is not known. It goes on
        while one recipient is accepted, and says RSET if none is.
        """
        start = len(self.transcript)
        everyone = [recipients] if isinstance(recipients, str) else recipients
        if self.state is State.CONNECTED:
            refused = self.send(f"EHLO {self.name}").code in (500, 502)
            if refused:  # a server from before extensions (RFC 5321 §3.2)
                self.send(f"HELO {self.name}")
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
        self._recorder.closed()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self.state in (State.CONNECTED, State.GREETED, State.REFUSED):
            self.send("QUIT")
        self.close()

    def __repr__(self) -> str:
        return f"<Client, state {self.state}, {len(self.transcript)} exchanges>"

    def _said(self, octets: bytes) -> list[Exchange]:
        """The exchanges that sending these octets adds."""
        if self.state is State.CLOSED:
            raise WireError("the session is closed; connect again to go on")
        start = len(self.transcript)
        self._recorder.sent(octets)
        self.carrier.send(octets)
        self._await_replies()
        self._recorder.flush_text()
        return self.transcript.exchanges[start:]

    def _await_replies(self) -> None:
        """Reads until nothing more is owed, and what else has come by then."""
        while self._recorder.awaits_reply:
            self._take(self.carrier.receive())
        if self.state is State.TLS:
            self.carrier.start_tls()
            self._recorder.tls_started()
        elif self.state is not State.CLOSED and (more := self.carrier.arrived()):
            self._take(more)

    def _take(self, octets: bytes) -> None:
        if octets:
            self._recorder.received(octets)
        else:
            self._recorder.closed()
