"""One door to all kinds of questions: what is shown, what is judged, what is the solution."""

from collections.abc import Sequence

from smtplesson.exercises import values, wire
from smtplesson.exercises.question import KINDS, ON_THE_WIRE, AnswerError, Question
from smtplesson.exercises.shown import NOT_TRIED, Page, Result
from smtplesson.loopback.client import converse


def judge(question: Question, answer: Sequence[object]) -> Result:
    """The result of an answer, whatever it is; it raises nothing."""
    if _is_blank(answer):
        return Result(NOT_TRIED, "Put your answer in place of the three dots.")
    try:
        if question.kind in ON_THE_WIRE:
            return wire.judge_wire(question, answer)
        return values.judge_value(question, answer)
    except AnswerError as error:
        return Result(NOT_TRIED, str(error))


def _is_blank(answer: Sequence[object]) -> bool:
    """True for nothing at all, and where three dots are left."""
    parts = [
        part for each in answer for part in (each if isinstance(each, list | tuple) else [each])
    ]
    return not answer or any(part is ... for part in parts)


def question_page(question: Question) -> Page:
    """The question with its material and how to answer it."""
    how = wire if question.kind in ON_THE_WIRE else values
    choices = (question.options, question.reasons)
    return Page(
        _title(question),
        (question.text, _material(question), *map(_offers, choices), how.how_to_answer(question)),
    )


def solution_page(question: Question) -> Page:
    """The answer and why; on the wire, a conversation that does it, really held."""
    if question.kind in ON_THE_WIRE:
        answer = "One way that works:"
        proof = wire.pictured(converse(question.scenario, question.solve))
    else:
        answer = f"Answer: {_answer(question)}"
        proof = wire.pictured(converse(question.scenario, question.lines)) if question.lines else ()
    why = f"{question.solution} ({question.source})"
    return Page(f"{_title(question)}: solution", (answer, proof, why))


def _title(question: Question) -> str:
    return f"{question.id} · {question.title} ({KINDS[question.kind]})"


def _answer(question: Question) -> str:
    words = values.expected(question)
    offers = (question.options, question.reasons)
    said = [offer[word] for word, offer in zip(words, offers, strict=False) if word in offer]
    return " ".join(words) + "".join(f"; {text}" for text in said)


def _offers(offers: dict[str, str]) -> tuple[str, ...]:
    return tuple(f"{key}  {text}" for key, text in offers.items())


def _material(question: Question) -> tuple[str, ...]:
    """The lines to look at; what is asked for is left out."""
    if not question.lines:
        return question.material
    transcript = converse(question.scenario, question.lines)
    if question.kind == "repair":
        return wire.pictured(transcript)
    if question.ask == "codes":
        return tuple(line for line in wire.pictured(transcript) if line.startswith("C: "))
    lines = wire.pictured(transcript[:-1])
    asked = [line for line in wire.pictured(transcript[-1:]) if line.startswith("C: ")]
    return (*lines, *asked, "S: ?")
