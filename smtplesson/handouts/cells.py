"""Notebooks and their cells: read from files, made anew. nbformat, which does it, has no types."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from nbformat.notebooknode import NotebookNode

from smtplesson.errors import LessonError

_nbformat: Any = nbformat
_v4: Any = v4
_Node: Any = NotebookNode


def read(path: Path) -> NotebookNode:
    """The notebook in the file.

    Raises: LessonError if the file cannot be read or is no notebook.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old notebooks have cells without ids
            found: NotebookNode = _nbformat.reads(path.read_text("utf-8-sig"), as_version=4)
            _nbformat.validate(found)
    except OSError as error:
        raise LessonError(f"{path}: cannot be read: {error.strerror}") from error
    except Exception as error:  # nbformat raises nearly any, for nearly any content
        raise LessonError(f"{path}: this is no notebook") from error
    return found


def with_cells(notebook: NotebookNode, cells: Iterable[NotebookNode]) -> NotebookNode:
    """The notebook with these cells in place of its own."""
    found: NotebookNode = _Node(notebook, cells=list(cells))
    return found


def of_cells(*cells: NotebookNode) -> NotebookNode:
    """A new notebook."""
    found: NotebookNode = _v4.new_notebook(cells=list(cells))
    return found


def markdown(source: str) -> NotebookNode:
    """A cell of prose."""
    found: NotebookNode = _v4.new_markdown_cell(source)
    return found


def html(shown: str) -> NotebookNode:
    """A cell that shows this HTML and nothing else."""
    output = _v4.new_output("display_data", {"text/html": shown})
    found: NotebookNode = _v4.new_code_cell("", outputs=[output])
    return found
