"""JupyterLab as the lesson opens it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jupyterlab.labapp import LabApp

from smtplesson import LessonError
from smtplesson.command import lab, without_grammar
from smtplesson.command.lab import FIRST_NOTEBOOK, open_lab
from smtplesson.command.lab_options import ALONE, WITH_VALUE


def test_lab_runs_in_the_folder_with_the_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def run(command: list[str], environment: dict[str, str], root: Path, *_: object) -> int:
        seen[:] = [command, environment, root]
        return 7

    monkeypatch.setattr(lab, "_run", run)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/the/users/own")
    monkeypatch.setenv("PATH", "/bin")
    monkeypatch.setenv("SHELL", "/bin/zsh")
    (tmp_path / FIRST_NOTEBOOK).touch()
    assert open_lab(tmp_path, ["--no-browser"]) == 7
    command, environment, root = seen
    assert root == tmp_path
    assert command == [
        *(sys.executable, "-P", "-m", without_grammar.__name__, f"--ServerApp.root_dir={tmp_path}"),
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        *("--ServerApp.log_level=ERROR", "--LabApp.log_level=ERROR"),
        *("--ServerApp.terminado_settings={'shell_command': ['/bin/zsh']}", "--no-browser"),
    ]
    assert isinstance(environment, dict)
    assert environment["PATH"].split(os.pathsep)[:2] == [str(Path(sys.executable).parent), "/bin"]
    own, ours = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert own == "/the/users/own"
    settings = Path(ours, "labconfig", "default_setting_overrides.json").read_text()
    assert json.loads(settings)["@jupyterlab/apputils-extension:notification"] == {
        "checkForUpdates": False,
        "fetchNews": "false",
    }


@pytest.mark.parametrize(
    "words", [f"{without_grammar.__name__} --version", "smtplesson handout none --out pages"]
)
def test_no_grammar_is_loaded_that_nobody_uses(words: str, tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", *words.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "jsonschema._format" in done.stderr
    assert "rfc3987_syntax.syntax_helpers" not in done.stderr


@pytest.mark.parametrize("option", ["--debug", "--log-level=10", "--ServerApp.log_level=INFO"])
def test_who_asks_for_the_log_gets_it(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(lab, "_run", lambda command, *_: seen.extend(command))
    open_lab(tmp_path, [option])
    assert [word for word in seen if re.search("log|debug", word.split("=")[0])] == [option]


# A stand-in for JupyterLab, which writes where it is once it listens, and where an older one
# has left such a file.
SERVER = """
import json, os, pathlib, sys, time
(left,) = pathlib.Path(sys.argv[1]).glob("*")
file = left.with_name(f"jpserver-{os.getpid()}.json")
file.write_text("{")
time.sleep(0.3)
file.write_text(json.dumps({"url": "http://localhost:9/base/", "token": sys.argv[2]}))
time.sleep(1)
"""


@pytest.mark.parametrize(("token", "end"), [("abc", "?token=abc"), ("", "")])
def test_lab_tells_three_lines(
    token: str,
    end: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run, runtime, lessons = lab._run, tmp_path / "runtime", tmp_path / "lessons"
    for folder in (runtime, lessons):
        folder.mkdir()
    (runtime / "jpserver-1.json").touch()
    (lessons / FIRST_NOTEBOOK).touch()

    def stand_in(command: list[str], *rest: Any) -> int:
        return run([sys.executable, "-c", SERVER, str(runtime), token], *rest)

    monkeypatch.setattr(lab, "_run", stand_in)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
    assert open_lab(lessons) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Lesson  http://localhost:9/base/lab/tree/{FIRST_NOTEBOOK}{end}",
        f"Folder  {lessons}",
        "Stop    Ctrl-C, then y",
    ]


def test_the_address_of_a_killed_server_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "jpserver-7.json").write_text('{"url": "http://old/", "token": ""}')
    assert lab._tell(tmp_path, "lab", 7)
    assert capsys.readouterr().out.startswith("Lesson  http://old/lab\n")
    monkeypatch.setattr(lab, "_info_file", lambda pid: tmp_path / "jpserver-7.json")
    assert lab._run([sys.executable, "-c", ""], {**os.environ}, tmp_path) == 0
    assert not lab._tell(tmp_path, "lab", 7)
    assert capsys.readouterr().out == ""


def test_lab_needs_its_folder_and_jupyterlab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LessonError, match="no such folder"):
        open_lab(tmp_path / "missing")
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    with pytest.raises(LessonError, match="JupyterLab is not installed"):
        open_lab(tmp_path)


def test_lab_says_in_one_line_that_jupyter_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "file"))
    with pytest.raises(LessonError, match=r"file cannot be written: .*, and unset J"):
        open_lab(tmp_path)


def test_the_options_are_those_of_jupyterlab() -> None:
    alone, with_value = (
        {name for names in each for name in ([names] if isinstance(names, str) else names)}
        for each in (LabApp.flags, LabApp.aliases)
    )
    assert alone <= ALONE
    assert with_value <= WITH_VALUE | ALONE


def test_the_exit_status_is_that_of_the_program_run(tmp_path: Path) -> None:
    program = "import os; raise SystemExit(len(os.listdir()))"
    for number in range(3):
        (tmp_path / str(number)).touch()
    assert lab._run([sys.executable, "-c", program], {**os.environ}, tmp_path) == 3


PARENT = """
import os, signal, sys
from smtplesson.command.lab import _run

sys.exit(_run([sys.executable, "-c", sys.argv[1]], {**os.environ}, None) != -signal.SIGTERM)
"""


def test_errors_are_shown_and_the_kernels_warning_is_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    warning = f"[IPKernelApp] WARNING | {lab.KERNELS_WARNING.decode()} All of it."
    program = f"import sys; print('[E] broken\\n{warning}\\nlast', file=sys.stderr); sys.exit(4)"
    run = partial(lab._run, [sys.executable, "-c", program], {**os.environ}, tmp_path)
    assert run(unsaid=lab.KERNELS_WARNING) == 4
    assert capfd.readouterr().err == "[E] broken\nlast\n"
    assert run() == 4
    assert warning in capfd.readouterr().err


def test_a_signal_that_comes_while_the_program_starts_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    start = subprocess.Popen

    def slow(*words: Any, **named: Any) -> Any:
        process = start(*words, **named)
        os.kill(os.getpid(), signal.SIGTERM)
        return process

    monkeypatch.setattr(subprocess, "Popen", slow)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert lab._run(command, {**os.environ}, tmp_path) == -signal.SIGTERM


def test_a_program_is_stopped_with_its_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, child])
    deadline = time.monotonic() + 20
    while not note.exists() or not note.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    parent.terminate()
    assert parent.wait(20) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
