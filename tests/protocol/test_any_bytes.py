"""Whatever arrives, in whatever pieces: a valid answer, never an exception, bounded memory.

The examples are the same at every run and on every machine.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from smtplesson.errors import WireError
from smtplesson.protocol.reply import Reply, parse_reply
from smtplesson.protocol.scenario_file import scenario
from smtplesson.protocol.session import Session
from smtplesson.protocol.states import State
from tests.conftest import DATA, EHLO, MAIL, RCPT, TRANSACTION, cut_at, read_replies, started, toml

REPEATABLE = settings(derandomize=True, deadline=None, max_examples=200)

SMALL = toml(
    'users = ["alice"]\naccounts = { alice = "wonderland" }\nin_band = true\n'
    'tolerate = ["bare LF", "extra space"]\n'
    "[limits]\nmessage = 300\nrecipients = 3\nerrors = 12"
)
# What may be left in the buffer: an unfinished line of an authentication exchange (RFC 4954
# §4), or an unfinished text with all its dots doubled and one line to spare.
BOUND = max(12_288, 300 * 4 // 3 + 1_000) + 5

VERBS = st.sampled_from(
    [
        *(b"EHLO client.example", b"HELO client.example", b"EHLO", b"NOOP", b"RSET", b"HELP"),
        *(b"MAIL FROM:<a@b.example>", b"MAIL FROM:<>", b"MAIL FROM:<a@b> SIZE=9", b"mail from:x"),
        *(b"RCPT TO:<alice@example.test>", b"RCPT TO:<x@example.test>", b"DATA", b"DATA", b"."),
        *(b"AUTH PLAIN", b"AUTH LOGIN", b"AUTH CRAM-MD5", b"AUTH PLAIN AGEAYg==", b"*", b"eA=="),
        *(b"RCPT TO:<reply-452@example.test>", b"RCPT TO:<data-reply-554@example.test>"),
        *(b"VRFY alice", b"VRFY \xff@", b"EXPN staff", b"BDAT 1", b"STARTTLS", b"QUIT", b""),
        *(b"x" * 505, b"x" * 600, b"A" * 13_000, b"..", b". ", b"\0", b"\xff\xfe", b"\xc3\xa9"),
        b"MAIL FROM:<\xc3\xa9@b> SMTPUTF8",
        b"MAIL FROM:<\xed\xa0\x80@b> SMTPUTF8",
    ]
)
ENDS = st.sampled_from([b"\r\n"] * 12 + [b"\n", b"\r", b"", b"\r\n.\r\n", b"\n.\n", b"\r\r\n"])
PLAUSIBLE = st.lists(st.tuples(VERBS, ENDS).map(b"".join), max_size=40).map(b"".join)
# Most of the interesting states lie behind a greeting, a transaction or a 334.
STARTS = st.sampled_from(
    [b"", EHLO, EHLO + MAIL, EHLO + MAIL + RCPT + DATA, EHLO + b"AUTH LOGIN\r\n"]
)
MIXED = st.one_of(st.binary(max_size=200), PLAUSIBLE)
OCTETS = st.tuples(STARTS, st.lists(MIXED, max_size=4).map(b"".join)).map(b"".join)


@REPEATABLE
@given(octets=OCTETS, cuts=st.lists(st.integers(0, 40_000), max_size=30))
def test_cuts_change_nothing_and_memory_stays_small(octets: bytes, cuts: list[int]) -> None:
    session, answers = started(SMALL), []
    for piece in cut_at(octets, cuts):
        answers.append(session.receive(piece))
        assert len(session._buffer) <= BOUND
    assert b"".join(answers) == started(SMALL).receive(octets)
    read_replies(b"".join(answers))  # each line valid


@REPEATABLE
@given(octets=OCTETS, cuts=st.lists(st.integers(0, 40_000), max_size=5))
def test_a_session_says_the_same_in_bursts_and_tells_all_of_it(
    octets: bytes, cuts: list[int]
) -> None:
    session, answers = started(SMALL), []
    told: list[tuple[bytes, bytes]] = []
    session.burst, session.tell = 1, lambda sent, reply: told.append((sent, reply))
    for piece in cut_at(octets, cuts):
        answers.append(session.receive(piece))
        while session.is_behind:
            answers.append(session.receive(b""))
    assert b"".join(answers) == started(SMALL).receive(octets)
    assert b"".join(reply for _, reply in told) == b"".join(answers)
    end = 0  # what was heard is told in order, and nothing twice
    for sent, _ in told:
        assert sent in octets[end:]
        end = octets.index(sent, end) + len(sent)


@REPEATABLE
@given(
    name=st.sampled_from(["busy", "closed", "example", "greylist", "helpful", "strict"]),
    number=st.integers(1, 100),
    pieces=st.lists(st.tuples(OCTETS, st.floats(0, 400)), max_size=8),
)
def test_every_scenario_stands_it(
    name: str, number: int, pieces: list[tuple[bytes, float]]
) -> None:
    session, now = Session(scenario(name), number=number), 0.0
    read_replies(session.open(now))
    for octets, wait in pieces:
        now += wait
        read_replies(session.idle(now) + session.receive(octets, now))
        if session.state is State.TLS:
            session.tls_started()


def reply_in(octets: bytes) -> Reply | WireError:
    try:
        return parse_reply(octets)
    except WireError as error:
        return error


@REPEATABLE
@given(
    octets=st.one_of(
        st.binary(max_size=60),
        st.from_regex(rb"\A([0-9]{2,4}[ -]?[ -~]{0,9}\r?\n){1,3}\Z"),
    )
)
def test_whatever_a_server_says_is_a_reply_or_a_wire_error(octets: bytes) -> None:
    found = reply_in(octets)
    if isinstance(found, WireError):
        assert found.raw == octets or found.raw in octets.splitlines(keepends=True)
    else:
        assert all(line[:3] == b"%d" % found.code for line in octets.splitlines())
        assert 200 <= found.code <= 559


@REPEATABLE
@given(
    code=st.sampled_from([211, 250, 354, 421, 450, 550, 554]),
    text=st.text(list(map(chr, range(32, 127))), max_size=1_200),
    status=st.sampled_from(["", "1.1", "7.509"]),
)
def test_what_is_sent_can_be_read_back(code: int, text: str, status: str) -> None:
    enhanced = f"{code // 100}.{status}" if status and code != 354 else ""
    octets = Reply(code, text, enhanced).octets
    (said,) = read_replies(octets)
    assert said.code == code
    prefix = f"{enhanced} ".encode() if enhanced else b""
    assert b"".join(each.removeprefix(prefix) for each in said.texts).decode() == text


# Surrogates too. (To leave them out, Hypothesis would first go through all of Unicode.)
@REPEATABLE
@given(text=st.text(st.characters(exclude_categories=()), max_size=40))
def test_no_text_can_leave_its_line(text: str) -> None:
    (said,) = read_replies(Reply(250, text).octets)
    assert said.code == 250
    assert len(said.texts) == len(text.split("\n"))


def test_an_endless_line_and_an_endless_text_are_not_kept() -> None:
    for way in (b"", EHLO + b"AUTH PLAIN\r\n", TRANSACTION):
        session = started(SMALL, way)
        for _ in range(40):
            assert session.receive(b"x" * 65_536) == b""
            assert len(session._buffer) <= BOUND
