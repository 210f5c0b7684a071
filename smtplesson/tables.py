"""The CSV files of the package as records, a row each."""

import csv
import os
from collections.abc import Callable
from typing import TypeVar

Record = TypeVar("Record")
# By the plainest means: importlib.resources would load a tenth of the standard library.
_PACKAGE = os.path.dirname(__file__)


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
    with open(os.path.join(_PACKAGE, f"{name}.csv"), encoding="utf-8") as file:
        return tuple(
            record(**{column: readers.get(column, str)(cell) for column, cell in row.items()})
            for row in csv.DictReader(file)
        )
