"""Retry timeline: one message, tried again and again on a virtual clock, attempt by attempt."""

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from typing import cast

from ipywidgets import BoundedIntText, Button, Dropdown

from smtplesson.experiments.schedules import MINUTE, NEVER, RFC_5321, Schedule, backoff, every
from smtplesson.experiments.senders import Sender
from smtplesson.experiments.watch import Attempt, attempts
from smtplesson.facts import duty, reply_codes
from smtplesson.figures.panel import Panel
from smtplesson.figures.timeline import code_of, span, timeline, what_next
from smtplesson.protocol.scenario_file import scenario, scenario_names
from smtplesson.show.pieces import Part
from smtplesson.widgets.board import Board

PAUSE = 0.7  # seconds between two attempts while they are played
RETRIES = 24  # of a sender with a fixed interval
# Each schedule from its first wait in seconds.
SCHEDULES: dict[str, Callable[[float], Schedule]] = {
    f"fixed interval, {RETRIES} retries": lambda first: every(first, give_up=RETRIES * first),
    "back-off: each wait is twice the last": lambda first: backoff(first, jitter=0),
    "back-off with jitter": backoff,
    "the advice of RFC 5321": lambda _: RFC_5321,
    "no retry": lambda _: NEVER,
}
_WITHOUT_CHOICE = ("the advice of RFC 5321", "no retry")


class RetryTimeline(Board):
    """Pick a server and a sender's patience, and see when the mail gets through."""

    title = "Try again later"

    def __init__(self) -> None:
        self.scenario = Dropdown(options=scenario_names(), value="greylist", description="Server")
        self.schedule = Dropdown(options=list(SCHEDULES.items()), index=0, description="Sender")
        self.first = BoundedIntText(2, min=1, max=240, description="First wait, minutes")
        self.seed = BoundedIntText(0, min=0, max=1_000_000, description="Seed")
        self.step = Button(description="Step", button_style="primary")
        self.play, self.restart = Button(description="Play"), Button(description="Start over")
        self._task: asyncio.Task[None] | None = None
        self._panel: Panel | None = None  # drawn over, since to make a new one takes long
        self._awaited: tuple[list[Attempt], Callable[[], object]] | None = None
        self._begin()
        choices = [self.scenario, self.schedule, self.first, self.seed]
        super().__init__(choices, [self.step, self.play, self.restart])
        self.box.add_class("smtp-retry")
        for control in choices:
            self.on_change(control, self._begin)
        self.on_click(self.step, self._step)
        self.on_click(self.play, self._play)
        self.on_click(self.restart, self._begin)

    def pieces(self) -> Iterator[Part]:
        """The server's character, and the attempts so far with the end of the story."""
        yield scenario(self.scenario.value).about
        if self._earlier:
            yield f"Just before, the same sender sent {self._earlier} messages; all were accepted."
        if not self.shown:
            yield "Nothing has been tried yet. When will the mail get through? Guess, then step."
            yield _nothing_tried()
            return
        self._panel = cast(Panel, timeline(self.shown, ax=self._panel))
        yield self._panel
        if self._is_over:
            yield _end(self.shown)

    def when_seen(self, do: Callable[[], object]) -> str:
        """Does it once the story that is on the board now has come to its end."""
        if self._is_over:
            return super().when_seen(do)
        self._awaited = self._story, do
        return "Now press Step until the story is over."

    def _begin(self) -> None:
        """Plays the story to its end, and shows nothing of it yet."""
        self._pause()
        # A server that counts messages is met by the one with which it has had enough.
        rules = scenario(self.scenario.value).rules
        self._earlier = min((rule.over for rule in rules if rule.over), default=0)
        self.first.disabled = self.schedule.label in _WITHOUT_CHOICE
        sender = Sender(retries=self.schedule.value(self.first.value * MINUTE))
        self._story = attempts(self.scenario.value, self.seed.value, sender, earlier=self._earlier)
        self.shown: list[Attempt] = []

    def _step(self) -> None:
        self._pause()
        self._advance()

    def _advance(self) -> None:
        """Shows one attempt more, and says how it went."""
        if self._is_over:
            self.said = "The story is over. Start over, or change the server or the sender."
            return
        self.shown = self._story[: len(self.shown) + 1]
        self.said = _news(self.shown)
        if self._awaited and self.shown == self._awaited[0]:
            (_, do), self._awaited = self._awaited, None
            do()

    @property
    def _is_over(self) -> bool:
        return len(self.shown) == len(self._story)

    def _play(self) -> None:
        """Plays the story, from the start if it is over, or pauses it."""
        if self._task:
            self._pause()
            return
        if self._is_over:
            self._begin()
        try:
            self._task = asyncio.get_running_loop().create_task(self._go_on())
            self.play.description = "Pause"
        except RuntimeError:  # no kernel, and so nobody who looks on
            while not self._is_over:
                self._advance()

    def _pause(self) -> None:
        if self._task:
            self._task.cancel()
        self._task, self.play.description = None, "Play"

    async def _go_on(self) -> None:
        """Shows the attempts one by one, until the story is over or something goes wrong."""
        while self.attempt(self._advance) and not self._is_over:
            await asyncio.sleep(PAUSE)
        self._task = None  # it ends by itself
        self._pause()


@cache
def _nothing_tried() -> Panel:
    """The picture before the first attempt: the same for every server and every sender."""
    return cast(Panel, timeline([]))


def _news(shown: list[Attempt]) -> str:
    """How the last attempt went, what its reply means, and what the sender makes of it."""
    last = shown[-1]
    code, stage = code_of(last), last.answer.stage
    said = f"{code} at {stage}" if code else f"no reply at {stage}"
    means = reply_codes()[code].meaning if code in reply_codes() else f"It means: {duty(code)}."
    when = f", after {span(last.at)}" if last.at else ""
    return f"Attempt {len(shown)}{when}: {said}. {means} The sender {what_next(last)}."


def _end(story: list[Attempt]) -> str:
    """How the story ended."""
    taken = code_of(story[-1]) // 100 == 2
    number = "1 attempt" if len(story) == 1 else f"{len(story)} attempts"
    after = f"after {span(story[-1].at)} and {number}" if story[-1].at else f"after {number}"
    return f"Delivered {after}." if taken else f"Given up {after}; the author gets a report."
