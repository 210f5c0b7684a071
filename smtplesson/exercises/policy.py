"""The open task: a retry policy that the learner writes, played on the virtual clock.

A policy is a function of a reply code and the minutes since the first attempt. It is asked once
for each recipient after each attempt, and says "done", "bounce", or how many minutes to wait.
The rules are those of RFC 5321 §3.3, §3.8, §4.2.1 and §4.5.4.1.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from smtplesson.errors import shown
from smtplesson.exercises.question import AnswerError, Question
from smtplesson.exercises.shown import RIGHT, WRONG, Result
from smtplesson.loopback.client import connect
from smtplesson.loopback.host import Host
from smtplesson.protocol.scenario_file import scenario_names

DONE, BOUNCE = "done", "bounce"
DAY = 24 * 60  # in minutes
SOONEST = 30  # minutes between two attempts (RFC 5321 §4.5.4.1: at least 30)
MAY_GIVE_UP = 4 * DAY  # ibid.: at least 4 to 5 days
MUST_GIVE_UP = 10 * DAY  # our own bound, twice what the RFC asks for
LONGEST = DAY  # likewise; the RFC's advice is every two or three hours
# What a decision can get wrong, as the `given` of a mistake.
FAULTS = (
    *("bounces 2yz", "retries 2yz", "retries 5yz", "forgets 5yz", "forgets 4yz"),
    *("bounces 421", "bounces no reply", "bounces 4yz"),
    *("too soon", "too late", "never gives up"),
)
_SESSION = re.compile(r"([a-z]+)(?: seed (\d{1,6}))?: (\w+(?: \w+)*)")
_BROKEN = Path(__file__).with_name("servers") / "broken.toml"  # our own server for this
_TEXT = "Subject: News\n\nAll is well.\n"

Policy = Callable[[int | None, int], object]


class Call(NamedTuple):
    """A question to the policy, and its decision.

    code: of the reply that the recipient drew, or None if the connection ended without one.
    minutes: since the first attempt.
    decision: "done", "bounce" or minutes to wait.
    """

    session: str
    recipient: str
    code: int | None
    minutes: int
    decision: str | float


def session(text: str) -> tuple[str, int, list[str]]:
    """Server, seed and recipients of "busy seed 3: alice bob"; ValueError if it is none."""
    found = _SESSION.fullmatch(text)
    if not found or found[1] not in (_BROKEN.stem, *scenario_names()):
        raise ValueError(
            f"{text!r}: expected a server and recipients, as in busy seed 3: alice bob"
        )
    server = str(_BROKEN) if found[1] == _BROKEN.stem else found[1]
    return server, int(found[2] or 0), found[3].split()


def judge_policy(question: Question, answer: Sequence[object]) -> Result:
    """The result for a policy: its first decision that is wrong, or that all of them are right.

    Raises: AnswerError if it is not a function, fails, or returns something that cannot be done.
    """
    (policy, *more) = answer
    if more or not callable(policy):
        raise AnswerError(f"That cannot be checked. {how_to_decide(question)}")
    for call in played(question, policy):
        fault = fault_of(call)
        for mistake in question.mistakes:
            if fault in mistake.given:
                seen = f"policy({call.code}, {call.minutes}) gave {call.decision!r}."
                return Result(WRONG, f"{seen} {mistake.say}", mistake.name)
    return Result(RIGHT, f"{question.solution} ({question.source})")


def played(question: Question, policy: Policy) -> Iterator[Call]:
    """All decisions of a policy, session by session; a wrong one may lead nowhere, so look first.

    Raises: AnswerError if the policy fails, or returns something that cannot be done.
    """
    for text in question.sessions:
        server, seed, recipients = session(text)
        host, due = Host(server, seed=seed), dict.fromkeys(recipients, 0)
        while due:
            now = min(due.values())
            host.clock = now * 60.0
            asked = [name for name, minute in due.items() if minute == now]
            for name, code in _attempt(host, asked).items():
                decision = _decided(policy, code, now)
                yield Call(text, name, code, now, decision)
                del due[name]
                if not isinstance(decision, str):
                    due[name] = now + max(1, int(decision))


def _attempt(host: Host, recipients: Sequence[str]) -> dict[str, int | None]:
    """The code that each recipient drew: of RCPT if it was refused there, else the last one."""
    client = connect(host)
    addresses = [f"{name}@example.test" for name in recipients]
    if client.state != "closed":
        client.send_mail("news@client.example", addresses, _TEXT)
    said = [each for each in client.transcript if each.stage not in ("text", "RSET")]
    client.close()
    codes: dict[str, int | None] = dict.fromkeys(recipients, said[-1].code)
    named = (each for each in said if each.stage == "RCPT")
    for name, exchange in zip(recipients, named, strict=False):
        if exchange.code and exchange.code >= 400:
            codes[name] = exchange.code
    return codes


def _decided(policy: Policy, code: int | None, minutes: int) -> str | float:
    """What the policy says; AnswerError if that cannot be done."""
    try:
        said = policy(code, minutes)
    except Exception as error:  # a learner's code may fail in any way, and is told how
        raise AnswerError(f"policy({code}, {minutes}) failed: {error!r}") from error
    if said in (DONE, BOUNCE):
        return str(said)
    if isinstance(said, int | float) and not isinstance(said, bool) and isfinite(said) and said > 0:
        return said
    wanted = f"{DONE!r}, {BOUNCE!r} or a number of minutes to wait"
    raise AnswerError(f"policy({code}, {minutes}) gave {shown(said)}. Expected: {wanted}.")


def fault_of(call: Call) -> str:
    """What is wrong with a decision, one of FAULTS, or ""."""
    digit = call.code // 100 if call.code else 4  # no reply counts as a 451 (RFC 5321 §3.8)
    deed = {DONE: "forgets", BOUNCE: "bounces"}.get(str(call.decision), "retries")
    if (digit, call.decision) in ((2, DONE), (5, BOUNCE)):
        return ""
    if digit in (2, 5) or deed == "forgets":
        return f"{deed} {digit}yz"
    if isinstance(call.decision, str):
        if call.minutes >= MAY_GIVE_UP:
            return ""
        at_once = {421: "bounces 421", None: "bounces no reply"} if call.minutes == 0 else {}
        return at_once.get(call.code, "bounces 4yz")
    if call.minutes >= MUST_GIVE_UP:
        return "never gives up"
    return "too soon" if call.decision < SOONEST else "too late" if call.decision > LONGEST else ""


def how_to_decide(question: Question) -> str:
    """How a policy is handed in."""
    return (
        f'Write a function policy(code, minutes) that returns "{DONE}", "{BOUNCE}" or the minutes '
        f'to wait. Hand it in: exercise("{question.id}").check(policy). It is played against '
        f"{len(question.sessions)} servers."
    )
