"""One door to all kinds of questions: what is shown, what is judged, what is the solution."""

from collections.abc import Sequence

from smtplesson.exercises import order, policy, values, wire
from smtplesson.exercises.question import KINDS, ON_THE_WIRE, AnswerError, Question, parts_of
from smtplesson.exercises.shown import NOT_TRIED, Page, Result
from smtplesson.loopback.client import converse

_JUDGES = {
    **dict.fromkeys(("provoke", "repair"), wire.judge_wire),
    "order": order.judge_order,
    "policy": policy.judge_policy,
}


def judge(question: Question, answer: Sequence[object]) -> Result:
    """The result of an answer, whatever it is; it raises nothing."""
    if not answer or any(part is ... for part in parts_of(answer)):
        return Result(NOT_TRIED, "Put your answer in place of the three dots.")
    try:
        return _JUDGES.get(question.kind, values.judge_value)(question, answer)
    except AnswerError as error:
        return Result(NOT_TRIED, str(error))


def question_page(question: Question) -> Page:
    """The question with its material and how to answer it."""
    offers = (_offers(question.options), _offers(question.reasons))
    return Page(title(question), (*question_body(question).blocks, *offers, *_how(question)))


def question_body(question: Question) -> Page:
    """The question with its material, for where one sees how to answer."""
    return Page(title(question), (question.text, material(question)))


def solution_page(question: Question) -> Page:
    """The answer and why; on the wire, a conversation that does it, really held."""
    if question.kind in ON_THE_WIRE:
        answer, proof = "One way that works:", question.solve
    else:
        words = values.expected(question)
        offers = zip(words, (question.options, question.reasons), strict=False)
        said = "".join(f"; {offer[word]}" for word, offer in offers if word in offer)
        answer, proof = f"Answer: {' '.join(words)}{said}", question.lines
    if proof and question.kind != "policy":  # whose function is a proof as it is
        proof = wire.pictured(converse(question.scenario, proof))
    why = f"{question.solution} ({question.source})"
    return Page(f"{title(question)}: solution", (answer, proof, why))


def title(question: Question) -> str:
    """The name of an exercise, what it is about and of what kind it is."""
    return f"{question.id} · {question.title} ({KINDS[question.kind]})"


def _how(question: Question) -> tuple[str | tuple[str, ...], ...]:
    """How to answer; where lines are put in order, with the lines and the places for them."""
    if question.kind == "order":
        lines = _offers(order.lettered(question))
        return lines, order.how_to_order(question), (order.blanks(question),)
    if question.kind == "policy":
        return (policy.how_to_decide(question),)
    how = wire if question.kind in ON_THE_WIRE else values
    return (how.how_to_answer(question),)


def _offers(offers: dict[str, str]) -> tuple[str, ...]:
    return tuple(f"{key}  {text}" for key, text in offers.items())


def material(question: Question) -> tuple[str, ...]:
    """The lines to look at; what is asked for is left out."""
    if not question.lines:
        return question.material
    transcript = converse(question.scenario, question.lines)
    if question.kind == "repair":
        return wire.pictured(transcript)
    asked = transcript if question.ask == "codes" else transcript[-1:]
    said = [line for line in wire.pictured(asked) if line.startswith("C: ")]
    return tuple(said) if asked is transcript else (*wire.pictured(transcript[:-1]), *said, "S: ?")
