"""The Console: a terminal on an SMTP server, with everything that it says taken apart."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import anywidget
from traitlets import Dict, List, Unicode

from smtplesson.console.model import ConsoleModel
from smtplesson.console.page import TAIL, choices, rows, static, view
from smtplesson.console.talk import ConsoleTalk
from smtplesson.loopback.host import Host
from smtplesson.loopback.server import Server
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.scenario import Scenario
from smtplesson.show.front_end import module, style_sheet

_HERE = Path(__file__).parent
PACE = 0.1  # seconds between two updates while a cell sends line after line
QUIET = 0.5  # seconds without a line after which the tail of the log is told, which is long


class Console(anywidget.AnyWidget):
    """Type a command, press Enter, see the reply and what it means.

    scenario: a Scenario, the name of a built-in one, or the path of a TOML file.
    seed: decides everything that is random.
    host: a Host to share with other consoles, or a running Server.
    Raises: ScenarioError if there is no such scenario.
    """

    _esm = module(_HERE / "console.js")
    _css = style_sheet(_HERE / "console.css")

    # What each panel shows; `view` says what is in them. The log goes by messages, so that
    # an exchange costs the same however many there were before it; its tail is for tomorrow,
    # when the notebook is opened and no kernel knows of it.
    tail: List[Any] = List().tag(sync=True)
    status = Dict().tag(sync=True)
    offers: List[Any] = List().tag(sync=True)
    state = Unicode().tag(sync=True)
    post = Unicode().tag(sync=True)
    reply = Unicode().tag(sync=True)
    bars = Unicode().tag(sync=True)
    guesses = Unicode().tag(sync=True)
    setup = Dict().tag(sync=True)
    recall: List[Any] = List().tag(sync=True)
    choices: List[Any] = List(choices()).tag(sync=True)
    map = Dict().tag(sync=True)
    own = Unicode().tag(sync=True)  # the model's number, by which Jupyter says whether it lives

    def __init__(
        self,
        scenario: Scenario | str = "example",
        *,
        seed: int = 0,
        host: Host | Server | None = None,
    ) -> None:
        self.model = ConsoleModel(scenario, seed=seed, host=host)
        self._talk = ConsoleTalk(self.model)
        self._told_at = 0.0
        self._due: asyncio.TimerHandle | None = None
        self._keeping: asyncio.TimerHandle | None = None
        super().__init__(**view(self.model), tail=rows(self.model)[-TAIL:])
        self.own = self.model_id
        self.on_msg(self._heard)

    # ---- for notebooks

    @property
    def transcript(self) -> Transcript:
        """All exchanges since the start."""
        return self.model.transcript

    def say(self, line: str) -> Exchange | None:
        """Sends a line as if it were typed; returns what it drew, or None if the panel says why."""
        new = self.model.submit(line)
        self._show_paced()
        return new[0] if new else None

    def restart(self, scenario: Scenario | str | None = None, *, seed: int | None = None) -> None:
        """Begins again; scenario and seed stay as they are unless given."""
        self.model.restart(scenario, seed)
        self._show()

    def text(self) -> str:
        """What the console shows, as plain text."""
        return str(static(self.model))

    def html(self) -> str:
        """What the console shows, as static HTML."""
        return static(self.model)._repr_html_()

    def __repr__(self) -> str:
        host, count = self.model.host, len(self.transcript)
        return f"<Console {host.scenario.name}, seed {host.seed}, {count} exchanges>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        # Where no front end runs, what the console shows stands in for the widget.
        bundle, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**bundle, "text/plain": self.text(), "text/html": self.html()}, metadata

    # ---- for the front end

    def _heard(self, _: object, message: dict[str, Any], __: object) -> None:
        """Does what the front end asks for."""
        for answer in self._talk.hear(message):
            self.send(answer)
        self._show()

    def _show_paced(self) -> None:
        """Tells the front ends what has changed, but not so often that a browser falls behind."""
        self._due = _later(self._told_at + PACE - monotonic(), self._show, self._due)

    def _show(self) -> None:
        """Tells the front ends what has changed."""
        self._told_at = monotonic()
        panels, log = self._talk.news()
        tail = panels.pop("tail")
        with self.hold_sync():
            for name, value in panels.items():
                setattr(self, name, value)
        self.send(log)
        if drawn := self._talk.map():
            self.map = drawn
        self._keeping = _later(QUIET, lambda: self.set_trait("tail", tail), self._keeping)


def _later(
    wait: float, do: Callable[[], object], before: asyncio.TimerHandle | None
) -> asyncio.TimerHandle | None:
    """Does it after so many seconds, in place of what was to be done before; or at once.

    Without a kernel nothing waits, because there is no front end either.
    """
    if before:
        before.cancel()
    try:
        if wait > 0:
            return asyncio.get_running_loop().call_later(wait, do)
    except RuntimeError:
        pass
    do()
    return None
