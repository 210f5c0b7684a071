"""The attacks: on the machine, on the client, and on all that reads text from strangers."""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterable
from functools import partial
from importlib.resources import files
from pathlib import Path
from random import Random

from smtplesson import explain, find_reply
from smtplesson.errors import LessonError, WireError
from smtplesson.loopback.carriers import MemoryCarrier
from smtplesson.loopback.client import Client, connect
from smtplesson.loopback.host import Host
from smtplesson.loopback.transcript import Transcript
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.scenario_file import parse_scenario, scenario, scenario_names
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State
from tests.conftest import Said, in_chunks, read_replies
from tests.fuzz import hostile
from tests.fuzz.case import Attack, Case
from tests.fuzz.naive import check_status, message, units

Stage = tuple[bytes, list[Said]]  # what was sent between two handshakes, and the answers


class OnMachine:
    """Feeds `Session.receive` in every scenario, cut in three ways, and judges what it says."""

    def __init__(self, session: Callable[..., Session] = Session) -> None:
        self.session = session

    def make(self, chance: Random) -> Case:
        setup = (chance.choice(scenario_names()), chance.randrange(100), chance.randrange(1, 100))
        parts = (hostile.client_lines(chance) for _ in range(chance.randrange(1, 4)))
        return Case(setup, tuple(parts))

    def fault(self, case: Case) -> str:
        chance = Random(repr(case))
        whole, by_octet = partial(in_chunks, size=1_000_000), partial(in_chunks, size=1)
        try:
            ways = (whole, by_octet, partial(hostile.cut, chance))
            played = [self._played(case, way) for way in ways]
            greeting, said, kept, state = played[0]
            if any(other != played[0] for other in played[1:]):
                return "the answers depend on how the octets were cut"
            texts = [text for part in said for text in _judged(*part, state)]
            if greeting and not read_replies(greeting):
                return "no greeting"
        except AssertionError as error:
            return str(error) or repr(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the fault looked for
            return f"raised {error!r}"
        return "" if texts == kept else f"stored {kept!r:.60}, and not {texts!r:.60}"

    def _played(
        self, case: Case, way: Callable[[bytes], Iterable[bytes]]
    ) -> tuple[bytes, list[Stage], list[bytes], State]:
        """Greeting, what was sent and answered between handshakes, messages and last state."""
        name, seed, number = case.setup
        memory = Memory()
        session = self.session(scenario(str(name)), seed=seed, number=number, memory=memory)
        greeting, said = session.open(), [(b"", list[Said]())]
        for part in case.parts:
            silent = session.state is State.CLOSED
            replies = b"".join([session.receive(piece) for piece in way(part)])
            assert not (silent and replies), "something was said on a closed connection"
            before, earlier = said[-1]
            said[-1] = (before + part, earlier + read_replies(replies))
            if session.state is State.TLS:
                early = session.receive(b"NOOP\r\n")
                assert not early, "something was said before the handshake"
                session.tls_started()
                said.append((b"", []))
        return greeting, said, [each.content for each in memory.messages], session.state


def _judged(sent: bytes, said: list[Said], state: State) -> list[bytes]:
    """The messages that the server said it took; fails if an answer breaks a rule."""
    taken = []
    for kind, octets, answer in units(sent, said):
        if answer is None:
            assert state is State.CLOSED, f"no reply to {octets[:60]!r}"
            break
        if octets[:4].upper() not in (b"EHLO", b"HELO"):
            check_status(answer, wanted=answer.code // 100 != 3)
        if kind == "text" and answer.code < 300:
            taken.append(message(octets))
    return taken


class OnMemory:
    """Feeds the machine octets without end, and looks at how many it keeps."""

    PIECE, TIMES = 65_536, 40

    def make(self, chance: Random) -> Case:
        pattern = chance.choice(
            (b"x", b"x\r", b"\0", b"\r\n", b".", b"\r\n.", b"NOOP x\r", b"\xff")
        )
        return Case(("example",), (hostile.client_lines(chance), pattern))

    def fault(self, case: Case) -> str:
        """What went wrong: more kept than a text with all its dots doubled, and a little."""
        if len(case.parts) < 2 or not case.parts[1]:
            return ""
        start, pattern = case.parts[:2]
        server = scenario(str(case.setup[0]))
        piece = (pattern * (self.PIECE // len(pattern) + 1))[: self.PIECE]
        session = Session(server)
        session.open()
        session.receive(start)
        tracemalloc.start()
        for _ in range(self.TIMES):
            session.receive(piece)
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        texts = self.PIECE * self.TIMES if session.state is State.CONTENT else 0
        bound = 1_000_000 + texts * 5 // 4  # a bytearray that grows keeps an eighth in reserve
        return "" if kept <= bound else f"{kept:,} octets kept"


class _Recited(MemoryCarrier):
    """A carrier whose server says what the case has written down, whatever it is sent."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        super().__init__(Host())
        self._parts = iter([*parts, b""])

    def send(self, octets: bytes) -> None:
        """Sends the octets nowhere."""

    def receive(self) -> bytes:
        """The next piece; empty when all has been said, as from a server that hangs up."""
        return next(self._parts, b"")

    def arrived(self) -> bytes:
        """Nothing comes before it is waited for."""
        return b""

    def start_tls(self) -> None:
        """A handshake that always works."""


class OnClient:
    """Lets a hostile server talk to the client while it does all that a client can do."""

    DEEDS: tuple[Callable[[Client], object], ...] = (
        lambda client: client.send("EHLO c"),
        lambda client: client.send("MAIL FROM:<a@b>"),
        lambda client: client.send("RCPT TO:<a@b>"),
        lambda client: client.send("DATA"),
        lambda client: client.send_text(".x"),
        lambda client: client.send_mail("a@b", ["c@d", "e@f"], "Subject: x"),
        lambda client: client.pipeline(["NOOP", "RSET", "DATA"]),
        lambda client: client.start_tls(),
        lambda client: client.login("alice", "wonderland"),
        lambda client: client.send_raw(b"x\n.\r\n"),
    )

    def make(self, chance: Random) -> Case:
        """What the server will say, and the numbers of what the client does meanwhile."""
        deeds = [chance.randrange(len(self.DEEDS)) for _ in range(chance.randrange(1, 9))]
        greeting = chance.choice((b"220 hello\r\n", b"220 hello\r\n", b""))
        said = greeting + b"".join(hostile.server_lines(chance) for _ in range(3))
        return Case(tuple(deeds), tuple(hostile.cut(chance, said)))

    def fault(self, case: Case) -> str:
        """What went wrong: another error than ours, or a session that goes on after one."""
        client = None
        try:
            client = Client(_Recited(case.parts))
            for deed in case.setup:
                self.DEEDS[int(deed)](client)
            str(client.transcript), client.transcript.to_jsonl(), client.transcript._repr_html_()
        except LessonError as error:
            if not str(error).isprintable():
                return f"an error that is not one printable line: {error!r}"
            if client and isinstance(error, WireError) and client.state is not State.CLOSED:
                return f"the session goes on after {error!r}"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the fault looked for
            return f"raised {error!r}"
        return ""


class OnReader:
    """Gives a reader of text what it should either understand or refuse in one line.

    sources: texts that it understands, to be broken; none for texts made of fragments.
    read: reads it; it may raise a LessonError.
    """

    def __init__(self, read: Callable[[str], object], sources: Iterable[str] = ()) -> None:
        self.read = read
        self.sources = [source.encode() for source in sources]

    def make(self, chance: Random) -> Case:
        if not self.sources:
            return Case((), (hostile.text(chance).encode("utf-8", "surrogatepass"),))
        text = chance.choice(self.sources)
        for _ in range(chance.randrange(1, 4)):
            text = hostile.broken(chance, text)
        return Case((), (text,))

    def fault(self, case: Case) -> str:
        text = b"".join(case.parts).decode("utf-8", "surrogateescape")
        try:
            str(self.read(text))
        except LessonError as error:
            return "" if str(error).isprintable() else f"more than one printable line: {error!r}"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the fault looked for
            return f"raised {error!r}"
        return ""


def _find(text: str) -> object:
    reply = find_reply(text)
    if reply and not (200 <= reply.code <= 599 and f"{reply.code}" in text):
        raise AssertionError(f"a code that is not in the text: {reply.code}")
    return reply


def _load_transcript(text: str) -> Transcript:
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
        file.flush()
        return Transcript.load(Path(file.name))


def _transcript() -> str:
    with connect("example") as client:
        client.send_mail("a@b.example", ["alice@example.test", "bob@example.test"], "Subject: x")
    return client.transcript.to_jsonl()


def _scenario_texts() -> list[str]:
    folder = files("smtplesson.protocol") / "scenarios"
    return [(folder / f"{name}.toml").read_text("utf-8") for name in scenario_names()]


def attacks() -> dict[str, Attack]:
    """All attacks by name."""
    return {
        "machine": OnMachine(),
        "memory": OnMemory(),
        "client": OnClient(),
        "find_reply": OnReader(_find),
        "explain": OnReader(explain),
        "scenario": OnReader(lambda text: parse_scenario(text, "hostile"), _scenario_texts()),
        "transcript": OnReader(_load_transcript, [_transcript()]),
    }
