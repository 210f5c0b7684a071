"""The distribution lab: one scenario many times over, and how often each reply comes."""

import asyncio
from collections.abc import Iterator, Sequence
from math import inf
from time import monotonic
from typing import cast

from ipywidgets import HTML, Button, Dropdown, SelectionSlider, Text, ToggleButtons
from matplotlib.axes import Axes

from smtplesson.errors import LessonError
from smtplesson.experiments.senders import ONE_MESSAGE, PATIENT, PIPELINED, STUBBORN
from smtplesson.experiments.tally import Tally
from smtplesson.figures.bars import reply_bars
from smtplesson.figures.compared import compared_bars
from smtplesson.figures.convergence import convergence
from smtplesson.figures.heat_map import heat_map
from smtplesson.figures.panel import Panel
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario
from smtplesson.protocol.scenario_file import scenario_names
from smtplesson.show.pieces import Box, Meter, Part, Span, as_html
from smtplesson.widgets.board import Board
from smtplesson.widgets.distribution_run import SIZES, Means, Run, verdict

SENDERS = {
    "one message, accepts a refusal": ONE_MESSAGE,
    "patient: tries again after 4yz": PATIENT,
    "pipelined: MAIL, RCPT and DATA in one go": PIPELINED,
    "stubborn: goes on after 5yz": STUBBORN,
}
NONE = "none"
# Seconds: of work until the kernel may look for a click, and at least between two pictures.
SLICE, FRAME = 0.05, 0.3


class DistributionLab(Board):
    """Choose a server and a sender, and see what up to a million sessions draw.

    Whatever is changed is played at once; what takes longer goes on by itself and can be stopped.

    scenario: a Scenario, the name of a built-in one, or the path of a TOML file.
    seed: decides everything that is random; the same seed gives the same counts.
    Raises: LessonError if there is no such scenario, or the seed is no whole number.
    """

    title = "How often each reply comes"

    def __init__(self, scenario: Scenario | str = "busy", seed: int = 0) -> None:
        given = find_scenario(scenario)
        self._known = {name: find_scenario(name) for name in scenario_names()}
        self._known[given.name] = given
        self._offer(given.name, seed)
        self._shown: object = None
        self._due = 0.0  # when the next picture is
        self._task: asyncio.Task[None] | None = None
        self._panels: dict[object, Panel] = {}  # drawn over, since to lay one out takes long
        self._run = self._asked()
        self._run.play(inf)  # a thousand sessions at once, so that there is something to see
        settings = (self.scenario, self.other, self.sender, self.sessions, self.seed)
        super().__init__(settings[:3], settings[3:], [self.view, self.stop, self.run])
        *above, news, page = self.box.children
        self.box.children = [*above, self.progress, news, page]
        self.box.add_class("smtp-distribution")
        self.on_click(self.run, self._start)
        self.on_click(self.stop, self._stop)
        self.on_change(self.view)
        for setting in settings:
            self.on_change(setting, self._start)

    def _offer(self, name: str, seed: int) -> None:
        """Makes the controls."""
        sizes = [(f"{size:,}", size) for size in SIZES]
        self.scenario = Dropdown(options=[*self._known], value=name, description="Scenario")
        self.other = Dropdown(options=[NONE, *self._known], description="Compare with")
        self.sender = Dropdown(options=[*SENDERS.items()], description="Sender")
        self.sessions = SelectionSlider(options=sizes, value=1_000, description="Sessions")
        self.seed = Text(str(seed), description="Seed")
        self.view = ToggleButtons(options=["bars", "heat map", "convergence"], description="View")
        self.run = Button(description="Go on")
        self.stop = Button(description="Stop")
        self.progress = HTML()

    def pieces(self) -> Iterator[Part]:
        """What each scenario is, its picture, how well it fits; then all shares in a table."""
        run = self._run
        for scenario in run.scenarios:
            yield ": ".join(filter(None, (scenario.name, scenario.about)))
        yield Box(*self._pictures(), kind="smtp-pictures")
        for scenario, tally, means in zip(run.scenarios, run.tallies, run.means, strict=True):
            named = f"{scenario.name}: " if len(run.scenarios) > 1 else ""
            yield f"{named}{verdict(tally, means)}"
        yield run.shares()

    def show(self) -> None:
        """Draws the page again if something on it is new; during a run only now and then."""
        run = self._run
        self.progress.value = _progress(run)
        now = (run.place, run.sessions, run.goes_on, self.view.value)
        if now == self._shown and not (run.goes_on and monotonic() >= self._due):
            self._tell()
            return
        start = monotonic()
        super().show()
        end = monotonic()  # pictures may take a fifth of the time, no more
        self._shown, self._due = now, end + max(FRAME, 4 * (end - start))

    # ---- what the controls do

    def _asked(self) -> Run:
        """A run as the controls are set."""
        try:
            seed = int(self.seed.value)
        except ValueError:
            said = self.seed.value[:20]
            raise LessonError(f"seed = {said!r}: a whole number is expected, such as 7") from None
        names = [name for name in (self.scenario.value, self.other.value) if name != NONE]
        return Run(
            [self._known[name] for name in names], self.sender.value, seed, self.sessions.value
        )

    def _start(self) -> None:
        """Plays what is asked for: all at once, or a first slice where a kernel plays on."""
        run, before = self._asked(), self._run
        if run.place == before.place:
            before.sessions, run = run.sessions, before  # what it has been counting counts
        else:
            before.goes_on = False
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._play(run, inf)
        else:
            self._play(run, SLICE)
            self._task = loop.create_task(self._play_on(run))
        self._run = run

    def _play(self, run: Run, seconds: float) -> None:
        run.play(seconds)
        if not run.goes_on:
            self.said = f"{run.done:,} sessions played."

    async def _play_on(self, run: Run) -> None:
        """Plays slice by slice; in between, the kernel hears a click."""
        task = self._task
        while run.goes_on and task is self._task and self.attempt(lambda: self._play(run, SLICE)):
            await asyncio.sleep(0.001)
        if task is self._task:
            run.goes_on = False

    def _stop(self) -> None:
        run = self._run
        self.said = "Nothing is running."
        if run.goes_on:
            run.goes_on = False
            self.said = f"Stopped after {run.done:,} of {run.sessions:,} sessions."

    def _pictures(self) -> Iterator[Panel]:
        """The picture of each scenario, or one for both, if there is anything to draw."""
        run, view = self._run, self.view.value
        if view == "bars" and len(run.scenarios) == 2 and any(each.replies for each in run.tallies):
            first, second = run.scenarios
            names = first.name, second.name
            one, other = run.tallies
            axes = compared_bars(one, other, names, ax=self._panels.get(names))
            yield self._panels.setdefault(names, cast(Panel, axes))
            return
        for scenario, course, means in zip(run.scenarios, run.courses, run.means, strict=True):
            key = scenario.name, view
            if drawn := self._picture(course, means, self._panels.get(key)):
                picture = self._panels.setdefault(key, cast(Panel, drawn))
                picture.set_title(f"{scenario.name}: {picture.get_title()}")
                said = f"{scenario.name}: {picture.alternative}"
                picture.tell(said, picture.heads, picture.rows)
                yield picture

    def _picture(
        self, course: Sequence[Tally], means: Means | None, ax: Panel | None
    ) -> Axes | None:
        """One scenario, drawn as the view wants it, if there is anything to draw."""
        tally = course[-1]
        if not tally.replies:
            return None  # the server dropped every connection without a word
        if self.view.value == "bars":
            return reply_bars(tally, means, ax=ax)
        if self.view.value == "heat map":
            return heat_map(tally, ax)
        stage, code = self._run.most_open()
        if not tally.share(code, stage=stage).total:
            return None  # of two scenarios one may never come so far
        return convergence(course, code, stage=stage, expected=means, ax=ax)


def _progress(run: Run) -> str:
    meter = Meter(aria_label="Sessions played", max=run.sessions, value=run.done)
    said = f" {run.done:,} of {run.sessions:,} sessions"
    if run.goes_on and run.rate:
        left = (run.sessions - run.done) / run.rate
        said += f", {run.rate:,.0f} a second, about {left:,.0f} s left"
    return as_html([Span(meter, said)])
