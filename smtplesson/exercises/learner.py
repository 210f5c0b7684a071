"""Who learns: a class word and a name, which choose the variant of every exercise."""

import hashlib
from dataclasses import asdict, dataclass

from smtplesson.errors import LessonError
from smtplesson.exercises.question import Question
from smtplesson.exercises.question_file import questions, variants_of
from smtplesson.exercises.shown import Page
from smtplesson.progress import Progress

PART = "learner"
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner; both texts are empty for somebody who has not said who they are."""

    class_word: str = ""
    name: str = ""


def enter(class_word: str, name: str) -> Page:
    """Greets the learner and keeps who they are; their exercises have numbers of their own.

    class_word: the word that the teacher gives to the class.
    name: the learner's name, or any name that the teacher knows.
    Raises: LessonError if one is not a text, is blank or has more than 60 characters.
    """
    me = _learner(class_word, name)
    said = f"You are in the class {me.class_word!r}. Your exercises have their own numbers."
    try:
        Progress().update(PART, lambda part: part.update(asdict(me)))
    except LessonError as error:
        said = f"Your name could not be saved, so you get the same numbers as everybody: {error}"
    return Page(f"Hello, {me.name}.", (said,))


def _learner(class_word: str, name: str) -> Learner:
    """The learner of these words, as they are kept: printable, and one blank between two."""
    for what, text in (("class word", class_word), ("name", name)):
        if not isinstance(text, str) or not text.strip() or len(text) > MAX_NAME:
            raise LessonError(f"a {what} is a text of 1 to {MAX_NAME} characters")
        if not text.isprintable():
            raise LessonError(f"a {what} must not contain line breaks or control characters")
    return Learner(" ".join(class_word.split()), " ".join(name.split()))


def learner() -> Learner:
    """Who has entered.

    Raises: LessonError if the progress file cannot be read.
    """
    kept = Progress().read(PART)
    texts = [kept.get(key, "") for key in ("class_word", "name")]
    return Learner(*(text if isinstance(text, str) else "" for text in texts))


def variant_of(me: Learner, name: str) -> int:
    """The number of a learner's variant of an exercise; 0 for somebody who has not entered.

    It depends on class word, name and exercise only, not on case nor on the machine.
    Raises: LessonError if there is no such exercise.
    """
    if not me.name:
        return 0
    variants = len(variants_of(name))
    words = "\n".join([me.class_word, me.name, name]).casefold()
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big") % variants


def questions_of(class_word: str, name: str, notebook: str) -> list[Question]:
    """The questions that a learner gets in a notebook.

    Raises: LessonError for an invalid name or an unknown notebook.
    """
    me = _learner(class_word, name)
    return [all_[variant_of(me, exercise)] for exercise, all_ in questions(notebook).items()]
