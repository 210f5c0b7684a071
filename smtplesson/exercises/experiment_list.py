"""Experiments for a Console: what to try, three hints each, and a tick that the wire earns."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from smtplesson.console.finds import KERNEL_FINDS, Talker
from smtplesson.exercises.question import Question
from smtplesson.exercises.question_file import parse_questions
from smtplesson.exercises.shown import RIGHT, Result
from smtplesson.exercises.wire import judged
from smtplesson.protocol.scenario_file import scenario
from smtplesson.show.pieces import Block, Element, Line, Part, Piece, Span, Strong, details

_FILE = Path(__file__).with_name("experiments.toml")
MOST = 100  # exchanges that are looked at, the last ones: each line costs a look
OPEN, EARNED = "○", "✓"
HOW = "Type into a Console on the server that is named; run this cell again to see what it earned."


@cache
def tasks() -> tuple[Question, ...]:
    """The experiments, from easy to hard."""
    return tuple(one for (one,) in parse_questions(_FILE.read_text("utf-8"), _FILE.name).values())


class Experiments(Piece):
    """The experiments with what has been earned so far.

    said: what is to be said to each that was earned or tried in a way that is known, by its id.
    """

    def __init__(self) -> None:
        self.said: dict[str, Result] = {}

    def look(self, console: Talker) -> None:
        """Judges what was said in a console; what was earned once stays."""
        for task in tasks():
            earned = task.id in self.said and self.said[task.id].status == RIGHT
            if not earned and scenario(task.scenario) == console.host.scenario:
                found = judged(task, console.transcript[-MOST:])
                if found.status == RIGHT or found.misconception:
                    self.said[task.id] = found

    @property
    def score(self) -> str:
        """How many have been earned, such as "3 of 12"."""
        return f"{sum(each.status == RIGHT for each in self.said.values())} of {len(tasks())}"

    def pieces(self) -> Iterator[Part]:
        """All experiments, after a look at the Console that was used last."""
        if KERNEL_FINDS.talker:
            self.look(KERNEL_FINDS.talker)
        yield Line(Strong(f"Experiments: {self.score} done."), f" {HOW}")
        yield from (entry(task, self.said.get(task.id, "")) for task in tasks())


def entry(task: Question, said: Part, *below: Part) -> Block:
    """An experiment, folded: its title and server, what to try, hints, and what is said to it.

    below: what stands below the hints.
    """
    mark = EARNED if isinstance(said, Result) and said.status == RIGHT else OPEN
    title = Element("summary", Span(mark, kind="smtp-tick"), f" {task.title} ({task.scenario})")
    hints = [details(f"Hint {n}", hint) for n, hint in enumerate(task.hints, 1)]
    told = Block("div", said, kind="smtp-told", role="status")
    return Block("details", title, task.text, *hints, *below, told, id=task.id)


@cache
def experiments() -> Experiments:
    """The twelve experiments for a Console, with what this kernel's Consoles have earned."""
    return Experiments()
