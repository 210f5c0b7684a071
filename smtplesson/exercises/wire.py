"""Exercises on the wire: lines are really said to a server, and its replies decide."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from smtplesson.errors import LessonError
from smtplesson.exercises.question import AnswerError, Question
from smtplesson.exercises.shown import RIGHT, WRONG, Result
from smtplesson.loopback.client import Client, connect
from smtplesson.loopback.host import Host
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.states import State

# "452", or "452 at RCPT".
WANT = re.compile(r"([2-5][0-5][0-9])(?: at (\S+))?")
# A line of a play: so many seconds pass, then the client connects anew.
_WAIT = re.compile(r"\?\+(\d{1,7})")
MAX_LINES, MAX_OCTETS = 2_500, 1_000_000
_WIDTH = 100


def play(scenario: str, lines: Iterable[str]) -> Transcript:
    """The transcript of saying these lines to a server in memory, greeting first.

    lines: commands and message text; `?+300` lets 300 seconds pass and connects anew.
        What comes after the server has closed is not said.
    """
    host = Host(scenario)
    client = connect(host)
    said: list[Exchange] = []
    for line in lines:
        if wait := _WAIT.fullmatch(line):
            said += client.transcript
            client.close()
            host.clock += int(wait[1])
            client = connect(host)
        elif client.state is not State.CLOSED:
            _say(client, line)
    return Transcript([*said, *client.transcript])


def _say(client: Client, line: str) -> None:
    try:
        client.send(line.encode("utf-8", "replace"))
    except LessonError:  # the connection is gone; what came until then is in the transcript
        client.close()


def pictured(transcript: Iterable[Exchange]) -> tuple[str, ...]:
    """The lines of a conversation for a page: long ones cut, and repetitions counted."""
    return tuple(_pictured(transcript))


def _pictured(transcript: Iterable[Exchange]) -> Iterator[str]:
    for text, run in groupby(transcript, key=str):
        lines = [_cut(line) for line in _folded(text.splitlines())]
        times = len(list(run))
        yield from lines * (times if times < 3 else 1)
        if times > 2:
            yield f"   (the same {times - 1} more times)"


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


def judge_wire(question: Question, answer: Sequence[object]) -> Result:
    """The result for a conversation, or for lines, which are played.

    Raises: AnswerError if the answer is neither.
    """
    transcript = _conversation(question, answer)
    clean = question.kind == "provoke" or all(code < 400 for code in transcript.codes)
    if clean and not missing(question.want, transcript):
        return Result(RIGHT, f"{question.solution} ({question.source})")
    for mistake in question.mistakes:
        if any(shows(transcript, given) for given in mistake.given):
            return Result(WRONG, mistake.say, mistake.name)
    return Result(WRONG, _otherwise(question, transcript))


def _conversation(question: Question, answer: Sequence[object]) -> Transcript:
    """The conversation that was handed in, or that the lines handed in make."""
    first = answer[0] if len(answer) == 1 else list(answer)
    found = getattr(first, "transcript", first)
    if isinstance(found, Exchange):
        found = Transcript([found])
    if isinstance(found, Transcript) and question.kind == "provoke":
        return found
    return play(question.scenario, _lines(question, found))


def _lines(question: Question, answer: object) -> list[str]:
    """The lines in a text or in a list of texts."""
    texts = [answer] if isinstance(answer, str) else answer
    if not isinstance(texts, list | tuple) or not all(isinstance(each, str) for each in texts):
        raise AnswerError(f"That cannot be checked. {how_to_answer(question)}")
    lines = [line for text in texts for line in re.split(r"\r\n|\r|\n", text)]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise AnswerError(f"There is no line in it. {how_to_answer(question)}")
    if len(lines) > MAX_LINES or sum(map(len, lines)) > MAX_OCTETS:
        raise AnswerError(f"That is more than {MAX_LINES:,} lines or {MAX_OCTETS:,} characters.")
    return lines


def how_to_answer(question: Question) -> str:
    """How an answer on the wire is given."""
    if question.kind == "provoke":
        return (
            "Make it happen with a client, client = connect(...), then give check(client); a "
            "transcript will do as well."
        )
    return (
        "Give the repaired lines, check(lines), as one text of several lines or as a list. They "
        "are really sent."
    )


def missing(want: Iterable[str], transcript: Transcript) -> str:
    """The first wanted reply that did not come in its turn, or ""."""
    rest = iter(transcript)
    for each in want:
        if not any(_is(exchange, each) for exchange in rest):
            return each
    return ""


def shows(transcript: Transcript, sign: str) -> bool:
    """True if this reply came: "550", or "550 at RCPT"."""
    return not missing([sign], transcript)


def _is(exchange: Exchange, want: str) -> bool:
    code, _, stage = want.partition(" at ")
    return str(exchange.code) == code and stage in ("", exchange.stage)


def _otherwise(question: Question, transcript: Transcript) -> str:
    """What is said to a conversation that is wrong in a way nobody thought of."""
    drawn = " ".join(map(str, transcript.codes)) or "none"
    if want := missing(question.want, transcript):
        code, _, stage = want.partition(" at ")
        elsewhere = [each.stage for each in transcript if str(each.code) == code]
        if stage and elsewhere:
            return f"{code} came, but at {elsewhere[0]}; it is wanted at {stage}."
        return f"{want} did not come in its turn. Your codes were: {drawn}."
    refused = next(each for each in transcript if (each.code or 0) >= 400)
    return f"All that is wanted came, but so did a refusal: {refused.code} at {refused.stage}."
