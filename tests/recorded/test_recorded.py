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


class Verdict(NamedTuple):
    """How one of our answers compares with those of real servers."""

    agrees: bool
    with_most: bool | None  # None where most real servers do not agree with each other
    grave: list[str]
    told: str


def compare(step: Any, ours: Answer, real: dict[str, Answer]) -> Verdict | None:
    """The verdict on one step, or None where there is nothing to compare."""
    options = step if isinstance(step, dict) else {}
    no_policy = options.get("policy", False) and len(real) > 1
    counted = [
        answer
        for name, answer in real.items()
        if answer.codes != UNKNOWN and not (no_policy and name == "aiosmtpd")
    ]
    answered = [answer for answer in counted if answer.codes not in (SKIP, GONE)]
    if not answered or (ours.codes in (SKIP, GONE) and len(answered) < len(counted)):
        return None  # or some real server went the same way
    theirs = [answer.codes for answer in answered]
    top, votes = Counter(theirs).most_common(1)[0]
    said = [] if isinstance(ours.codes, str) else [ours.codes]
    grave = {
        "unsafe": any(len(codes) > options.get("max_replies", 9_999) for codes in said),
        "class": ours.first_digits not in [answer.first_digits for answer in answered],
        "unsolicited": any(len(codes) > max(map(len, theirs)) for codes in said),
        "hang": any(not codes for codes in said) and all(theirs),
        "closed": bool(said) and ours.closed not in [answer.closed for answer in answered],
    }
    told = {name: answer.codes for name, answer in real.items()}
    return Verdict(
        agrees=not grave["unsafe"] and ours.codes in theirs,
        with_most=ours.codes == top if votes * 2 > len(answered) else None,
        grave=[name for name, found in grave.items() if found],
        told=f"ours {ours.codes}, real {told}",
    )


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    """Session and number of each step that can be compared, and the verdict on it."""
    found = {}
    for session in SESSIONS:
        ours, _ = replayed(session["steps"])
        real = {name: tokens.split() for name, tokens in session["answers"].items()}
        for at, step in enumerate(session["steps"]):
            theirs = {name: answer_from(tokens[at]) for name, tokens in real.items()}
            if verdict := compare(step, ours[at], theirs):
                found[f"{session['id']}/{at}"] = verdict
    return found


def test_nothing_grave_is_different(verdicts: dict[str, Verdict]) -> None:
    assert [(place, each) for place, each in verdicts.items() if each.grave] == []


def test_where_we_differ_we_have_a_reason(verdicts: dict[str, Verdict]) -> None:
    disagree = {place: each.told for place, each in verdicts.items() if not each.agrees}
    assert set(disagree) == set(BY_THE_BOOK), disagree
    assert all("RFC" in reason for reason in BY_THE_BOOK.values())


def test_we_agree_with_real_servers(verdicts: dict[str, Verdict]) -> None:
    agree = [each.agrees for each in verdicts.values()]
    with_most = [each.with_most for each in verdicts.values() if each.with_most is not None]
    print(f"agree {sum(agree)} of {len(agree)} steps")
    print(f"with most real servers {sum(with_most)} of {len(with_most)}")
    assert len(agree) > 750
    assert sum(agree) >= 0.99 * len(agree)
    assert sum(with_most) >= 0.95 * len(with_most)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session["id"])
def test_enhanced_codes_fit(session: dict[str, Any]) -> None:
    # RFC 2034 §4: the class is the reply's first digit.
    for reply in read_replies(replayed(session["steps"])[1]):
        assert {status[:1] for status in reply.statuses} <= {"", str(reply.code)[0]}


def test_the_recording_is_whole() -> None:
    assert len(SESSIONS) == 126
    for session in SESSIONS:
        lengths = {len(tokens.split()) for tokens in session["answers"].values()}
        assert lengths == {len(session["steps"])}
        assert len(session["answers"]) >= 5
