"""The client: what it says, what it takes for a reply, and the same record over any carrier."""

import socket
import struct
import threading
import time
from base64 import b64encode
from typing import Any

import pytest

from smtplesson.errors import LessonError, ScenarioError, WireError
from smtplesson.loopback.carriers import MemoryCarrier, TcpCarrier
from smtplesson.loopback.client import Client, connect, converse
from smtplesson.loopback.host import Host
from smtplesson.loopback.server import Server, serve
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.scenario import Rule, Scenario
from smtplesson.protocol.scenario_file import scenario
from smtplesson.protocol.states import State
from tests.conftest import TRANSACTION, toml
from tests.loopback.helpers import (
    DATA,
    GREET,
    MAIL,
    RCPT,
    Step,
    answering,
    in_memory,
    over_tcp,
    run,
)

PROOF = b64encode(b"\0alice\0wonderland").decode()
CUSTOM = toml(
    'users = ["alice"]\ntolerate = ["bare LF"]\n[limits]\nerrors = 4\nmessage = 500\n'
    '[[rule]]\nat = "VRFY"\nmatch = "drop"\ndrop = true\n'
    '[[rule]]\nat = "VRFY"\nmatch = "close"\nreply = "450 4.3.0 enough"\nclose = true\n'
    '[[rule]]\nat = "VRFY"\nmatch = "slow"\nreply = "252 2.0.0 in a while"\ndelay = 0.02\n'
    '[[rule]]\nat = "AUTH"\ndrop = true\n'
    '[[rule]]\nat = "end-of-data"\nreply = "421 4.3.2 good night"\n'
)
SCRIPTS: dict[str, tuple[str | Scenario, list[Step]]] = {
    "mail": ("example", [*DATA, "Subject: hi", "", "..dot", ".", "QUIT"]),
    "mail in one piece": ("example", [TRANSACTION, b"hello\r\n.\r\nQUIT\r\n"]),
    "pipelining": ("example", [[*DATA, "hello", ".", "NOOP"], [*MAIL[1:], "DATA", "RSET"]]),
    "half lines": (
        "example",
        [b"NO", b"OP\r\nHE", b"LP\r\n", *RCPT, b"DA", b"TA\r\nte", b"xt\r\n.\r\n"],
    ),
    "crumbs": ("example", [*DATA, *(bytes([octet]) for octet in b"hi\r\n..\r\n.\r\nNOOP\r\n")]),
    "refusals": ("example", ["RCPT TO:<a@b.c>", *MAIL, "RCPT TO:<nobody@example.test>", "DATA"]),
    "line ends": ("example", [b"NOOP\n", b"NOOP\nNOOP\r\n", "MAIL FROM: <a@b.c>", b"\r\n", b"\n"]),
    "nonsense": ("example", [b"\0\xff\x1b[2J\r\n", "ÄÖ", "MAIL FROM:<\u202e@b>", "x" * 600]),
    "many lines": ("helpful", ["HELP", "HELP MAIL", "VRFY smith", "EXPN staff", *GREET, "QUIT"]),
    "login": ("example", [*GREET, f"AUTH PLAIN {PROOF}", "AUTH PLAIN", *MAIL[1:]]),
    "step by step": ("example", [*GREET, "AUTH LOGIN", "YWxpY2U=", "d29uZGVybGFuZA==", "NOOP"]),
    "cancelled": ("example", [*GREET, "AUTH CRAM-MD5", "*", "AUTH LOGIN", "YQ==", "*", "NOOP"]),
    "TLS": ("example", [*GREET, "STARTTLS", *GREET, *DATA[1:], "safe", ".", "STARTTLS", "QUIT"]),
    "TLS in a heap": ("example", [[*GREET, "STARTTLS", "NOOP", "QUIT"], "NOOP", *GREET]),
    "strict": ("strict", [*MAIL, "STARTTLS", *MAIL, f"AUTH PLAIN {PROOF}", *MAIL[1:], b"NOOP\n"]),
    "unasked 421": ("example", ["X"] * 20),
    "421 in a heap": ("example", [["X"] * 25, "NOOP"]),
    "421 at the end": (CUSTOM, [*DATA, "hello", "."]),
    "refused greeting": ("closed", ["NOOP", *GREET, "QUIT"]),
    "no mail ever": ("closed", ["NOOP", *GREET, "QUIT"]),
    "no mail here": ("closed", [*RCPT, "QUIT"]),
    "dropped": (CUSTOM, ["NOOP", "VRFY drop", "NOOP"]),
    "dropped in a heap": (CUSTOM, [["NOOP", "VRFY drop", "NOOP"]]),
    "dropped at login": (CUSTOM, [*GREET, f"AUTH PLAIN {PROOF}"]),
    "dropped after a challenge": (CUSTOM, [*GREET, "AUTH PLAIN", PROOF]),
    "closed": (CUSTOM, ["VRFY close", "NOOP", "NOOP"]),
    "slow": (CUSTOM, ["VRFY slow", ["VRFY slow", "NOOP"], "NOOP"]),
    "too big": (CUSTOM, [*DATA, *["x" * 98] * 6, ".", "NOOP"]),
    "busy": ("busy", [*RCPT, "STARTTLS", "MAIL FROM:<a@b.c> SMTPUTF8", "DATA", "hi", "."]),
    "not finished": ("example", [*DATA, "half a text"]),
    "line not finished": ("example", [b"NOOP"]),
}
NTH = {"no mail ever": 2, "no mail here": 3, "busy": 4}  # session with the server; else the first


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_record_is_the_same_over_tcp_and_in_memory(name: str) -> None:
    (which, script), nth = SCRIPTS[name], NTH.get(name, 1)
    wire, memory = over_tcp(which, script, nth), in_memory(which, script, nth)
    assert wire.to_jsonl() == memory.to_jsonl()
    assert len(wire) > 1
    assert not any(word in wire.to_jsonl() for word in ("wonderland", PROOF, "d29uZGVybGFuZA"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_client_knows_the_servers_state(name: str) -> None:
    which, script = SCRIPTS[name]
    client = connect(which)
    assert isinstance(client.carrier, MemoryCarrier)
    session = client.carrier.session
    for step in script:
        if State.CLOSED in (client.state, session.state):
            break
        run(client, [step])
        assert client.state is session.state or session.state is State.CLOSED


# ---- connect


def test_connect_to_what(server: Server) -> None:
    for to in (server, server.port, server.host, "example", scenario("example")):
        with connect(to) as client:
            assert client.transcript.codes == [220]
    assert server.host.sessions == 3
    with pytest.raises(
        ScenarioError, match=r"'exmaple' is not a scenario; .* did you mean example"
    ):
        connect("exmaple")


NO_PORT, NO_SERVER = "^port = {}: 1 to 65,535 is allowed$", "a Server, its port, a Host, a Scenario"


@pytest.mark.parametrize(
    ("to", "said"),
    [
        *((port, NO_PORT.format(port)) for port in (0, -1, 65_536)),
        (10**5_000, NO_PORT.format("a number of many digits")),
        *((to, NO_SERVER) for to in (None, True, 2.5, b"example", [], [10**5000], object)),
    ],
    ids=range(11),
)
def test_connect_to_what_is_no_server(to: Any, said: str) -> None:
    with pytest.raises(LessonError, match=said):
        connect(to)


def test_a_delay_moves_the_virtual_clock_and_nobody_is_idle() -> None:
    for at, code, clock in (("connect", 220, 400), ("NOOP", 250, 1_200)):
        host = Host(Scenario("slow", rules=(Rule(at, Reply(code), delay=400),)))
        client = connect(host)
        assert [client.send("NOOP").code for _ in range(3)] == [250] * 3
        assert host.clock == clock


def test_a_farewell_that_nobody_asked_for() -> None:
    # RFC 5321 §3.8: 421 may come at any time; here while half a line has been sent.
    hasty = toml("[limits]\nidle = 0.1")
    host = Host(hasty)
    memory = connect(host)
    host.clock += 1
    assert memory.send_raw(b"NO") == [memory.transcript[-1]]
    with serve(hasty) as server:
        wire = connect(server)
        time.sleep(0.2)
        wire.send_raw(b"NO")
    for client in (memory, wire):
        assert client.transcript[-1].stage == "unasked"
        assert client.transcript.codes == [220, 421]
        assert client.state is State.CLOSED
    assert wire.transcript == memory.transcript


# ---- what may be sent


@pytest.mark.parametrize(
    ("line", "said"),
    [
        *((line, "one line without its end") for line in ("NOOP\r\nNOOP", "NOOP\r", b"a\nb")),
        *((line, "cannot be sent") for line in ("\ud800", "a\udcffb", None, 5)),
    ],
)
def test_send_takes_one_line(line: Any, said: str) -> None:
    client = connect()
    for send in (client.send, lambda line: client.pipeline(["NOOP", line])):
        with pytest.raises(LessonError, match=said):
            send(line)
    assert client.send("NOOP").code == 250
    assert client.transcript.codes == [220, 250]


@pytest.mark.parametrize("text", ["NOOP", b"NOOP", ""])
def test_one_text_is_no_list_of_lines(text: Any) -> None:
    for say in (connect().pipeline, lambda lines: converse("example", lines)):
        with pytest.raises(LessonError, match=r"^a list of lines is expected, not one text$"):
            say(text)


def test_octets_as_they_are_may_be_written_as_text() -> None:
    assert [each.code for each in connect().send_raw("NOOP\r\nHELP\r\n")] == [250, 214]


def test_pipelining_returns_each_exchange() -> None:
    said = connect().pipeline([*RCPT, "XYZZY"])
    assert [exchange.stage for exchange in said] == ["EHLO", "MAIL", "RCPT", "XYZZY"]
    assert [exchange.code for exchange in said] == [250, 250, 250, 500]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("", b""),
        ("hello", b"hello\r\n"),
        ("one\ntwo\r\nthree", b"one\r\ntwo\r\nthree\r\n"),
        (".\n..\n.a\na.\n", b".\r\n..\r\n.a\r\na.\r\n"),
        ("\n\n", b"\r\n\r\n"),
        ("ä", "ä\r\n".encode()),
        (b"\xff\0", b"\xff\0\r\n"),
    ],
)
def test_a_text_arrives_as_it_was(text: str | bytes, content: bytes) -> None:
    # RFC 5321 §4.5.2
    host = Host("example")
    client = connect(host)
    run(client, DATA)
    assert client.send_text(text).code == 250
    assert host.memory.messages[0].content == content


def test_send_mail_step_by_step() -> None:
    alice, bob, sender = "alice@example.test", "bob@example.test", "a@b.example"
    client = connect()
    stages = [each.stage for each in client.send_mail(sender, alice, "hi")]
    assert stages == ["EHLO", "MAIL", "RCPT", "DATA", "end-of-data"]
    assert client.send_mail(sender, [bob, alice], "hi").codes == [250, 452, 250, 354, 250]
    none = client.send_mail(sender, [bob, "x@example.test"], "hi")
    assert (none.codes, none[-1].stage) == ([250, 452, 550, 250], "RSET")
    assert client.send_mail("reply-451@example.test", alice, "hi").codes == [451]
    assert client.send_mail("", alice, "hi").codes == [250, 250, 354, 250]
    assert client.send_mail(sender, ["reply-421@example.test", alice], "hi").codes == [250, 421]
    assert client.state is State.CLOSED
    assert connect("closed").send_mail(sender, alice, "hi").codes == []


def test_with_says_goodbye() -> None:
    with connect() as client:
        pass
    assert client.transcript.codes == [220, 221]
    with connect("closed") as refused:
        pass
    assert refused.transcript.codes == [554, 221]
    with connect() as busy:
        run(busy, MAIL)
    assert busy.transcript[-1].notes == ("connection closed",)


def test_with_does_not_hide_an_error() -> None:
    def fails() -> Client:
        with connect() as client:
            raise KeyError(client)

    with pytest.raises(KeyError):
        fails()


# ---- what is no reply


@pytest.mark.parametrize("octets", [b"HTTP/1.1 400 Bad Request\r\n", b"101 eh\r\n", b"\xff\r\n"])
def test_a_server_that_speaks_something_else(octets: bytes) -> None:
    with answering(octets) as server, pytest.raises(WireError, match="is no SMTP reply") as error:
        connect(server.port)
    assert error.value.raw == octets


def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(WireError, match=r"no reply within 0\.1 seconds"):
            Client(TcpCarrier(port, timeout=0.1))


@pytest.mark.parametrize("octets", [b"", b"220", b"220-hello\r\n"])
def test_a_server_that_hangs_up_before_its_greeting(octets: bytes) -> None:
    due = "where a greeting was expected"
    with answering(octets, hangs_up=True) as server, pytest.raises(WireError, match=due):
        connect(server.port)
    with pytest.raises(WireError, match=due):
        connect(toml('[[rule]]\nat = "connect"\ndrop = true'))


def test_a_server_that_resets_before_its_greeting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def reset() -> None:
            connection, _ = listener.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

        thread = threading.Thread(target=reset)
        thread.start()
        with pytest.raises(WireError, match=r"a greeting was expected|Connection reset"):
            connect(listener.getsockname()[1])
        thread.join(5)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        # RFC 5321 §3.1: 554, and whatever else is no success; §3.8: 421; RFC 7504 §3: 521.
        *((code, "connected") for code in (220, 250)),
        *((code, "closed") for code in (221, 421)),
        *((code, "refused") for code in (334, 354, 450, 521, 554)),
    ],
)
def test_what_a_greeting_leads_to(code: int, state: str) -> None:
    with answering(f"{code} example.test\r\n".encode()) as server:
        client = connect(server.port)
        assert client.state == state
        assert client.transcript.codes == [code]
        assert server.left.wait(0.5) == (state == "closed")
        client.close()
    memory = connect(Scenario("ruled", rules=(Rule("connect", Reply(code)),)))
    assert memory.state == state


NO_REPLY = {
    b"hello\r\n": "is no SMTP reply",
    b"250 a\r\n25x b\r\n": "is no SMTP reply",
    b"250-a\r\n251 b\r\n": r"\[2.0, 251\]",
    b"250-a\r\n" * 10_000: "no end",
    b"250-" + b"a" * 70_000: "no end",
}


@pytest.mark.parametrize("junk", NO_REPLY, ids=["word", "second", "codes", "endless", "one line"])
def test_what_is_no_reply_is_told_once_and_closes_at_once(junk: bytes) -> None:
    with answering(junk.replace(b"250", b"220")) as server:
        with pytest.raises(WireError, match=NO_REPLY[junk]) as error:
            connect(server.port)
        assert server.left.wait(2)
        assert error.tb  # which keeps the socket alive until here
    with answering(b"220 hi\r\n", junk) as server:
        client = connect(server.port)
        with pytest.raises(WireError, match=NO_REPLY[junk]) as error:
            client.send("NOOP")
        assert "closed" not in str(error.value)
        assert server.left.wait(2)
        assert client.state is State.CLOSED
        with pytest.raises(WireError, match="the session is closed; connect again"):
            client.send("NOOP")
        assert client.transcript[1].sent == b"NOOP\r\n"


def test_a_goodbye_that_fails_is_told_once() -> None:
    def talk(port: int) -> None:
        with connect(port) as client:
            clients.append(client)

    clients: list[Client] = []
    with answering(b"220 hi\r\n", b"what?\r\n") as server:
        with pytest.raises(WireError, match="is no SMTP reply"):
            talk(server.port)
        assert server.left.wait(2)
    assert clients[0].state is State.CLOSED


# ---- what is no success

OK = b"250 ok\r\n"


def test_no_text_goes_out_that_was_not_asked_for() -> None:
    with answering(b"220 hi\r\n", OK, OK, OK, b"250 what?\r\n", OK) as server:
        client = connect(server.port)
        said = client.send_mail("a@b.example", "alice@example.test", "QUIT\nhello")
        assert said.codes == [250] * 5
        assert (said[-1].stage, client.state) == ("RSET", State.GREETED)
        with pytest.raises(LessonError, match="no message text is expected in state greeted"):
            client.send_text("hello")
        client.close()
    assert server.heard[-2:] == [b"DATA\r\n", b"RSET\r\n"]


STAGES = ["connect", "EHLO", "MAIL", "RCPT", "DATA", "end-of-data", "RSET", "NOOP", "STARTTLS"]


@pytest.mark.parametrize("at", [*STAGES, "AUTH", "unknown"])
@pytest.mark.parametrize("code", [220, 221, 235, 250, 334, 354, 355, 421, 450, 550])
def test_the_machine_and_its_client_agree_after_any_code(at: str, code: int) -> None:
    client = connect(Scenario("odd", rules=(Rule(at, Reply(code)),)))
    assert isinstance(client.carrier, MemoryCarrier)
    session = client.carrier.session
    auth = [f"AUTH PLAIN {PROOF}", "AUTH LOGIN", "YWxpY2U=", "d29uZGVybGFuZA==", "*"]
    for line in ("XYZZY", "NOOP", *GREET, *auth, "STARTTLS", *DATA, "hi", ".", "RSET", "NOOP"):
        if client.state is State.CLOSED:
            break
        client.send(line)
        assert client.state is session.state
    assert client.transcript.codes
    assert not (session.logged_in and code // 100 == 3)


# ---- interrupted


@pytest.mark.parametrize(
    ("before", "line", "late"),
    [
        ([], "NOOP", [("NOOP", 250)]),
        (GREET, "XYZZY", [("XYZZY", 500)]),
        (RCPT, "DATA", [("DATA", 354)]),
        ([*DATA, "hello"], ".", [("end-of-data", 250)]),
        (GREET, "STARTTLS", [("STARTTLS", 220), ("handshake", None)]),
        (GREET, ["NOOP", "RSET", "XYZZY"], [("NOOP", 250), ("RSET", 250), ("XYZZY", 500)]),
    ],
)
def test_a_reply_that_was_not_waited_for_goes_where_it_belongs(
    before: list[Step], line: Step, late: list[tuple[str, int | None]], monkeypatch: Any
) -> None:
    with serve() as server:
        client = connect(server)
        run(client, before)
        known = len(client.transcript)
        with monkeypatch.context() as patch:
            patch.setattr(client.carrier, "receive", interrupted)
            with pytest.raises(KeyboardInterrupt):
                run(client, [line])
        after = client.send("HELP")
        met = [(each.stage, each.code) for each in client.transcript[known:]]
        told = ("text", None) if late[-1] == ("DATA", 354) else ("HELP", 214)
        assert met == [*late, told]
        assert (after.stage, after.code) == told
        client.close()


def test_a_text_is_sent_once_its_late_354_has_come(monkeypatch: Any) -> None:
    client = connect()
    run(client, RCPT)
    with monkeypatch.context() as patch:
        patch.setattr(client.carrier, "receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            client.send("DATA")
    assert client.send_text("hello").code == 250


def interrupted(*_: object) -> bytes:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("call", "line"), [("send", "NOOP"), ("start_tls", "STARTTLS")])
def test_what_was_interrupted_halfway_cannot_go_on(call: str, line: str, monkeypatch: Any) -> None:
    with serve() as server:
        client = connect(server)
        run(client, GREET)
        monkeypatch.setattr(client.carrier, call, interrupted)
        with pytest.raises(KeyboardInterrupt):
            client.send(line)
        assert client.state is State.CLOSED
        with pytest.raises(WireError, match="the session is closed"):
            client.send("RSET")


def test_an_interrupt_before_the_greeting_closes_the_connection(monkeypatch: Any) -> None:
    monkeypatch.setattr(TcpCarrier, "receive", interrupted)
    with answering(b"") as server:
        with pytest.raises(KeyboardInterrupt) as error:
            connect(server.port)
        assert server.left.wait(2)
        assert error.tb  # which keeps the socket alive until here


# ---- before TLS


@pytest.mark.parametrize(
    "injected", [b"250-fake\r\n", b"250 fake\r\n", b"junk\r\n", b"354 fake\r\n250 f"]
)
def test_nothing_survives_the_handshake(injected: bytes) -> None:
    # RFC 3207 §4.2 and §6: what was said in clear may be anybody's word.
    with answering(b"220 hi\r\n", OK, b"220 go\r\n" + injected, b"250 real\r\n") as server:
        client = connect(server.port)
        client.send("EHLO a")
        assert client.start_tls().code == 220
        assert "octets received before it were discarded" in client.transcript[-1].notes
        assert str(client.send("EHLO a").reply) == "250 real"
        assert client.transcript.codes == [220, 250, 220, 250]
        client.close()


def test_the_last_words_are_heard_though_nothing_can_be_sent() -> None:
    with answering(b"220 hi\r\n", b"421 bye\r\n", hangs_up=True) as server:
        client = connect(server.port)
        client.send_raw(b"NOOP\r\n" * 1_000_000)
    assert client.transcript.codes == [220, 421]
    assert client.state is State.CLOSED


def test_client_and_host_show_what_they_are() -> None:
    host = Host("busy", seed=7)
    client = connect(host)
    client.send("EHLO client.example")
    assert repr(host) == "<Host busy, seed 7>"
    assert repr(client) == "<Client, state greeted, 2 exchanges>"


def test_an_old_server_is_greeted_with_helo() -> None:
    # RFC 5321 §3.2: a client that is told 500 or 502 for EHLO falls back to HELO.
    old = toml('[[rule]]\nat = "EHLO"\nreply = "502 EHLO is not known"')
    said = connect(old).send_mail("a@client.example", "alice@example.test", "Hi")
    assert [each.stage for each in said][:3] == ["EHLO", "HELO", "MAIL"]
    assert said.codes == [502, 250, 250, 250, 354, 250]


# ---- one conversation


def test_a_conversation_is_the_same_wherever_it_is_held(server: Server) -> None:
    said = ["EHLO a.example", "STARTTLS", "NOOP", "QUIT", "NOOP"]
    in_memory = converse("example", said)
    assert in_memory.codes == [220, 250, 220, 250, 221]  # nothing is said after the end
    assert converse(server, said) == in_memory
    client = connect("example")
    assert converse(client, said[:1]).codes == [220, 250]
    assert client.send("?+300").code == 500  # it stays open, and waits for nobody
