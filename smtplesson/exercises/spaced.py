"""Questions that come back: those that were missed first, and each later the better it is known."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import zip_longest
from typing import NamedTuple

from smtplesson.errors import LessonError, shown
from smtplesson.exercises.choice_exercise import as_choice
from smtplesson.exercises.learner import learner, variant_of
from smtplesson.exercises.prediction import Prediction
from smtplesson.exercises.question_file import notebooks
from smtplesson.exercises.quiz_card import Quiz
from smtplesson.exercises.record import REVIEW, guesses, records
from smtplesson.progress import Part, Progress

MOST, AT_THE_START = 5, 3  # questions on a day, and before a notebook
# Days until a question comes back, by how often in a row its answer was right (Leitner's boxes).
WAITS = (1, 2, 4, 8, 16, 32)


class Due(NamedTuple):
    """A question that may come back.

    asked: the question, with other numbers than last time if it has any.
    notebook: where it comes from.
    met: whether the learner has answered it before; missed: and wrongly, the last time.
    right: how often in a row it came back and was right.
    is_due: whether its time has come; at once if it has not come back yet.
    """

    asked: Prediction
    notebook: str
    met: bool
    missed: bool
    right: int
    is_due: bool


def review(notebook: str = "") -> Quiz:
    """A board of questions that are due: up to five on any day, three before a notebook.

    notebook: such as "03": questions from the notebooks before it, what was missed first. A learner
        without progress gets the same three everywhere.
    Raises: LessonError if there is no such notebook, or the progress file cannot be read.
    """
    if notebook and notebook not in notebooks():
        told = f"there is no notebook {shown(notebook)}; there are {', '.join(notebooks())}"
        raise LessonError(told)
    found = before(notebook) if notebook else due()
    title = f"Before notebook {notebook}" if notebook else "Review"
    return Quiz(title, [each.asked for each in found], keep, empty="" if found else _why_none())


def due() -> list[Due]:
    """What a learner has met and is due today: what was missed first, five at most."""
    ready = [each for each in _all() if each.met and each.is_due]
    return sorted(ready, key=lambda each: (not each.missed, each.right, _mixed(each)))[:MOST]


def before(notebook: str) -> list[Due]:
    """Three questions from earlier notebooks: what was missed, else a spread over all of them."""
    earlier = sorted(
        (each for each in _all() if each.notebook < notebook),
        key=lambda each: (not each.is_due, _mixed(each, notebook)),
    )
    missed = [each for each in earlier if each.missed and each.is_due]
    rest = [each for each in earlier if each not in missed]
    # A prediction that was not made may lean on the notebook that it stands in.
    free = [each for each in rest if each.met or not each.asked.name.startswith("guess ")] or rest
    by_notebook = [
        [each for each in free if each.notebook == number]
        for number in sorted({each.notebook for each in free}, reverse=True)
    ]
    spread = [each for row in zip_longest(*by_notebook) for each in row if each]
    return [*missed, *spread][:AT_THE_START]


def keep(asked: Prediction, choice: str) -> None:
    """Keeps that a question came back today, and whether it was right.

    Raises: LessonError if the progress file cannot be written.
    """

    def changed(part: Part) -> None:
        right, _ = _kept(part, asked.name)
        right = right + 1 if choice == asked.answer else 0
        part[asked.name] = {"right": right, "day": today()}

    Progress().update(REVIEW, changed)


def today() -> int:
    """The number of the day; the one place that looks at a calendar."""
    return date.today().toordinal()


def _all() -> Iterator[Due]:
    """All questions that may come back, notebook by notebook."""
    kept, me = Progress().read(REVIEW), learner()
    for asked, made in guesses():
        named = replace(asked, name=f"guess {asked.name}")
        yield _due(named, kept, made.seen, made.choice != asked.answer)
    for name, variants, done in records():
        right, _ = _kept(kept, name)
        at = (done.variant + 1 if done.tries else variant_of(me, name)) + right
        if asked_again := as_choice(variants[at % len(variants)], name):
            yield _due(asked_again, kept, done.tries > 0, not done.solved or done.tries > 1)


def _due(asked: Prediction, kept: Mapping[str, object], met: bool, missed: bool) -> Due:
    right, day = _kept(kept, asked.name)
    notebook = asked.name.removeprefix("guess ").partition("-")[0]
    is_due = not day or today() >= day + WAITS[min(right, len(WAITS) - 1)]
    return Due(asked, notebook, met or day > 0, not right if day else met and missed, right, is_due)


def _kept(part: Mapping[str, object], name: str) -> tuple[int, int]:
    """How often in a row a question was right, and on which day; what is no number is passed."""
    match part.get(name):
        case {"right": int(right), "day": int(day)} if right >= 0 and day > 0:
            return right, day
    return 0, 0


def _mixed(each: Due, seed: str = "") -> bytes:
    """A place in an order that is the same on every machine and looks like chance."""
    return sha256(f"{seed} {each.asked.name}".encode()).digest()


def _why_none() -> str:
    if not any(each.met for each in _all()):
        return "There is nothing to review yet: predict and try something in a notebook first."
    return "Nothing is due today. Come back tomorrow."
