"""Small notebooks for the tests of handouts, and a reader of the pages made of them."""

from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from smtplesson.command.cli import main

Pages = dict[str, dict[str, str]]  # for each audience by name
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_v4: Any = v4  # which has no types


def md(source: str) -> Any:
    return _v4.new_markdown_cell(source)


def code(source: str, **data: str) -> Any:
    """A cell whose result is the data; a name such as text_html stands for a type."""
    types = {kind.replace("_", "/", 1): shown for kind, shown in data.items()}
    outputs = [_v4.new_output("execute_result", types, execution_count=1)] if data else []
    return _v4.new_code_cell(source, outputs=outputs, execution_count=1)


def output(kind: str, **fields: Any) -> Any:
    return _v4.new_output(kind, **fields)


def write(path: Path, *cells: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(_v4.new_notebook(cells=list(cells))), "utf-8")
    return path


def pages(folder: Path) -> dict[str, str]:
    """The pages in a folder, by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}


def made(out: Path, *words: object, status: int = 0) -> dict[str, str]:
    """The pages that the command makes, by name."""
    assert main(["handout", *map(str, words), "--out", str(out)]) == status
    return pages(out)


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """What the command has said: one line."""
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("smtplesson: "), err
    return err


@cache
def soup(html: str) -> BeautifulSoup:
    """The page, which many tests read and none may change."""
    return BeautifulSoup(html, "html.parser")


def shown(tmp_path: Path, *cells: Any, audience: str = "student") -> BeautifulSoup:
    """The page of a notebook of these cells, whose outputs are stored in it."""
    path = write(tmp_path / "one.ipynb", *cells)
    return soup(made(tmp_path / "out", path, "--no-run", "--audience", audience)["one"])
