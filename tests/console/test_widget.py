"""The Console widget without a browser: what it tells a front end, and what it does for it."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anywidget import AnyWidget

from smtplesson import Console, Reply, Scenario, State, Transcript
from smtplesson.console.page import TAIL
from smtplesson.console.widget import PACE, QUIET
from smtplesson.facts import duty
from smtplesson.protocol.scenario import Rule
from smtplesson.show.style import CLASS_STYLES

PANELS = ("status", "state", "offers", "reply", "bars", "guesses", "setup", "recall", "choices")


Messages = list[dict[str, Any]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Messages:
    """The messages that consoles send to their front ends."""
    messages: Messages = []
    monkeypatch.setattr(AnyWidget, "send", lambda _, message, __=None: messages.append(message))
    return messages


@pytest.fixture
def console() -> Console:
    return Console()


def hears(console: Console, **message: object) -> None:
    """The console gets a message as from its front end."""
    console._handle_custom_msg(message, [])


def test_it_shows_three_forms_of_itself(console: Console) -> None:
    console.say("EHLO client.example")
    bundle, _ = console._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert bundle["text/plain"] == console.text()
    assert bundle["text/html"] == console.html()
    assert "C: EHLO client.example" in console.text()


def test_a_notebook_can_drive_it(console: Console) -> None:
    exchange = console.say("NOOP")
    assert exchange and exchange is console.transcript[1] and exchange.code == 250
    assert console.say("a\nb") is None
    assert "One line" in console.status["error"]
    console.restart("strict", seed=5)
    assert (console.setup["scenario"], console.setup["seed"]) == ("strict", "5")
    assert console.transcript.codes == [220]
    console.restart()
    assert console.setup["scenario"] == "strict"


def test_what_a_front_end_gets_is_json(console: Console, told: Messages) -> None:
    for line in ("EHLO client.example", "FROB \ud800\0<b>", "AUTH LOGIN"):
        hears(console, kind="send", line=line)
    for panel in PANELS:
        shown = getattr(console, panel)
        assert json.loads(json.dumps(shown, ensure_ascii=False).encode()) == shown
    assert json.dumps(told, ensure_ascii=False).encode()


def test_the_look_of_the_classes_comes_from_one_place(console: Console) -> None:
    for digit, style in CLASS_STYLES.items():
        (choice,) = [each for each in console.choices if each["digit"] == str(digit)]
        assert choice["html"].endswith(f"> {digit} {duty(100 * digit)}</span>")
        assert style.mark in choice["html"]
    front_end = str(Console._esm) + str(Console._css)
    assert not any(style.fill in front_end for style in CLASS_STYLES.values())


def test_the_front_end_takes_nothing_for_markup_but_what_python_made() -> None:
    front_end = str(Console._esm)
    assert front_end.count("innerHTML") == front_end.count("template.innerHTML = html") == 1
    assert "outerHTML" not in front_end and "insertAdjacent" not in front_end


def test_what_a_server_says_is_escaped_in_every_panel(told: Messages) -> None:
    trap = "<img src=x>"
    rule = Rule("NOOP", Reply(550, f"5.7.1 {trap}"))
    console = Console(Scenario(trap, about=trap, rules=(rule,)))
    hears(console, kind="log")
    hears(console, kind="predict", on=True)
    for line in (f"NOOP {trap}", "5"):
        hears(console, kind="send", line=line)
    log = "".join(row["html"] for message in told for row in message["rows"])
    assert log.count("&lt;img src=x&gt;") == 2
    shown = (log, console.state, console.reply, console.bars, console.guesses, console.html())
    assert not any("<img" in html for html in shown)


def test_a_front_end_can_do_all_that_a_learner_can(console: Console) -> None:
    hears(console, kind="send", line="QUIT")
    assert console.status["closed"] is True
    hears(console, kind="reconnect")
    assert (console.status["closed"], console.transcript.codes) == (False, [220, 221, 220])
    hears(console, kind="predict", on=True)
    hears(console, kind="send", line="NOOP")
    assert console.status["asked"] is True
    hears(console, kind="take back")
    assert console.status["asked"] is False
    hears(console, kind="send", line="NOOP")
    hears(console, kind="send", line="2")
    assert "1 of 1 right" in console.guesses
    hears(console, kind="raw", on=True)
    assert console.offers[0]["line"].endswith(r"\r\n")
    hears(console, kind="wait")
    assert console.model.host.clock == 300
    hears(console, kind="restart", scenario="busy", seed="3")
    assert repr(console) == "<Console busy, seed 3, 1 exchanges>"
    hears(console, kind="restart", scenario="nonsense", seed="3")
    assert "not a scenario" in console.status["error"]
    assert f'<li aria-current="step">{State.CONNECTED}</li>' in console.state


def test_the_state_map_is_drawn_while_somebody_looks(console: Console) -> None:
    hears(console, kind="send", line="EHLO client.example")
    assert console.map == {}
    hears(console, kind="map", on=True)
    assert console.map["src"].startswith("data:image/png;base64,")
    assert "now in state greeted" in console.map["alt"]
    hears(console, kind="send", line="MAIL FROM:<you@client.example>")
    assert "now in state sender" in console.map["alt"]
    hears(console, kind="map", on=False)
    hears(console, kind="send", line="RSET")
    assert "now in state sender" in console.map["alt"]


def test_the_transcript_is_copied_as_text(console: Console, told: Messages) -> None:
    hears(console, kind="send", line="AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=")
    hears(console, kind="copy")
    (message,) = [message for message in told if message["kind"] == "copy"]
    assert message["text"] == str(console.transcript)
    assert "AGFsaWNl" not in message["text"]


def test_the_transcript_is_saved_under_a_name_that_is_free(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hears(console, kind="save")
    hears(console, kind="send", line="NOOP")
    hears(console, kind="save")
    assert "smtp-transcript-2.jsonl" in console.status["hint"]
    saved = [Transcript.load(f"smtp-transcript-{number}.jsonl").codes for number in (1, 2)]
    assert saved == [[220], [220, 250]]
    assert Path("smtp-transcript-2.txt").read_text() == f"{console.transcript}\n"
    monkeypatch.setattr(Path, "replace", lambda *_: os.rmdir("missing"))
    hears(console, kind="save")
    assert "cannot be written" in console.status["error"] and len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    "message", [{}, {"kind": "send"}, {"kind": "send", "line": 5}, {"kind": "x", "on": "y"}]
)
def test_a_senseless_message_is_reported_on_the_panel(
    console: Console, message: dict[str, object]
) -> None:
    hears(console, **message)
    assert console.status["error"].startswith("The console itself failed")
    hears(console, kind="send", line="NOOP")
    assert (console.status["error"], console.transcript.codes) == ("", [220, 250])


# ---- the log, which goes by messages


def numbers(message: dict[str, Any]) -> list[int]:
    return [row["n"] for row in message["rows"]]


def test_only_what_is_new_is_told_but_all_to_latecomers(console: Console, told: Messages) -> None:
    hears(console, kind="log")
    hears(console, kind="send", line="EHLO client.example")
    hears(console, kind="send", line="NOOP")
    hears(console, kind="log")
    hears(console, kind="restart", scenario="busy", seed="0")
    assert [(message["whole"], numbers(message), message["total"]) for message in told] == [
        *((True, [0], 1), (False, [1], 2), (False, [2], 3)),
        *((True, [0, 1, 2], 3), (True, [0], 1)),
    ]


def test_each_message_is_answered_by_its_number(console: Console, told: Messages) -> None:
    hears(console, kind="raw", on=True, number=0.5)
    hears(console, kind="nonsense", number=0.75)
    console.say("NOOP")
    assert [message["heard"] for message in told] == [0.5, 0.75, None]


def test_it_knows_its_own_number(console: Console) -> None:
    assert console.own == console.model_id


def test_a_loop_of_sends_does_not_drown_the_browser(console: Console, told: Messages) -> None:
    async def cell() -> None:
        for _ in range(300):
            console.say("NOOP")
        await asyncio.sleep(2 * PACE)

    asyncio.run(cell())
    assert len(told) < 100
    assert sorted(n for message in told for n in numbers(message)) == list(range(301))
    assert ">300<" in console.bars


def test_the_tail_is_told_when_nobody_types(console: Console) -> None:
    changes: list[int] = []
    console.observe(lambda change: changes.append(len(change["new"])), "tail")

    async def cell() -> None:
        for _ in range(2 * TAIL):
            hears(console, kind="send", line="NOOP")
        assert not changes
        await asyncio.sleep(2 * QUIET)

    asyncio.run(cell())
    assert changes == [TAIL]
    assert console.tail[-1]["n"] == 2 * TAIL


def test_without_a_kernel_every_line_is_told_at_once(console: Console, told: Messages) -> None:
    for _ in range(3):
        console.say("NOOP")
    assert len(told) == 3


def test_unchanged_panels_are_not_sent_again(console: Console) -> None:
    console.say("NOOP")
    changes: list[str] = []
    note: Callable[[Any], None] = lambda change: changes.append(change["name"])  # noqa: E731
    console.observe(note, PANELS)
    console.say("NOOP")
    assert changes == ["bars"]
