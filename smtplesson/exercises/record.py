"""What a learner has done with the exercises, kept in their progress file."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from smtplesson.errors import LessonError
from smtplesson.exercises import before_after, prediction
from smtplesson.exercises.learner import Learner, learner, variant_of
from smtplesson.exercises.prediction import Prediction
from smtplesson.exercises.question import Question
from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.files import write_whole
from smtplesson.progress import Part, Progress
from smtplesson.show.table import Table

PART, GUESSES, REVIEW = "exercises", "predictions", "review"
# The columns of an export.
COLUMNS = ("class word", "name", "exercise", "variant", "tries", "solved", "hints", "misconception")
# A cell that begins with one of these may be carried out by a spreadsheet (OWASP ASVS 5.0,
# 1.2.10); some take the wide signs of East Asian keyboards for the same.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")


@dataclass(frozen=True, slots=True)
class Record:
    """What was done with one exercise.

    variant: the variant last tried, or helped with.
    tries: checks up to the first right one; what is checked after that is practice.
    solved: whether one was right.
    hints: the most hints seen. seen: whether the solution was.
    misconception: the last one that was recognised, or "".
    answer: what was tried last of this variant, as it was typed, or "" if it was no text.
    open_hints, open_solution: how many of its hints are open, and whether its solution is.
    """

    variant: int = 0
    tries: int = 0
    solved: bool = False
    hints: int = 0
    seen: bool = False
    misconception: str = ""
    answer: str = ""
    open_hints: int = 0
    open_solution: bool = False

    def of(self, variant: int) -> "Record":
        """The same for this variant; what was typed and opened at another one is not there."""
        if variant == self.variant:
            return self
        return replace(self, variant=variant, answer="", open_hints=0, open_solution=False)


@dataclass(frozen=True, slots=True)
class Guessed:
    """What was guessed of a prediction.

    choice: one of its choices, or "" before the guess.
    seen: whether what it was about has been seen since.
    """

    choice: str = ""
    seen: bool = False


Made = TypeVar("Made", Record, Guessed)


def guessed(asked: Prediction) -> Guessed:
    """What was guessed of a prediction, as it was kept.

    Raises: LessonError if the progress file cannot be read.
    """
    return _guessed(asked, Progress().read(GUESSES))


def _guessed(asked: Prediction, part: Part) -> Guessed:
    made = _fitting(Guessed, part.get(asked.name))
    return made if made.choice in asked.choices else Guessed()


def keep_guess(name: str, made: Guessed) -> None:
    """Keeps a guess.

    Raises: LessonError if the progress file cannot be written.
    """
    Progress().update(GUESSES, lambda part: part.update({name: asdict(made)}))


def keep(name: str, change: Callable[[Record], Record]) -> str:
    """Keeps what became of an exercise; a sentence if that fails, else "".

    What is done once it is solved is practice, and changes nothing.

    name: of the exercise, such as "02-1".
    """

    def changed(part: Part) -> None:
        before = _fitting(Record, part.get(name))
        part[name] = asdict(before if before.solved else change(before))

    try:
        Progress().update(PART, changed)
    except LessonError as error:
        return f"(This could not be saved: {error}.)"
    return ""


def _fitting(made: type[Made], kept: Any) -> Made:
    """The record as it was kept; a value of another type, put there by hand, is passed over."""
    kept = kept if isinstance(kept, dict) else {}
    return made(**{f.name: kept[f.name] for f in fields(made) if type(kept.get(f.name)) is f.type})


def record(name: str) -> Record:
    """What was done with an exercise.

    Raises: LessonError if the progress file cannot be read.
    """
    return _fitting(Record, Progress().read(PART).get(name))


def records() -> Iterator[tuple[str, tuple[Question, ...], Record]]:
    """Each exercise of the course: its name, its variants, and what was done with it.

    Raises: LessonError if the progress file cannot be read.
    """
    kept = Progress().read(PART)
    for notebook in notebooks():
        for name, variants in questions(notebook).items():
            yield name, variants, _fitting(Record, kept.get(name))


def guesses() -> Iterator[tuple[Prediction, Guessed]]:
    """Each prediction of the course, and what was guessed of it.

    Raises: LessonError if the progress file cannot be read.
    """
    kept = Progress().read(GUESSES)
    for notebook in prediction.notebooks():
        for asked in prediction.predictions(notebook).values():
            yield asked, _guessed(asked, kept)


def progress() -> Table:
    """What has been solved, tried and left open, exercise by exercise, and what was predicted.

    Raises: LessonError if the progress file cannot be read.
    """
    rows, solved = [], {number: list[bool]() for number in notebooks()}
    for name, (question, *_), kept in records():
        rows.append((name, question.title, _state(kept), kept.tries, kept.hints))
        solved[name.partition("-")[0]].append(kept.solved)
    shares = [f"{number}: {sum(done)} of {len(done)}" for number, done in solved.items()]
    done, all_ = sum(map(sum, solved.values())), len(rows)
    share = f"{done} of {all_} solved ({done / all_:.0%})"
    foreseen = [made.choice == asked.answer for asked, made in guesses() if made.seen]
    told = f"; you predicted {sum(foreseen)} of {len(foreseen)}" if foreseen else ""
    heads = ("Exercise", "Title", "State", "Tries", "Hints")
    return Table(heads, rows, f"{share}; {', '.join(shares)}{told}")


def _state(record: Record) -> str:
    state = "✓ solved" if record.solved else "✗ tried" if record.tries else "○ open"
    return f"{state}, solution seen" if record.seen else state


def reset() -> None:
    """Forgets all answers; name and class word stay.

    Raises: LessonError if the progress file cannot be written.
    """
    for part in (PART, GUESSES, REVIEW, before_after.PART):
        Progress().reset(part)


def export(path: str | Path) -> Path:
    """Writes a CSV file for the teacher, and returns its path.

    It has a row for each exercise, one for each prediction that was made, "guess 01-3", and one
    for each question of a check, "entry-1": solved or not, with what was chosen wrongly.

    Raises: LessonError if progress cannot be read or the file cannot be written.
    """
    me = learner()
    out = io.StringIO()
    rows = csv.writer(out)  # lines end with CRLF, so a cell with either is quoted (RFC 4180 §2)
    rows.writerow(COLUMNS)
    for done in (*_exercises_done(me), *_choices_made()):
        cells = map(str, (me.class_word, me.name, *done))
        # An apostrophe before what a spreadsheet would take for a formula.
        rows.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    target = Path(path)
    write_whole(target, out.getvalue().encode())
    return target


def _exercises_done(me: Learner) -> Iterator[tuple[object, ...]]:
    """The cells of each exercise, from its name on."""
    for name, _, kept in records():
        variant = kept.variant if kept.tries else variant_of(me, name)
        solved = "yes" if kept.solved else "no"
        yield name, variant, kept.tries, solved, kept.hints, kept.misconception


def _choices_made() -> Iterator[tuple[object, ...]]:
    """The same for each prediction that was seen, and each question of the two checks.

    The misconception is the wrong choice.
    """
    made = [(f"guess {each.name}", each, made.choice) for each, made in guesses() if made.seen]
    made += [(each.name, each, choice) for each, choice in before_after.done()]
    for name, asked, choice in made:
        solved, misconception = ("yes", "") if choice == asked.answer else ("no", choice)
        yield name, 0, 1, solved, 0, misconception
