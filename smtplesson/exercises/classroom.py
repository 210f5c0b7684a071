"""The classroom: the exports of many learners, merged into what a teacher wants to see."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from smtplesson.errors import LessonError
from smtplesson.exercises.before_after import CHECK_UPS, items
from smtplesson.exercises.record import COLUMNS, FORMULA
from smtplesson.files import naming
from smtplesson.printable import printable
from smtplesson.show.table import Table

MAX_OCTETS, MAX_CELL, MAX_COUNT = 1_000_000, 200, 100_000
_GUESS = "guess "  # before the name of a prediction
_CHECKS = tuple(f"{when}-" for when in CHECK_UPS)  # before the number of a check's question
_EXERCISE = re.compile(rf"(?:(?:{_GUESS})?\d\d-|{'|'.join(_CHECKS)})\d{{1,3}}")
_SHARES = dict(zip(("Before", "After", "Foreseen"), (*_CHECKS, _GUESS), strict=True))
_BAR = 20  # signs in the bar of the exercise that nobody has solved


@dataclass(frozen=True, slots=True)
class Row:
    """One learner's work on one exercise, as exported; `tries` is 0 if it was never tried.

    A prediction, "guess 01-3", is there if it was made, and solved if it came true. So are the
    questions of the checks before and after the course, "entry-1" and "exit-1".
    """

    learner: str
    exercise: str
    tries: int
    solved: bool
    hints: int
    misconception: str


def classroom(paths: Iterable[str | Path]) -> tuple[Table, ...]:
    """Two tables: what each learner has done, and where people struggle.

    If somebody has answered the checks before or after the course, there is a third one: what
    the class knew then, idea by idea.

    paths: files that `export` wrote, or folders of them. If two files have the same learner,
        the later one counts.
    Raises: LessonError with one line that names file and line if one is no export.
    """
    rows: dict[tuple[str, str], Row] = {}
    files = list(_files(paths))
    for path in files:
        rows.update(((row.learner, row.exercise), row) for row in read_export(path))
    kept = list(rows.values())
    checked = [row for row in kept if row.exercise.startswith(_CHECKS)]
    ideas = [_by_idea(checked)] if checked else []
    return _by_learner(kept, len(files)), _by_exercise(kept), *ideas


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        found = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not found:
            raise LessonError(f"{path}: no CSV file is in this folder")
        yield from found


def read_export(path: Path) -> list[Row]:
    """The rows of one file.

    Raises: LessonError that names file and line.
    """
    with naming(path, "read"):
        if path.stat().st_size > MAX_OCTETS:
            raise LessonError(f"{path}: more than {MAX_OCTETS:,} octets; this is not an export")
        text = path.read_bytes().decode("utf-8-sig")  # line ends within a cell stay
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(next(reader, COLUMNS)) != COLUMNS:
            raise ValueError(f"the column heads {', '.join(COLUMNS)} are expected")
        rows = [_row(cells, path) for cells in reader]
        if not rows:
            raise ValueError("it has no rows")
    except (csv.Error, ValueError) as error:
        raise LessonError(f"{path}: line {max(reader.line_num, 1)}: {error}") from error
    return rows


def _row(cells: Sequence[str], path: Path) -> Row:
    """The row in the cells of a line; ValueError says what is wrong."""
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} cells; {len(COLUMNS)} are expected")
    if any(len(cell) > MAX_CELL for cell in cells):
        raise ValueError(f"a cell of more than {MAX_CELL} characters")
    class_word, name, exercise, _, tries, solved, hints, misconception = map(_bare, cells)
    if not _EXERCISE.fullmatch(exercise):
        raise ValueError(f"exercise = {exercise!r}: a name such as 02-1 is expected")
    if solved not in ("yes", "no"):
        raise ValueError(f"solved = {solved!r}: allowed: yes, no")
    learner = f"{name} ({class_word})" if name else f"({printable(path.name)})"
    counts = _count("tries", tries), solved == "yes", _count("hints", hints)
    return Row(learner, exercise, *counts, misconception)


def _count(what: str, cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and int(cell) <= MAX_COUNT):
        raise ValueError(f"{what} = {cell!r}: a number from 0 to {MAX_COUNT:,} is expected")
    return int(cell)


def _bare(cell: str) -> str:
    """The cell as it was before it was defused, fit to be shown."""
    defused = cell.startswith(tuple(f"'{sign}" for sign in FORMULA))
    return printable(cell[1:] if defused else cell)


def _by_learner(rows: Sequence[Row], files: int) -> Table:
    worked = _exercises(rows)
    notebooks = sorted({row.exercise[:2] for row in worked})
    heads = ("Learner", *notebooks, "Solved", "Tried", "Tries", "Hints", *_SHARES)
    lines = []
    for learner in sorted({row.learner for row in rows}, key=str.casefold):
        mine = [row for row in worked if row.learner == learner]
        own = [row for row in rows if row.learner == learner]
        of = Counter(row.exercise[:2] for row in mine)
        solved = Counter(row.exercise[:2] for row in mine if row.solved)
        shares = [f"{solved[notebook]}/{of[notebook]}" for notebook in notebooks]
        tried = sum(row.tries > 0 for row in mine)
        counts = (sum(row.tries for row in mine), sum(row.hints for row in mine))
        more = [_share(own, kind) for kind in _SHARES.values()]
        lines.append((learner, *shares, solved.total(), tried, *counts, *more))
    caption = f"By learner, {len(lines)} in {files} files: solved of all, notebook by notebook"
    return Table(heads, lines, caption)


def _exercises(rows: Iterable[Row]) -> list[Row]:
    """The rows that are of exercises, and neither of predictions nor of checks."""
    return [row for row in rows if not row.exercise.startswith((_GUESS, *_CHECKS))]


def _share(rows: Iterable[Row], kind: str) -> str:
    """How many of the rows of this kind are right, "2 of 3"; "-" if there is none.

    kind: how their names begin.
    """
    right = [row.solved for row in rows if row.exercise.startswith(kind)]
    return f"{sum(right)} of {len(right)}" if right else "-"


def _by_idea(rows: Sequence[Row]) -> Table:
    """What the class knew before the course and after it."""
    lines = []
    for entry, exit_ in zip(*map(items, CHECK_UPS), strict=True):
        before, after = ([row for row in rows if row.exercise == e.name] for e in (entry, exit_))
        lines.append((entry.idea, _share(before, ""), _share(after, ""), _most_frequent(after)))
    heads = ("Idea", "Before", "After", "Most frequent wrong answer after the course")
    return Table(heads, lines, "By idea: who was right before the course and after it")


def _by_exercise(rows: Sequence[Row]) -> Table:
    heads = ("Exercise", "Tried", "Not solved", "", "Tries to solve", "Most frequent misconception")
    lines = []
    names = {row.exercise for row in _exercises(rows)}
    for exercise in sorted(names, key=lambda name: (name[:2], int(name[3:]))):
        tried = [row for row in rows if row.exercise == exercise and row.tries]
        open_ = sum(not row.solved for row in tried)
        share = open_ / len(tried) if tried else 0.0
        tries = [row.tries for row in tried if row.solved]
        needed = f"{mean(tries):.1f}" if tries else "-"
        bar = "#" * round(share * _BAR)
        lines.append((exercise, len(tried), open_, bar, needed, _most_frequent(tried)))
    return Table(heads, lines, "By exercise: where people struggle, among those who tried")


def _most_frequent(rows: Iterable[Row]) -> str:
    """The most frequent misconception and its count; the first in the alphabet if it is a draw."""
    counts = Counter(row.misconception for row in rows if row.misconception)
    if not counts:
        return "-"
    name = min(counts, key=lambda each: (-counts[each], each))
    return f"{name} ({counts[name]})"
