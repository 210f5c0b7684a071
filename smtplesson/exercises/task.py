"""The learner's view of an exercise: check, hint, solution, again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from smtplesson.errors import LessonError
from smtplesson.exercises.judge import judge, question_page, solution_page
from smtplesson.exercises.learner import Learner, learner, questions_of, variant_of
from smtplesson.exercises.question import ON_THE_WIRE, parts_of
from smtplesson.exercises.question_file import variants_of
from smtplesson.exercises.record import Record, keep, record
from smtplesson.exercises.shown import NOT_TRIED, RIGHT, Page, Result
from smtplesson.exercises.task_card import TaskCard
from smtplesson.show.pieces import Part, Piece

MOST_KEPT = 10_000  # characters of an answer


def exercise(name: str) -> "Exercise":
    """The exercise of that name, in the learner's own variant.

    name: notebook and number, such as "02-1".
    Raises: LessonError if there is no such exercise.
    """
    try:
        me = learner()
    except LessonError:  # check() will say so
        me = Learner()
    return Exercise(name, variant_of(me, name))


class Exercise(Piece):
    """One exercise, which shows its question; in a notebook on a card to work in.

    name: such as "02-1".
    variant: which of its variants, from 0.
    """

    def __init__(self, name: str, variant: int = 0) -> None:
        variants = variants_of(name)
        self.question = variants[variant % len(variants)]
        self._hints = 0

    def check(self, *answer: object) -> Result:
        """What is right or wrong about the answer; `...` is no answer yet.

        What was tried is kept in the progress file.
        """
        found = judge(self.question, answer)
        if found.status == NOT_TRIED:
            return found
        kept = self._keep(
            lambda before: replace(
                before,
                tries=before.tries + 1,
                solved=found.status == RIGHT,
                misconception=found.misconception or before.misconception,
                answer=_as_typed(answer, "\n" if self.question.kind in ON_THE_WIRE else " "),
            ),
        )
        return replace(found, note=kept)

    def hint(self) -> Page:
        """The next hint, more telling each time; the last one again when there is no more."""
        self._hints = seen = min(self._hints + 1, len(self.question.hints))
        kept = self._keep(
            lambda before: replace(
                before,
                hints=max(before.hints, seen),
                open_hints=max(before.open_hints, seen),
            ),
        )
        return self._hint_page(seen, kept)

    def _hint_page(self, number: int, note: str = "") -> Page:
        hints = self.question.hints
        title = f"{self.question.id} · Hint {number} of {len(hints)}"
        return Page(title, (hints[number - 1], note))

    def solution(self) -> Page:
        """The answer, why it is right, and the RFC section."""
        page = solution_page(self.question)
        kept = self._keep(lambda before: replace(before, seen=True, open_solution=True))
        return Page(page.title, (*page.blocks, kept))

    def again(self) -> "Exercise":
        """The next variant of the exercise, with other numbers if it has any."""
        return Exercise(self.question.id, self.question.variant + 1)

    def pieces(self) -> Iterator[Part]:
        """The question."""
        yield question_page(self.question)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        # Where no front end runs, the question stands in for the card.
        bundle: dict[str, Any] = self._card()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": str(self), "text/html": self._repr_html_()}

    def _card(self) -> TaskCard:
        """The card, with what was tried last and what help was opened, if it was this variant."""
        try:
            kept = record(self.question.id).of(self.question.variant)
        except LessonError:  # check() will say so
            return TaskCard(self)
        self._hints = min(max(kept.open_hints, 0), len(self.question.hints))
        opened = [self._hint_page(number + 1) for number in range(self._hints)]
        opened += [solution_page(self.question)] * kept.open_solution
        return TaskCard(self, kept.answer, opened)

    def _keep(self, change: Callable[[Record], Record]) -> str:
        """Keeps what became of this variant; a sentence if that fails, else ""."""
        return keep(self.question.id, lambda before: change(before.of(self.question.variant)))


def _as_typed(answer: Sequence[object], glue: str) -> str:
    """The answer as a text that gives it again; "" for one that is made of other things.

    glue: what stands between its parts.
    """
    parts = parts_of(answer)
    if not all(type(part) in (str, int, float) for part in parts):
        return ""
    return glue.join(map(str, parts))[:MOST_KEPT].encode("utf-8", "replace").decode()


def worksheet(class_word: str, name: str, notebook: str) -> Page:
    """The questions that a learner gets in a notebook, made again without their machine.

    notebook: its number, such as "02".
    Raises: LessonError for an invalid name or an unknown notebook.
    """
    pages = map(question_page, questions_of(class_word, name, notebook))
    return Page(f"Notebook {notebook}: exercises of {name}, class {class_word}", tuple(pages))


def answer_key(class_word: str, name: str, notebook: str) -> Page:
    """The answers to a learner's worksheet, for the teacher.

    Raises: as `worksheet`.
    """
    pages = map(solution_page, questions_of(class_word, name, notebook))
    return Page(f"Notebook {notebook}: key for {name}, class {class_word}", tuple(pages))
