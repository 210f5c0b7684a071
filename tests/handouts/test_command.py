"""The command: which notebooks, in which kernel, what is written and what is said if it fails."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from smtplesson.command.cli import main
from smtplesson.errors import LessonError
from smtplesson.handouts import command
from smtplesson.handouts.command import find
from smtplesson.handouts.page import page
from smtplesson.handouts.run import _copy
from tests.handouts.helpers import NOTEBOOKS, code, complaint, made, md, soup
from tests.handouts.helpers import write as wrote

SAYS = """\
import os, sys, pathlib
from smtplesson.progress import Progress
Progress().update("codes", dict)
pathlib.Path("written.txt").write_text("x")
print(sys.executable, pathlib.Path("data/numbers.txt").read_text())"""


# ---- which notebooks


def test_names_of_the_course() -> None:
    words = ("04", "04-limits", "04-limits.ipynb")
    for named in (*((word,) for word in words), words + words):
        assert find(named, NOTEBOOKS) == [NOTEBOOKS / "04-limits.ipynb"]
    found = [path.stem for path in find([], NOTEBOOKS)]
    assert found[0] == "00-start-here" and found[-1] == "glossary" and len(found) == 11


def test_two_of_one_name(tmp_path: Path) -> None:
    mine = wrote(tmp_path / "04-limits.ipynb")
    assert find([str(mine)], NOTEBOOKS) == [mine]
    with pytest.raises(LessonError, match=r"two pages of the name 04-limits\.html"):
        find([str(mine), "04"], NOTEBOOKS)
    with pytest.raises(LessonError, match=r"index\.html"):
        find([str(wrote(tmp_path / "index.ipynb"))], NOTEBOOKS)


# ---- running


def test_each_runs_afresh_beside_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    foreign = tmp_path / "jupyter" / "kernels" / "python3"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text(
        '{"argv": ["/bin/false", "{connection_file}"], "display_name": "x", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    path = wrote(tmp_path / "nb" / "one.ipynb", md("# One"), code(SAYS, text_plain="stale"))
    (tmp_path / "nb" / "data").mkdir()
    (tmp_path / "nb" / "data" / "numbers.txt").write_text("1 2 3")
    before = {each: each.stat().st_mtime_ns for each in (tmp_path / "nb").rglob("*")}
    html = made(tmp_path / "out", path)["one"]
    assert f"{sys.executable} 1 2 3" in html and "stale" not in html
    assert {each: each.stat().st_mtime_ns for each in (tmp_path / "nb").rglob("*")} == before
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["index.html", "one.html"]


def test_one_that_fails_is_named_and_the_others_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    may = code("1 / 0")
    may.metadata["tags"] = ["raises-exception"]
    words = (
        wrote(tmp_path / "bad.ipynb", md("# Bad"), code("1"), md("x"), code("1 / 0")),
        wrote(tmp_path / "dead.ipynb", code("import os; os._exit(3)")),
        wrote(tmp_path / "endless.ipynb", code("import time; time.sleep(99)")),
        wrote(tmp_path / "good.ipynb", md("# Good\n\n[b](bad.ipynb)"), may, code("6 * 7")),
        wrote(tmp_path / "typed.ipynb", code("input()")),
    )
    pages = made(tmp_path / "out", *words, "--timeout", 3, "--jobs", 3, status=1)
    assert set(pages) == {"good", "index"}
    assert "42" in pages["good"] and "ZeroDivisionError" in pages["good"]
    assert "bad.html" not in pages["good"]
    lines = capsys.readouterr().err.splitlines()
    assert "smtplesson: bad.ipynb: code cell 2: ZeroDivisionError: division by zero" in lines
    assert "smtplesson: endless.ipynb: code cell 1: not done after 3 seconds" in lines
    assert any(line.startswith("smtplesson: dead.ipynb: code cell 1: ") for line in lines)
    assert any(line.startswith("smtplesson: typed.ipynb: code cell 1: StdinNot") for line in lines)
    assert len(lines) == 4


def test_a_figure_that_fails_is_named_with_its_own_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = "from smtplesson.figures import state_map\naxes = state_map()\n"
    fails = "axes.text(0, 0, '$\\\\frac$')\naxes"  # no formula, so it cannot be drawn
    bad = wrote(tmp_path / "bad.ipynb", code("1"), code(draw + fails), code("2"))
    assert set(made(tmp_path / "out", bad, status=1)) == {"index"}
    assert "bad.ipynb: code cell 2: ValueError: " in complaint(capsys)


def test_jobs_and_repetition_change_no_octet(tmp_path: Path) -> None:
    board = code("from smtplesson.widgets import LimitsBench\nLimitsBench()")
    names = ("00", wrote(tmp_path / "board.ipynb", board), "glossary")
    one = made(tmp_path / "one", *names, "--jobs", 1)
    two = made(tmp_path / "two", *names, "--jobs", 2)
    assert one == two
    assert len(one) == 4 and "a line of 93 octets with CRLF" in one["board"]


def test_a_notebook_without_code_needs_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbclient.NotebookClient.execute", None)
    path = wrote(tmp_path / "one.ipynb", md("# One"), code(" \n"))
    assert "One" in made(tmp_path / "out", path)["one"]


SLOW = """\
import itertools, tqdm.std
from smtplesson import simulate
tqdm.std.time = itertools.count(step=9).__next__  # nine seconds from each look to the next
simulate("busy", 4_001).sessions"""


def test_a_slow_machine_adds_nothing_to_an_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    html = made(tmp_path / "out", wrote(tmp_path / "slow.ipynb", code(SLOW)))["slow"]
    assert [each.text.strip() for each in soup(html).select(".output")] == ["4001"]
    assert capsys.readouterr().err == "1 of 1: slow.ipynb\n"  # and it is told at a terminal only


def test_an_interrupt_ends_the_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "pid"
    source = f"import os, pathlib, time\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))"
    path = wrote(tmp_path / "one.ipynb", code(f"{source}\ntime.sleep(60)"))
    program = subprocess.Popen(
        [sys.executable, "-m", "smtplesson", "handout", str(path), "--out", str(tmp_path / "o")],
        stderr=subprocess.DEVNULL,
        cwd=NOTEBOOKS.parent,
    )
    deadline = time.monotonic() + 30
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    program.send_signal(2)
    assert program.wait(20) == 130
    assert not Path("/proc", mark.read_text()).exists()
    assert sorted(each.name for each in (tmp_path / "o").iterdir()) == []


def test_a_folder_that_holds_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtplesson.handouts.run.MAX_FOLDER", 10)
    (tmp_path / "big").write_text("x" * 11)
    with pytest.raises(LessonError, match="into a folder of its own"):
        _copy(tmp_path, tmp_path.with_name("copy-of-it"))


# ---- writing


def test_the_date_is_that_of_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    html = made(tmp_path, "glossary", "--no-run")["glossary"]
    assert "glossary.ipynb · smtplesson " in html and "02 January 1970" in html


def test_pages_made_earlier_stay_on_the_map(tmp_path: Path) -> None:
    made(tmp_path, "04", "--no-run")
    pages = made(tmp_path, "glossary", "--no-run")
    assert 'href="04-limits.html"' in pages["index"]
    assert 'href="03-every-code.html"' not in pages["index"] + pages["04-limits"]


def test_nothing_half_written_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path / "out", "glossary", "--no-run")
    before = (tmp_path / "out" / "glossary.html").read_bytes()
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.suffix == ".html":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    made(tmp_path / "out", "glossary", "--no-run", status=1)
    assert "glossary.html: cannot be written: No space left" in capsys.readouterr().err
    assert (tmp_path / "out" / "glossary.html").read_bytes() == before
    assert sorted(os.listdir(tmp_path / "out")) == ["glossary.html", "index.html"]


def test_a_page_that_cannot_be_made_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def odd_one(notebook: NotebookNode, *rest: Any) -> str:
        if notebook.cells[0].source == "# Odd":
            raise RuntimeError("two\nlines")
        return page(notebook, *rest)

    monkeypatch.setattr(command, "page", odd_one)
    odd = wrote(tmp_path / "odd.ipynb", md("# Odd"))
    pages = made(tmp_path / "out", odd, "glossary", "--no-run", status=1)
    assert "glossary" in pages and "odd" not in pages
    assert "odd.ipynb: no page can be made of it" in complaint(capsys)


@pytest.mark.parametrize(("what", "name"), [("glossary", "glossary"), ("--poster", "poster")])
def test_pdf_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, name: str
) -> None:
    printed: list[object] = []
    monkeypatch.setattr(command, "print_pdf", lambda *what: printed.append(what))
    made(tmp_path, what, "--no-run", "--pdf", "--paper", "Letter")
    assert printed == [({tmp_path / f"{name}.html": tmp_path / f"{name}.pdf"}, "Letter")]


def test_without_chromium_the_pages_are_there_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert "glossary" in made(tmp_path, "glossary", "--no-run", "--pdf", status=1)
    assert "CHROMIUM" in complaint(capsys)


# ---- what is refused before anything runs


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty current folder, in which no notebook may be run."""

    def run(*_: object) -> None:
        raise AssertionError("it was run")

    monkeypatch.setattr(command, "run_all", run)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("99", "99: no such notebook; the course has 00-start-here, "),
        ("02-three-digts", "09-fact-check, glossary; did you mean 02-three-digits?"),
        ("missing.ipynb", "missing.ipynb: no such notebook"),
        ("../secret", "no such notebook"),
        ("", "no such notebook"),
        ("text.ipynb", "text.ipynb: this is not a notebook"),
        ("json.ipynb", "json.ipynb: this is not a notebook"),
        ("octets.ipynb", "octets.ipynb: this is not a notebook"),
        ("folder.ipynb", "folder.ipynb: no such notebook"),
        ("new.ipynb", "new.ipynb: this is not a notebook"),
    ],
)
def test_what_is_no_notebook(word: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("text.ipynb").write_text("hello")
    Path("json.ipynb").write_text("[1, 2]")
    Path("octets.ipynb").write_bytes(b"\xff\x00")
    Path("new.ipynb").write_text('{"nbformat": 99, "nbformat_minor": 0, "cells": [{}]}')
    Path("folder.ipynb").mkdir()
    assert main(["handout", word, "--out", "out"]) == 2
    assert said in complaint(capsys)
    assert not Path("out").exists()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("place", ["file", "file/below", "/proc/none"])
def test_a_folder_that_cannot_be_written(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").touch()
    assert main(["handout", "04", "--out", place]) == 2
    assert f"{place}: cannot be made a folder" in complaint(capsys)


def test_a_folder_is_tried_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: Path, *_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(LessonError, match="cannot be written: Permission denied"):
        command.make_folder(tmp_path)
