"""The command line, as a user types it."""

import io
import json
import os
import pty
import re
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import smtplesson
from smtplesson.command import cli, copies, lab, parser
from smtplesson.command.cli import main
from smtplesson.command.colour import painted
from smtplesson.protocol.states import TABLE
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


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a talk prints into which these lines are piped."""

    def said(*lines: str, scenario: str = "example", seed: int = 0) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
        assert main(["talk", "--scenario", scenario, "--seed", str(seed)]) == 0
        return capsys.readouterr().out

    return said


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
    assert main(typed.split()) == 2
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a POSIX pipe")
def test_a_reader_that_leaves_is_no_traceback() -> None:
    program = subprocess.Popen(
        [*COMMAND, "talk"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert program.stdin and program.stdout
    program.stdout.close()
    _, err = program.communicate(b"NOOP\n" * 2_000, timeout=60)
    assert err == b""


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


# ---- talk


def test_a_conversation_through_a_pipe() -> None:
    status, out, err = run(
        "talk",
        said=b"EHLO me\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<alice@example.test>\r\n"
        b"DATA\nSubject: hello\n\n?what\n\xff\xfe\n.\nQUIT",
    )
    assert (status, err) == (0, "")
    assert "[connected: EHLO HELO QUIT" in out
    assert f"[greeted: {' '.join(TABLE[smtplesson.State.GREETED])}]" in out
    assert "C: MAIL FROM:<a@client.example>\nS: 250 2.1.0" in out
    assert "   354: send the message" in out
    assert "Positive intermediate, mail system: send more." in out
    assert "[content: message text, a lone dot ends it]" in out
    assert "C: ?what" in out
    assert "S: 250 2.6.0 Message accepted, 29 octets" in out
    assert "S: 221 " in out


MAIL = ("EHLO me", "MAIL FROM:<a@client.example>", "RCPT TO:<alice@example.test>")
LOGIN = ("EHLO me", "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", "AUTH LOGIN", "YWxpY2U=", "*")


@pytest.mark.parametrize(
    ("lines", "shown", "hidden"),
    [
        ([], ["EHLO client.example. ? helps, ?550 explains, Ctrl-D ends."], "S: 500"),
        (["?450", "?4.7.1"], ["450: mailbox unavailable for now", "4.7.1: "], "S: 500"),
        (["?nonsense"], ["!: cannot explain 'nonsense'"], "S: 500"),
        (["?"], ["?550     says what a code means", "Ctrl-D   ends"], "S: 500"),
        ([*MAIL, "DATA", "?", "."], ["C: ?\n"], "Ctrl-D   ends"),
        (
            [*MAIL, "DATA", "?354", "x", "."],
            ["354: send the message, end with a lone dot\n", "Message accepted, 3 octets"],
            "C: ?354",
        ),
        (LOGIN, ["S: 235"], "AGFsaWNl"),
        (["EHLO me", "STARTTLS", "EHLO me"], ["!: TLS handshake made"], "S: 5"),
    ],
)
def test_what_a_talk_shows(
    lines: list[str], shown: list[str], hidden: str, talk: Callable[..., str]
) -> None:
    out = talk(*lines)
    assert [each for each in shown if each not in out] == []
    assert hidden not in out


def test_talk_connects_again_and_lets_time_pass(talk: Callable[..., str]) -> None:
    out = talk(*MAIL, "QUIT", "NOOP", "?+300", "", *MAIL, scenario="greylist")
    assert "[closed: Enter connects again, Ctrl-D ends]" in out
    assert "!: the session is closed" in out
    assert "!: 300 seconds have passed" in out
    assert out.index("S: 450 4.7.0") < out.index("S: 250 2.1.5")


def test_talk_breaks_between_words_and_paints_by_class(
    talk: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = talk(*MAIL[:2], "RCPT TO:<bob@example.test>", "x\x1b[31my\x9b")
    plain = re.sub(r"\x1b\[(?:32|33|31|0)m", "", shown)
    assert "\x1b" not in plain and "\x9b" not in plain  # what was typed does not act
    assert "\x1b[32mS: 220 " in shown and "\x1b[33mS: 452 " in shown and "\x1b[31mS: 500 " in shown
    assert painted(250, "a\x1b[1m", sys.stdout) == "\x1b[32ma\\x1b[1m\x1b[0m"
    assert painted(None, "a\x1b[1m", sys.stdout) == "a\\x1b[1m"
    lines = plain.splitlines()
    assert [line for line in lines if len(line) > 40] == []
    assert (
        lines[lines.index("   250: requested action completed.") + 1]
        == "   Positive completion, mail system: go"
    )
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in talk("NOOP")


def test_a_pipe_is_neither_painted_nor_broken(
    talk: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("TERM", "xterm")
    said = talk(*MAIL)
    assert "\n   250: requested action completed. Positive completion, mail " in said
    assert "\x1b" not in said


def test_the_same_seed_gives_the_same_talk(talk: Callable[..., str]) -> None:
    first, again, other = (
        talk(*[*MAIL, "QUIT", ""] * 20, scenario="busy", seed=seed) for seed in (7, 7, 8)
    )
    assert first == again != other


def test_every_built_in_scenario_can_be_talked_to(talk: Callable[..., str]) -> None:
    for name in smtplesson.scenario_names():
        assert "S: " in talk("EHLO me", "NOOP", "QUIT", scenario=name)


def test_a_dropped_connection_is_told(tmp_path: Path, talk: Callable[..., str]) -> None:
    (tmp_path / "rude.toml").write_text('[[rule]]\nat = "connect"\ndrop = true\n')
    said = talk("", "", scenario=str(tmp_path / "rude.toml"))
    assert said.count("!: connection closed without a reply") == 2


# ---- serve


@contextmanager
def serving(*options: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The running command and its port, read off its first line."""
    program = subprocess.Popen(
        [*COMMAND, "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout
        first = program.stdout.readline()
        assert first.startswith("listening on 127.0.0.1:")
        yield program, int(first.removeprefix("listening on 127.0.0.1:"))
    finally:
        program.kill()
        program.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_logs_without_credentials_and_says_farewell(number: signal.Signals) -> None:
    # RFC 5321 §3.8
    with serving() as (program, port):
        for _ in range(2):
            with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=10) as client:
                client.login("alice", "wonderland")
                client.sendmail("a@client.example", ["alice@example.test"], "Subject: x\n\nhello\n")
        with socket.create_connection(("127.0.0.1", port), 10) as stays:
            assert stays.recv(1_000).startswith(b"220 ")
            program.send_signal(number)
            farewell = stays.recv(1_000)
            assert farewell.startswith(b"421 4.3.2 example.test ")
            assert stays.recv(1_000) == b""
        out, err = program.communicate(timeout=10)
    assert (program.returncode, err) == (0, "")
    assert out.splitlines()[-1] == f"[3] S: {farewell.decode().rstrip()}"
    assert "[2] c: mail from:<a@client.example>" in out.lower()
    for each in ("[1] S: 220 example.test", "[2] C: hello", "[1] S: 235 ", "****"):
        assert each in out
    assert "AGFsaWNlAHdvbmRlcmxhbmQ=" not in out and "wonderland" not in out


def test_serve_takes_scenario_seed_and_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    file = tmp_path / "mine.toml"
    file.write_text('[[rule]]\nat = "connect"\nreply = "421 Not today"\n')
    options = ("--scenario", str(file), "--port", str(free), "--seed", "3")
    with serving(*options) as (program, port):
        assert port == free
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            assert client.recv(100) == b"421 Not today\r\n"
        program.terminate()
        assert program.wait(10) == 0


def test_serve_keeps_a_log_as_json_lines_behind_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text('{"kept": true}\n')
    with serving("--quiet", "--log", str(file)) as (program, port):
        with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=10) as client:
            client.login("alice", "wonderland")
            client.sendmail("a@client.example", ["alice@example.test"], b"Subject: x\n\n.\xe4\n")
        program.terminate()
        out, err = program.communicate(timeout=10)
    assert (out, err) == ("", "")
    kept, *said = map(json.loads, file.read_text().splitlines())
    assert kept == {"kept": True}
    assert {each.pop("session") for each in said} == {1}
    assert [(each["stage"], each["received"][:3]) for each in said] == [
        *(("connect", "220"), ("EHLO", "250"), ("AUTH", "334"), ("AUTH-response", "235")),
        *(("MAIL", "250"), ("RCPT", "250"), ("DATA", "354"), ("end-of-data", "250")),
        ("QUIT", "221"),
    ]
    assert "\n..\xe4\n" in said[7]["sent"]  # as it was said: with its dot doubled
    assert "wonderland" not in file.read_text() and "****" in said[3]["sent"]


def test_serve_logs_all_of_what_a_thousand_lines_in_one_go_draw() -> None:
    with serving() as (program, port):
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(b"NOOP \xff\x1b\r\n" * 1_000 + b"QUIT\r\n")
            while client.recv(65_536):
                pass
        program.terminate()
        out, _ = program.communicate(timeout=10)
    assert out.count("[1] C: NOOP \\xff\\x1b\n[1] S: 250 ") == 1_000
    assert out.splitlines()[-2] == "[1] C: QUIT"


@pytest.mark.parametrize(("plain", "paint"), [({}, "\x1b[32m"), ({"NO_COLOR": "1"}, "")])
def test_serve_colours_replies_on_a_terminal(plain: dict[str, str], paint: str) -> None:
    mine, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **plain}
    with subprocess.Popen([*COMMAND, "serve"], stdout=theirs, env=environment) as program:
        os.close(theirs)
        lines = os.fdopen(mine, "rb", buffering=0)
        port = int(lines.readline().rsplit(b":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.recv(1_000)
            said = lines.readline().decode()
        program.terminate()
    assert said.startswith(f"[1] S: {paint}220 example.test")
    assert ("\x1b" in said) == bool(paint)


def test_serve_says_in_one_line_where_no_log_can_be_written(tmp_path: Path) -> None:
    told = run("serve", "--log", str(tmp_path))
    assert told[:2] == (2, "") and told[2].startswith(f"smtplesson: --log {tmp_path}: cannot be")


def test_serve_goes_on_when_nobody_reads_its_log() -> None:
    with serving() as (program, port):
        assert program.stdout and program.stderr
        program.stdout.close()
        for _ in range(3):
            with smtplib.SMTP("127.0.0.1", port, "client.example", timeout=10) as client:
                assert client.noop()[0] == 250
        program.terminate()
        assert program.wait(10) == 0
        assert program.stderr.read() == ""
        program.stdout = None


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
