"""The CSV files of the package as records, a row each."""

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
    """One record for each row of a CSV file of the package, in the order of the file.

    name: the file's path in the package without its ending, such as "protocol/replies".
    record: the class, whose fields have the names of the columns.
    readers: how to read the cells of a column; a column without one stays text.
    """
    # Imported here because it pulls in tempfile and random, which no lookup needs at start.
    from importlib.resources import files

    text = files("smtplesson").joinpath(f"{name}.csv").read_text("utf-8")
    return tuple(
        record(**{column: readers.get(column, str)(cell) for column, cell in row.items()})
        for row in csv.DictReader(text.splitlines())
    )
