"""What real servers answered to the same octets, and what we answer.

`sessions.json` was recorded on loopback from Postfix 3.7.11, Exim 4.96, OpenSMTPD 6.8.0p2,
sendmail 8.17.1.9 and aiosmtpd 1.4.6 (`postfix_strict`: with bare line feeds normalised; smuggling
sessions only), all with the mailboxes of the scenario `example`. Only reply codes were kept.

A step is what was sent; or a table with `send` (a text, or parts, of which {"repeat": [x, n]}
stands for n times x; missing: only read), `action` (tls: a handshake; eof: half-close; close;
reconnect), `only_if` (sent only after a reply that begins so), `expect` (replies awaited),
`policy` (the answer hangs on mailboxes or relaying, on which aiosmtpd takes everything) and
`max_replies` (more are a security hole, whoever does it).
An answer is the codes joined by "+", "250x3" for three in a row, "-" for none, "skip" where
`only_if` was not met, "gone" after a close, "?" after a handshake that the recording itself
failed at; "!" behind it says that the server hung up.

A step agrees if our codes are those of some real server. Real servers err too: this is evidence.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from smtplesson.loopback.host import Host
from smtplesson.protocol.states import State
from tests.conftest import codes, read_replies

SESSIONS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("sessions.json").read_text("ascii")
)

# Where no real server does as we do, and the clause that makes ours right.
BY_THE_BOOK = {
    "ma-02/2": "RFC 5321 §4.1.1.2 and §4.1.2: a Reverse-path has angle brackets, so 501",
    "rc-07/4": "RFC 5321 §4.5.3.1.1: 65 octets of local-part are too many, whoever has the mailbox",
    "rc-09/4": "RFC 5321 §4.5.3.1.3 and §4.5.3.1.9: 501 for a path of 257 octets",
    "da-05/9": "RFC 5321 §4.5.3.1.6 and §4.5.3.1.9: 500 for a text line of 1001 octets",
    "bd-01/4": "RFC 5321 §4.2.4: BDAT is known and not offered, so 502; then RFC 3030 §2: its "
    "octets are read as commands",
    "bd-03/2": "RFC 5321 §4.2.4: as for bd-01, and before any question of order",
    "bd-05/6": "RFC 5321 §4.2.4: as for bd-01",
}
SKIP, GONE, UNKNOWN = "skip", "gone", "?"


class Answer(NamedTuple):
    """How one step went: SKIP, GONE, UNKNOWN or the codes, and whether the server hung up."""

    codes: tuple[int, ...] | str
    closed: bool = False

    @property
    def first_digits(self) -> tuple[int, ...] | str:
        """The classes of the replies."""
        return self.codes if isinstance(self.codes, str) else tuple(c // 100 for c in self.codes)


def answer_from(token: str) -> Answer:
    told, closed = token.removesuffix("!"), token.endswith("!")
    if told in (SKIP, GONE, UNKNOWN):
        return Answer(told, closed)
    runs = [each.partition("x") for each in told.split("+")] if told != "-" else []
    return Answer(tuple(int(code) for code, _, n in runs for _ in range(int(n or 1))), closed)


def octets_of(send: str | list[Any] | None) -> bytes:
    parts = [send] if isinstance(send, str) else send or []
    texts = [
        each if isinstance(each, str) else each["repeat"][0] * each["repeat"][1] for each in parts
    ]
    return "".join(texts).encode("latin-1")


def replayed(steps: list[Any]) -> tuple[list[Answer], bytes]:
    """What our machine answers, step by step and all in one."""
    host = Host("example")
    session, greeting, last, gone = host.session(), True, "", False
    answers, everything = [], b""
    for each in steps:
        step = {"send": each} if isinstance(each, str) else each
        action = step.get("action")
        if action == "reconnect":
            session, greeting, gone = host.session(), True, False
        if gone:
            answers.append(Answer(GONE, True))
            continue
        if not last.startswith(step.get("only_if", "")):
            answers.append(Answer(SKIP))
            last = ""
            continue
        if action == "tls":
            assert session.state is State.TLS
            session.tls_started()
        said = session.open() if greeting else b""
        said += session.receive(octets_of(step.get("send")))
        greeting, everything = False, everything + said
        found = codes(said)
        gone = session.state is State.CLOSED or action in ("eof", "close")
        last = str(found[-1]) if found else ""
        answers.append(Answer(tuple(found), gone))
    return answers, everything


@dataclass
class Score:
    """The comparison of all steps. Flags hold the places of what is grave."""

    steps: int = 0
    disagree: dict[str, str] = field(default_factory=dict)
    clear: int = 0  # steps on which most real servers agree
    with_most: int = 0  # ... and we with them
    flags: dict[str, list[str]] = field(default_factory=dict)

    def flag(self, name: str, place: str) -> None:
        self.flags.setdefault(name, []).append(place)


def compare(score: Score, place: str, step: Any, ours: Answer, real: dict[str, Answer]) -> None:
    """Adds one step to the score."""
    policy = isinstance(step, dict) and step.get("policy", False)
    counted = {
        name: answer
        for name, answer in real.items()
        if answer.codes != UNKNOWN and not (policy and name == "aiosmtpd" and len(real) > 1)
    }
    answered = [answer for answer in counted.values() if answer.codes not in (SKIP, GONE)]
    if ours.codes in (SKIP, GONE):
        if len(answered) < len(counted) or not answered:
            return  # some real server went the same way
    elif not answered:
        return  # nothing to compare with
    score.steps += 1
    most = step.get("max_replies", 9_999) if isinstance(step, dict) else 9_999
    unsafe = not isinstance(ours.codes, str) and len(ours.codes) > most
    if unsafe or ours.codes not in [answer.codes for answer in answered]:
        theirs = {name: answer.codes for name, answer in real.items()}
        score.disagree[place] = f"ours {ours.codes}, real {theirs}"
    top, votes = Counter(answer.codes for answer in answered).most_common(1)[0]
    if votes * 2 > len(answered):
        score.clear += 1
        score.with_most += ours.codes == top
    if unsafe:
        score.flag("unsafe", place)
    if ours.first_digits not in [answer.first_digits for answer in answered]:
        score.flag("class", place)
    if not isinstance(ours.codes, str):
        if len(ours.codes) > max(len(answer.codes) for answer in answered):
            score.flag("unsolicited", place)
        if not ours.codes and all(answer.codes for answer in answered):
            score.flag("hang", place)
        if ours.closed not in [answer.closed for answer in answered]:
            score.flag("closed", place)


@pytest.fixture(scope="module")
def score() -> Score:
    total = Score()
    for session in SESSIONS:
        real = {
            name: [answer_from(token) for token in tokens.split()]
            for name, tokens in session["answers"].items()
        }
        ours, _ = replayed(session["steps"])
        for at, step in enumerate(session["steps"]):
            theirs = {name: answers[at] for name, answers in real.items()}
            compare(total, f"{session['id']}/{at}", step, ours[at], theirs)
    return total


def test_nothing_grave_is_different(score: Score) -> None:
    assert score.flags == {}


def test_where_we_differ_we_have_a_reason(score: Score) -> None:
    assert set(score.disagree) == set(BY_THE_BOOK), score.disagree
    assert all("RFC" in reason for reason in BY_THE_BOOK.values())


def test_we_agree_with_real_servers(score: Score) -> None:
    print(f"agree {score.steps - len(score.disagree)} of {score.steps} steps")
    print(f"with most real servers {score.with_most} of {score.clear}")
    assert score.steps > 750
    assert score.steps - len(score.disagree) >= 0.99 * score.steps
    assert score.with_most >= 0.95 * score.clear


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session["id"])
def test_enhanced_codes_fit(session: dict[str, Any]) -> None:
    # RFC 2034 §4: the class is the reply's first digit.
    for reply in read_replies(replayed(session["steps"])[1]):
        assert {status[:1] for status in reply.statuses} <= {"", str(reply.code)[0]}


def test_the_recording_is_whole() -> None:
    assert len(SESSIONS) == 126
    for session in SESSIONS:
        assert {len(tokens.split()) for tokens in session["answers"].values()} == {
            len(session["steps"])
        }
        assert len(session["answers"]) >= 5
