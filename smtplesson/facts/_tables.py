"""The CSV files in facts/data as records; nothing else in the package reads those files."""

import csv
from collections.abc import Callable
from typing import TypeVar

Record = TypeVar("Record")


def words(cell: str) -> tuple[str, ...]:
    """The blank-separated words of a cell."""
    return tuple(cell.split())


def numbers(cell: str) -> tuple[int, ...]:
    """The blank-separated numbers of a cell."""
    return tuple(map(int, cell.split()))


def load(
    record: Callable[..., Record], name: str, **readers: Callable[[str], object]
) -> tuple[Record, ...]:
    """One record for each row of data/<name>.csv, in the order of the file.

    record: the dataclass, whose fields have the names of the columns.
    readers: how to read the cells of a column; a column without one stays text.
    """
    # Imported here because it pulls in tempfile and random, which no lookup needs at start.
    from importlib.resources import files

    text = (files("smtplesson.facts") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(
        record(**{column: readers.get(column, str)(cell) for column, cell in row.items()})
        for row in csv.DictReader(text.splitlines())
    )
