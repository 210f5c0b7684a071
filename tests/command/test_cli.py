"""The command line, as a user types it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import smtplesson
from smtplesson.command import cli, copies, lab, parser
from smtplesson.command.cli import main
from tests.handouts.helpers import code, md, write

COMMAND = [sys.executable, "-m", "smtplesson"]
BAD = [
    *("explain abc", "explain 5500", "explain x.y 550", "explain", "explain 550 --bogus", "bogus"),
    *("talk --scenario bogus", "talk --scenario missing.toml", "talk --seed x"),
    *("serve --scenario folder.toml", "serve --port 70000", "serve --port -1", "serve --port smtp"),
    *("lab --reset ../secret", "lab file", "class", "class file", "class missing.csv"),
    *("handout one", "handout two --out out", "handout one --out out"),
    *("handout --out out --audience parents", "handout --out out --jobs 0"),
    "handout --out out --timeout soon",
]


def run(*words: str, said: bytes = b"", folder: Path | None = None) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of the command."""
    done = subprocess.run(
        [*COMMAND, *words], input=said, capture_output=True, cwd=folder, timeout=60
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# ---- bad input


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one notebook; the current folder is the one above it."""
    folder = tmp_path / "packaged"
    write(folder / "one.ipynb", md("# One"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(copies, "notebooks_folder", lambda: folder)
    return folder


@pytest.mark.parametrize("typed", BAD)
def test_bad_input_draws_one_line_and_status_2(
    typed: str, packaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packaged / "one.ipynb").write_bytes(b"")
    Path("folder.toml").mkdir()
    Path("file").touch()
    interrupt = signal.getsignal(signal.SIGINT)
    assert main(typed.split()) == 2
    assert signal.getsignal(signal.SIGINT) is interrupt  # Ctrl-C is still Python's
    out, err = capsys.readouterr()
    assert (out, err[:12], err.find("\n")) == ("", "smtplesson: ", len(err) - 1)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("explian", "; did you mean explain?"),
        ("Doctor", "; did you mean doctor?"),
        ("tlak", "; did you mean talk?"),
        ("bogus", ""),
        ("", ""),
    ],
)
def test_a_mistyped_command_draws_the_one_that_was_meant(
    word: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word, "550"]) == 2
    commands = "lab, copy, doctor, serve, talk, explain, class, handout, cards, live"
    refused = f"smtplesson: {word!r} is not a command; the commands are {commands}{meant}\n"
    assert capsys.readouterr().err == refused


# A title for the window, a colour in one octet, marks of writing direction, a line end of
# Unicode's, an octet that is no UTF-8.
HOSTILE = "a\x1b]0;x\x07\x9b1m\u202e\u2066\u200f\u2028\udcff\nb"


@pytest.mark.parametrize(
    "words",
    [
        ["class", HOSTILE],
        ["class", "exports"],
        ["doctor", f"folder{HOSTILE}"],
        ["explain", HOSTILE],
        ["explain", "550", f"--{HOSTILE}"],
        ["handout", HOSTILE, "--out", "out"],
        ["handout", "one", "--out", HOSTILE],
        ["handout", f"{HOSTILE}.ipynb", "--out", "out"],
        ["lab", HOSTILE],
        ["lab", "--reset", "one", f"folder{HOSTILE}"],
        ["lab", "--reset", HOSTILE],
        ["serve", "--port", HOSTILE],
        ["serve", "--scenario", f"{HOSTILE}.toml"],
        ["talk", "--scenario", HOSTILE],
        [HOSTILE],
    ],
    ids=lambda words: " ".join(words).replace(HOSTILE, "HOSTILE"),
)
def test_no_name_of_a_strangers_acts_on_the_terminal(
    words: list[str],
    packaged: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("smtplesson.command.doctor._kernel", lambda: "")
    write(Path(f"folder{HOSTILE}", "one.ipynb"), md("# One"))
    name = HOSTILE.replace("\udcff", "")  # which a class cannot be named
    write(Path(f"{HOSTILE}.ipynb"), code(f"raise type({name!r}, (Exception,), {{}})({name!r})"))
    Path("exports").mkdir()
    for name in (HOSTILE, f"exports/{HOSTILE}.csv"):
        Path(name).touch()
    main(words)
    out, err = capsys.readouterr()
    lines = [*out.splitlines(), *err.splitlines()]
    assert [line for line in lines if not line.isprintable()] == []
    assert len(lines) == (13 if words[0] == "doctor" else 1)
    assert any(r"a\x1b]0;x\x0" in line for line in lines)


def test_whoever_prints_does_so_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def loud(arguments: object) -> int:
        print("out", HOSTILE)
        print("err", HOSTILE, file=sys.stderr)
        return 0

    monkeypatch.setitem(cli.COMMANDS, "class", loud)
    assert main(["class", "."]) == 0
    out, err = capsys.readouterr()
    shown = r"a\x1b]0;x\x07\x9b1m\u202e\u2066\u200f\u2028\udcff"
    assert (out, err) == (f"out {shown}\nb\n", f"err {shown}\nb\n")


def test_an_error_can_be_shown_anywhere() -> None:
    error = smtplesson.WireError("no reply: \x1b[2J\r\n\u202e", b"\x1b")
    assert str(error) == r"no reply: \x1b[2J\r\n\u202e"
    assert str(smtplesson.ScenarioError("\x9b\u2069\u200b\xad")) == r"\x9b\u2069\u200b\xad"


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            "connect('exmaple')",
            "ScenarioError: 'exmaple' is not a scenario; .*; did you mean example.",
        ),
        ("Transcript.load('mine.jsonl')", "LessonError: mine.jsonl: cannot be read: .*"),
    ],
)
def test_a_notebook_shows_a_mistake_as_one_line(call: str, line: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "IPython", "-c", f"import smtplesson; smtplesson.{call}"]
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    (said,) = done.stdout.splitlines()
    assert re.fullmatch(line, said)


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.COMMANDS, "class", interrupted)
    assert main(["class", "."]) == cli.INTERRUPTED


# ---- version and explain


def test_version() -> None:
    assert run("--version") == (0, f"smtplesson {smtplesson.__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (["550"], "550: mailbox unavailable"),
        (["451", "4.7.1", "Come", "back"], "451 4.7.1: "),
        (["host mx said: 452 4.2.2 full"], "452 4.2.2: "),
    ],
)
def test_explain(words: list[str], title: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *words]) == 0
    assert capsys.readouterr().out.startswith(title)


def test_explain_loads_only_what_a_code_needs() -> None:
    """It stands in loops and pipes, where its start is all that it costs."""
    program = "import sys; from smtplesson.command.cli import main; main(['explain', '550'])"
    names = f"{program}; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, timeout=60)
    loaded = {*done.stderr.split()}
    assert "smtplesson.facts.explain" in loaded
    rooms = {name.split(".")[1] for name in loaded if name.startswith("smtplesson.")}
    assert rooms == {"bounces", "command", "errors", "facts", "lazy", "printable", "show", "tables"}
    assert loaded & {"argparse", "importlib.resources", "json", "shutil", "tempfile"} == set()


@pytest.mark.parametrize(
    ("said", "status", "start"),
    [
        (b"250 2.1.0 Ok\nhost mx said: 550 5.1.1 No \xff\n", 0, "550 5.1.1: "),
        (b"no reply\n", 2, "smtplesson: cannot explain 'no reply"),
        (b"", 2, "smtplesson: cannot explain ''"),
        (b"x" * 1_000_001, 2, "smtplesson: standard input is longer than 1,000,000 characters"),
    ],
)
def test_explain_reads_a_pipe_as_one_text(said: bytes, status: int, start: str) -> None:
    code, out, err = run("explain", "-", said=said)
    assert (code, (out or err)[: len(start)]) == (status, start)
    assert err.count("\n") == (status != 0)


@pytest.mark.parametrize("command", parser.EXAMPLES)
def test_help_has_two_examples_that_can_be_typed(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    _, examples = capsys.readouterr().out.split("examples:\n")
    found = [line.split("| ")[-1].split() for line in examples.splitlines()]
    assert [words[:2] for words in found] == [["smtplesson", command]] * 2
    for _, *words in found:
        parser.parser().parse_known_args(words)


# ---- lab and doctor


@pytest.fixture
def opened(packaged: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """What JupyterLab would have been opened with; an empty folder is the current one."""
    calls: list[tuple[str, list[str]]] = []

    def open_lab(folder: str, options: list[str]) -> int:
        calls.append((folder, options))
        return 5

    (packaged / "one.ipynb").write_text("version 1")
    Path("here").mkdir()
    monkeypatch.chdir("here")
    monkeypatch.setattr(lab, "open_lab", open_lab)
    return calls


@pytest.mark.parametrize(
    ("words", "folder", "options"),
    [
        ([], "smtplesson-lessons", []),
        (["lab"], "smtplesson-lessons", []),
        (["lab", "mine"], "mine", []),
        (["lab", "--no-browser"], "smtplesson-lessons", ["--no-browser"]),
        (["lab", "--no-browser", "mine"], "mine", ["--no-browser"]),
        (["lab", "--port", "9000"], "smtplesson-lessons", ["--port", "9000"]),
        (["lab", "--port", "9000", "mine"], "mine", ["--port", "9000"]),
        (["lab", "--port=9000", "mine", "--debug"], "mine", ["--port=9000", "--debug"]),
        (["lab", "--debug", "mine"], "mine", ["--debug"]),
        (["lab", "--ServerApp.port", "9000", "mine"], "mine", ["--ServerApp.port", "9000"]),
        (["lab", "-y", "mine"], "mine", ["-y"]),
        (["--no-browser"], "smtplesson-lessons", ["--no-browser"]),
        (["--port=9000", "mine"], "mine", ["--port=9000"]),
    ],
)
def test_lab_copies_and_opens(
    opened: list[tuple[str, list[str]]], words: list[str], folder: str, options: list[str]
) -> None:
    assert main(words) == 5
    assert opened == [(folder, options)]
    assert Path(folder, "one.ipynb").read_text() == "version 1"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["lab", "--rest", "01"], "; did you mean --reset?"),
        (["lab", "--res", "one"], "; did you mean --reset?"),
        (["lab", "mine", "--prot=9000"], "; did you mean --port?"),
        (["--no-browsr"], "; did you mean --no-browser?"),
        (["lab", "--frobnicate"], ""),
        (["lab", "--"], ""),
    ],
)
def test_lab_refuses_a_misspelt_option_and_does_nothing(
    opened: list[object], words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    end = f"neither smtplesson lab nor JupyterLab has this option{meant}\n"
    assert capsys.readouterr().err.endswith(end)
    assert opened == [] and list(Path().iterdir()) == []


def test_a_lesson_folder_is_known_from_inside(
    opened: list[tuple[str, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["copy", "mine"])
    monkeypatch.chdir("mine")
    Path("one.ipynb").write_text("my work")
    assert main(["lab"]) == 5 and opened == [(".", [])]
    assert main(["copy"]) == main(["lab", "--reset", "one"]) == 0
    assert sorted(Path().iterdir()) == sorted(
        Path(name) for name in (copies.MANIFEST, "one.ipynb", "one.backup-1.ipynb")
    )
    assert Path("one.ipynb").read_text() == "version 1"
    monkeypatch.setattr("smtplesson.command.doctor._kernel", lambda: "")
    assert main(["doctor"]) == 0
    Path("email.py").touch()
    capsys.readouterr()
    assert main(["doctor"]) == 1
    assert "would import email.py" in capsys.readouterr().out


def test_copy_opens_nothing(
    opened: list[tuple[str, list[str]]], packaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packaged / copies.GUIDE).touch()
    assert main(["copy"]) == main(["copy", "mine"]) == main(["copy", "mine", "--teacher"]) == 0
    assert main(["copy"]) == 0
    guide = copies.GUIDE
    assert capsys.readouterr().out.splitlines() == [
        *("copied: one.ipynb", "copied: one.ipynb", f"copied: {guide}"),
        f"nothing new for {Path('smtplesson-lessons').absolute()}",
    ]
    assert opened == []


def test_lab_keeps_what_was_changed_until_it_is_reset(
    opened: list[tuple[str, list[str]]], packaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook, backup = Path("mine/one.ipynb"), Path("mine/one.backup-1.ipynb")
    main(["lab", "mine"])
    notebook.write_text("my work")
    (packaged / "one.ipynb").write_text("version 2")
    main(["lab", "mine"])
    assert capsys.readouterr().out.splitlines()[-1].startswith("kept as you changed them")
    assert notebook.read_text() == "my work"
    opened.clear()
    assert main(["lab", "mine", "--reset", "one"]) == 0
    assert main(["lab", "--reset", "one.ipynb", "other"]) == 0
    assert opened == []
    assert (notebook.read_text(), backup.read_text()) == ("version 2", "my work")
    assert str(backup) in capsys.readouterr().out


def test_doctor_survives_what_it_looks_for(tmp_path: Path) -> None:
    for name in ("argparse", "email", "json", "socket"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('the wrong module')")
    status, out, err = run("doctor", ".", folder=tmp_path)
    assert (status, err) == (1, "")
    assert [line for line in out.splitlines() if not line.startswith("ok")] == [
        "PROBLEM  names of files: notebooks would import argparse.py, email.py, json.py, socket.py "
        "in place of the real module; rename them"
    ]
