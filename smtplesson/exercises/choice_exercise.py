"""An exercise asked once more by choices: the right answer among the likely wrong ones."""

from smtplesson.exercises.judge import material
from smtplesson.exercises.prediction import Prediction
from smtplesson.exercises.question import ON_THE_WIRE, Question
from smtplesson.exercises.typed_values import FORMS
from smtplesson.exercises.values import expected, mistake_in


def as_choice(asked: Question, name: str) -> Prediction | None:
    """An exercise as a question with choices; None if it cannot be asked like that.

    Where a number is wanted, the choices are the right one and the likely wrong ones.
    """
    if asked.kind in ON_THE_WIRE or not (offers := _offers(asked)):
        return None
    (right, *_) = expected(asked)
    wrong = [(text, mistake_in(asked, [word])) for word, text in offers.items() if word != right]
    replies = tuple((text, mistake.say) for text, mistake in wrong if mistake)
    why = f"{asked.solution.replace(' '.join(expected(asked)), right)} ({asked.source})"
    choices = tuple(offers.values())
    return Prediction(name, asked.text, choices, offers[right], why, replies, material(asked))


def _offers(asked: Question) -> dict[str, str]:
    """The words to choose among, each with the text on its button; empty if there are none."""
    if asked.options:
        return {key: f"{key}  {text}" for key, text in asked.options.items()}
    if FORMS[asked.ask].words != 1:
        return {}
    signs = {sign for mistake in asked.mistakes for sign in mistake.given if sign != "*"}
    words = set("2345") if asked.ask == "first digit" else signs | set(expected(asked))
    ordered = sorted(words, key=float) if asked.ask == "number" else sorted(words)
    return {word: word for word in ordered} if len(words) > 2 else {}
