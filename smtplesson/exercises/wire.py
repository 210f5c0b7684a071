"""Exercises on the wire: lines are really said to a server, and its replies decide."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import groupby

from smtplesson.errors import WireError
from smtplesson.exercises.question import AnswerError, Question, parts_of
from smtplesson.exercises.shown import RIGHT, WRONG, Result
from smtplesson.exercises.typed_lines import client_lines, lines_of
from smtplesson.loopback.carriers import MemoryCarrier
from smtplesson.loopback.client import Client, connect, converse
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.scenario_file import scenario as find_scenario

# A reply that is wanted, or after "no" one that must not come: "452", "no 5yz", "550 5.7.1 at
# RCPT", "450 for *<carol@*" (a pattern of the line), "500 of 513 octets" (the line with CRLF);
# or a line of message text that has to be sent, "text for ..*", or of its "header for from:*".
_WANT = re.compile(
    r"(no )?([2-5](?:[0-5]\d|yz)|text|header)(?: (\d\.\d+\.\d+))?(?: at (\S+))?"
    r"(?: for (\S.*?))?(?: of (\d+) octets)?",
    re.DOTALL,
)
# An address that asks for its reply, at once or at the end of the data.
_ASKS = re.compile(rb"(?i)(?:MAIL|RCPT)\s[^<]*<?(data-)?reply-\d{3}")
_TEXT = {"header": "text"}  # what one stage is besides
_SEED = re.compile(r"seed\s*[:=]?\s*(\d{1,6})", re.I)
_WIDTH = 100


def play_typed(scenario: str, answer: str | Sequence[str]) -> Transcript:
    """The transcript of saying what the client says in what somebody has typed or pasted.

    Its first line may name the server's seed.
    """
    lines = lines_of(answer)
    seed = _SEED.fullmatch(lines[0])
    client = connect(scenario, seed=int(seed[1]) if seed else 0)
    said = lines[1:] if seed else lines
    try:
        if said:
            converse(client, client_lines(said, lambda: client.state))
    except WireError:  # what came until then is in the transcript
        client.close()
    return client.transcript


def as_typed(session: Transcript, seed: int) -> str:
    """A session as somebody types it on a card: a seed that is not 0, and what the client said.

    It is "" if the client has said nothing.
    """
    said = [line for each in session for who, line in each.lines() if who == "C"]
    return "\n".join([f"seed {seed}"] * bool(seed and said) + said)


def pictured(transcript: Iterable[Exchange]) -> tuple[str, ...]:
    """The lines of a conversation for a page: long ones cut, and repetitions counted."""
    shown: list[str] = []
    for text, run in groupby(transcript, key=str):
        times = len(list(run))
        shown += [_cut(line) for line in _folded(text.splitlines())] * (times if times < 3 else 1)
        if times > 2:
            shown.append(f"   (the same {times - 1} more times)")
    return tuple(shown)


def _folded(lines: Sequence[str]) -> Iterator[str]:
    """The lines, those inside a reply of more than four left out and counted."""
    for _, run in groupby(lines, key=lambda line: line[:7]):
        alike = list(run)
        goes_on = alike[0].startswith("S: ") and alike[0][6:].startswith("-")
        inside = alike[1:] if goes_on and len(alike) > 3 else []
        yield from alike[: len(alike) - len(inside)]
        if inside:
            yield f"{inside[0][:7]}   ({len(inside)} more lines)"


def _cut(line: str) -> str:
    octets = len(line.encode()) - len("C: ") + len("\r\n")
    if len(line) <= _WIDTH:
        return line
    return f"{line[:50]} ... {line[-20:]}   ({octets:,} octets with CRLF)"


@lru_cache(maxsize=512)
def parts(want: str) -> tuple[str, ...]:
    """ "no " or "", code, enhanced code, stage, pattern of the line, octets; "" if not named.

    Raises: ValueError if it is no wanted reply.
    """
    found = _WANT.fullmatch(want)
    if not found:
        raise ValueError(f"{want!r}: a code, or a code and its stage, 452 at RCPT, is expected")
    return found.groups("")


def missing(want: Iterable[str], exchanges: Iterable[Exchange]) -> str:
    """The first wanted reply that did not come in its turn, or one that must not come, or ""."""
    said = list(exchanges)
    rest = iter(said)
    for each in want:
        if each.startswith("no "):
            if any(_is(exchange, each) for exchange in said):
                return each
        elif not any(_is(exchange, each) for exchange in rest):
            return each
    return ""


def _is(exchange: Exchange, want: str) -> bool:
    _, code, enhanced, stage, line, octets = parts(want)
    got = exchange.code
    drawn = (str(got), f"{got // 100}yz") if got else (exchange.stage, _TEXT.get(exchange.stage))
    if code not in drawn or stage not in ("", exchange.stage):
        return False  # soon, for a session may be long
    said = exchange.sent.decode("utf-8", "replace").rstrip()
    return (
        (not enhanced or (exchange.reply is not None and exchange.reply.enhanced == enhanced))
        and (not line or fnmatchcase(said.lower(), line.lower()))
        and octets in ("", str(len(exchange.sent)))
    )


def judge_wire(question: Question, answer: Sequence[object]) -> Result:
    """The result for a client of the server that the question names, or for lines.

    Only such a client is taken at its word; lines are said, those of a transcript once more.

    Raises: AnswerError if the answer is none of these.
    """
    if question.kind == "provoke" and len(answer) == 1:
        (first,) = answer
        if isinstance(first, Client) and isinstance(first.carrier, MemoryCarrier):
            if first.carrier.host.scenario == find_scenario(question.scenario):
                return judged(question, first.transcript)
            return Result(WRONG, f"Another server said that; this is about {question.scenario!r}.")
        held = getattr(first, "transcript", first)
        if isinstance(held, Transcript | Exchange):
            return _judged_again(question, held)
    lines = parts_of(answer)
    if not all(isinstance(each, str) for each in lines):
        raise AnswerError(f"That cannot be checked. {how_to_answer(question)}")
    return judged(question, play_typed(question.scenario, lines))


def _judged_again(question: Question, held: Transcript | Exchange) -> Result:
    """The result for what a transcript holds: its client's lines are said once more."""
    codes = held.codes if isinstance(held, Transcript) else [held.code]
    again = play_typed(question.scenario, str(held))
    result = judged(question, again)
    if result.status == RIGHT or again.codes[-len(codes) :] == codes:
        return result
    drawn = f"Sent to the server {question.scenario!r}, these lines get {_drawn(again)}."
    return Result(WRONG, f"{drawn} Hand in the client itself, check(client).")


def judged(question: Question, transcript: Transcript) -> Result:
    """The result for what was said to the server that the question names."""
    honest = _honest(transcript)
    refused = question.kind != "provoke" and any((each.code or 0) >= 400 for each in transcript)
    came = not missing(question.want, honest)
    if came and not refused and question.keep in _text(transcript):
        return Result(RIGHT, f"{question.solution} ({question.source})")
    if asked := _asked_for(question, transcript, honest):
        return Result(WRONG, asked, "asks for the code instead of earning it")
    for mistake in question.mistakes:
        if any(not missing(given.split(", "), honest) for given in mistake.given):
            return Result(WRONG, mistake.say, mistake.name)
    return Result(WRONG, _otherwise(question, honest))


def _honest(transcript: Transcript) -> list[Exchange]:
    """The exchanges whose reply no address has asked for."""
    asked = {bool(found[1]) for each in transcript if (found := _ASKS.match(each.sent))}
    return [
        each
        for each in _with_headers(transcript)
        if not _ASKS.match(each.sent) and not (True in asked and each.stage == "end-of-data")
    ]


def _with_headers(transcript: Iterable[Exchange]) -> Iterator[Exchange]:
    """The exchanges, with "header" for the stage of text before the first empty line."""
    header = False
    for each in transcript:
        header = each.code == 354 or (header and each.stage == "text" and each.sent != b"\r\n")
        yield replace(each, stage="header") if header and not each.code else each


def _asked_for(question: Question, transcript: Transcript, honest: list[Exchange]) -> str:
    """What is said where a wanted code came only because an address asked for it, or ""."""
    honestly = {str(each.code) for each in honest}
    for code in (parts(want)[1] for want in question.want):
        if code not in honestly and code in map(str, transcript.codes):
            return (
                f"{code} came because the address asked for it. That does not count here: give "
                "the server a real reason."
            )
    return ""


def _text(transcript: Iterable[Exchange]) -> str:
    """The message texts that were sent, without blanks and line ends."""
    sent = b"".join(each.sent for each in transcript if each.stage == "text")
    return "".join(sent.decode("utf-8", "replace").split())


def how_to_answer(question: Question) -> str:
    """How an answer on the wire is given."""
    if question.kind == "provoke":
        return "Make it happen with a client, client = connect(...), then give check(client)."
    return (
        "Give the repaired lines, check(lines), as one text of several lines or as a list. Lines "
        "copied from above may keep their C: and S:. What the client says is really sent."
    )


def _otherwise(question: Question, exchanges: Sequence[Exchange]) -> str:
    """What is said to a conversation that is wrong in a way nobody thought of."""
    want = missing(question.want, exchanges)
    if not want:
        refused = [each for each in exchanges if (each.code or 0) >= 400]
        if not refused:
            return "The message was accepted, but not all of its text is there."
        first = f"{refused[0].code} at {refused[0].stage}"
        return f"All the expected replies came, but so did a refusal: {first}."
    _, code, enhanced, stage, line, octets = parts(want)
    came = [each.stage for each in exchanges if str(each.code) == code]
    if came and stage and stage not in came:
        return f"{code} came, but at {came[0]}; it is expected at {stage}."
    if came and (enhanced or line or octets):
        return f"{code} came, but not in the way that the question asks for."
    wanted = f"{code} at {stage}" if stage else code
    return f"{wanted} did not come where it should. Your codes were: {_drawn(exchanges)}."


def _drawn(exchanges: Iterable[Exchange]) -> str:
    return " ".join(str(each.code) for each in exchanges if each.code) or "none"
