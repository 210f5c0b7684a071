"""The command talk: a conversation in a terminal, or through a pipe."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import smtplesson
from smtplesson.command.cli import main
from smtplesson.command.colour import painted
from smtplesson.protocol.states import TABLE
from tests.command.test_cli import COMMAND, run


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a talk prints into which these lines are piped."""

    def said(*lines: str, scenario: str = "example", seed: int = 0) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
        assert main(["talk", "--scenario", scenario, "--seed", str(seed)]) == 0
        return capsys.readouterr().out

    return said


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


def narrow(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """A terminal of so many columns that shows colours."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", f"{columns}")
    monkeypatch.setenv("TERM", "xterm")


def test_talk_breaks_between_words_and_paints_by_class(
    talk: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(monkeypatch, 40)
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
    narrow(monkeypatch, 20)
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


def test_a_reader_that_leaves_is_no_traceback() -> None:
    program = subprocess.Popen(
        [*COMMAND, "talk"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert program.stdin and program.stdout
    program.stdout.close()
    _, err = program.communicate(b"NOOP\n" * 2_000, timeout=60)
    assert err == b""
