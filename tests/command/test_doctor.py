"""The doctor: a healthy machine passes, and each illness is named with its cure."""

import re
import sys
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest
from ipykernel.kernelspec import write_kernel_spec
from jupyter_core.paths import jupyter_path

from smtplesson import LessonError
from smtplesson.command import doctor
from smtplesson.command.doctor import PIP, checks
from smtplesson.command.lab import VARIABLES, writable


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_all_is_well_here() -> None:
    found = checks("lessons")
    assert [str(check) for check in found if not check.ok] == []
    assert [check.name for check in found] == [
        *("Python", "jupyterlab", "ipywidgets", "anywidget", "matplotlib"),
        *("server on loopback", "STARTTLS", "kernel"),
        *("jupyterlab_widgets in JupyterLab", "anywidget in JupyterLab"),
        *("home folder", "lesson folder", "names of files"),
    ]
    assert "ok       kernel: starts and imports smtplesson" in map(str, found)
    assert not Path("lessons").exists()


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        (None, "ok       x: starts"),
        (LessonError("it is gone"), "PROBLEM  x: it is gone; mend it"),
        (
            ModuleNotFoundError("no", name="no.such"),
            f"PROBLEM  x: no is not installed here; {PIP} no",
        ),
        (RuntimeError("two\nlines"), "PROBLEM  x: RuntimeError: two lines; mend it"),
    ],
)
def test_a_check_is_one_line_with_the_cure(trouble: Exception | None, line: str) -> None:
    def look() -> str:
        if trouble:
            raise trouble
        return "starts"

    assert str(doctor._check("x", look, "mend it")) == line


def test_a_missing_package_and_a_missing_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LessonError, match="not installed"):
        doctor._package("no-such-package")
    monkeypatch.setitem(doctor.FRONT_ENDS, "anywidget", "nowhere")
    with pytest.raises(LessonError, match="front end is missing"):
        doctor._front_end("anywidget")


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.modules['smtplesson'] = None; {}", "cannot import smtplesson"),
        ("import smtplesson; smtplesson.__version__ = '0.0.1'; {}", "cannot import smtplesson"),
        ("raise SystemExit(1)", "does not start: Kernel died"),
    ],
)
def test_a_kernel_of_another_python(
    program: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = "from ipykernel.kernelapp import launch_new_instance as start; start()"
    command = [sys.executable, "-c", program.format(start), "-f", "{connection_file}"]
    write_kernel_spec(tmp_path / "kernels" / "python3", {"argv": command})
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    found = {check.name: check for check in checks("lessons")}["kernel"]
    assert not found.ok and said in found.text
    remedy = re.search("set JUPYTER_PATH to (.*)", found.text)
    assert remedy
    monkeypatch.setenv("JUPYTER_PATH", remedy[1])  # where the kernel is that a lesson needs
    (first, *_), ours = jupyter_path("kernels"), Path(sys.prefix, "share", "jupyter", "kernels")
    assert Path(first) == ours and (ours / "python3" / "kernel.json").exists()


def test_a_kernel_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    found = doctor._check("kernel", doctor._kernel, "mend it")
    assert not found.ok
    assert found.text.endswith("; mend it")


def test_a_server_that_answers_otherwise() -> None:
    assert doctor._answers(220) == "answers 220"
    with pytest.raises(LessonError, match="answers 250, not 354"):
        doctor._answers(354, "EHLO client.example")


@pytest.mark.parametrize(
    "name", ["email.py", "smtplib.py", "random.py", "socket.py", "smtplesson.py"]
)
def test_a_file_that_shadows_a_module(name: str) -> None:
    Path(name).touch()
    with pytest.raises(LessonError, match=name):
        doctor._names(Path())
    # A notebook of another folder does not look for modules here.
    assert doctor._names(Path("lessons")) == "none hides a module"


def test_a_package_shadows_and_a_plain_folder_does_not() -> None:
    Path("email").mkdir()
    Path("lessons.py").touch()
    Path("random.txt").touch()
    assert doctor._names(Path()) == "none hides a module"
    Path("email", "__init__.py").touch()
    with pytest.raises(LessonError, match="email"):
        doctor._names(Path())


def test_a_checkout_shadows_nothing() -> None:
    """As after the README's plain install, when the package lies elsewhere."""
    copytree(Path(doctor.__file__).parents[1], "smtplesson")
    assert doctor._names(Path()) == "none hides a module"
    Path("smtplesson", "command", "doctor.py").unlink()  # now it may be anybody's
    with pytest.raises(LessonError, match="smtplesson"):
        doctor._names(Path())


def test_a_folder_that_cannot_be_written() -> None:
    Path("lessons").touch()
    with pytest.raises(LessonError, match="cannot be written: Not a directory"):
        writable(Path("lessons"))


@pytest.mark.parametrize("variable", ["HOME", "JUPYTER_RUNTIME_DIR"])
def test_a_home_that_cannot_be_written(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(doctor, "_kernel", lambda: "")
    Path("file").touch()
    monkeypatch.setenv(variable, str(tmp_path / "file"))
    found = {check.name: check for check in checks("lessons")}["home folder"]
    assert not found.ok and f"{tmp_path / 'file'}" in found.text
    monkeypatch.setenv("HOME", str(tmp_path))  # as the remedy has it
    if unset := re.search("; set HOME to a folder that can be written, and unset (.*)", found.text):
        monkeypatch.delenv(unset[1])
    assert {check.name: check for check in checks("lessons")}["home folder"].ok


def test_without_a_loopback_nothing_is_to_be_installed_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(wanted: int, *lines: str) -> str:
        raise LessonError("no loopback")

    monkeypatch.setattr(doctor, "_answers", down)
    monkeypatch.setattr(doctor, "_kernel", partial(down, 0))
    found = [check for check in checks("lessons") if not check.ok]
    assert [check.name for check in found] == ["server on loopback", "STARTTLS", "kernel"]
    assert {check.text for check in found} == {f"no loopback; {doctor.LOOPBACK_REMEDY}"}
