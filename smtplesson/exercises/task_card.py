"""An exercise as a card to work in: a place for the answer, and Check, Hint, Solution, Again."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Protocol, Self

from ipywidgets import HTML, Button, Text, Textarea, ToggleButtons
from traitlets import TraitError

from smtplesson.console.finds import KERNEL_FINDS
from smtplesson.exercises.judge import judge, question_body, title
from smtplesson.exercises.order import scrambled
from smtplesson.exercises.order_field import OrderField
from smtplesson.exercises.policy import how_to_decide
from smtplesson.exercises.question import ON_THE_WIRE, Question
from smtplesson.exercises.shown import NOT_TRIED, Page, Result, told
from smtplesson.exercises.typed_values import FORMS, given
from smtplesson.exercises.wire import as_typed
from smtplesson.show.pieces import Box, Part, Small, as_html
from smtplesson.widgets.board import Board

_IN_CODE = re.compile(r", as in check\([^)]*\)")  # how an answer is given where there is no card
TAKE = "Take my Console's session"
_MADE_IN_CODE = {
    "provoke": ("A client made in code", "client"),
    "policy": ("In a cell of your own, below your function", "policy"),
}
_ROWS = 8, 16  # of a conversation's field, at least and at most


class _Task(Protocol):
    """What the card needs of `smtplesson.exercises.task.Exercise`, whose file imports this one."""

    question: Question

    def check(self, *answer: object) -> Result: ...
    def hint(self) -> Page: ...
    def solution(self) -> Page: ...
    def again(self) -> Self: ...


class TaskCard(Board):
    """A question with buttons or a field for its answer; feedback, hints and solution below.

    task: the exercise.
    last: the answer that was tried last, or "".
    opened: the hints that were opened before, and the solution if it was.

    fields: where the answer is given, one for each part of it.
    buttons: Check, Hint, Solution, Again; where a conversation is wanted, one that takes it
        from the console that was used last.
    found: what the last check found, or None.
    """

    def __init__(self, task: _Task, last: str = "", opened: Sequence[Page] = ()) -> None:
        self.task, self.title = task, title(task.question)
        self.found: Result | None = None
        self._asked, self._help = HTML(), [*opened]
        self.fields = _fields(task.question)
        doings = {
            "Check": self._check,
            "Hint": lambda: self._tell_more(self.task.hint()),
            "Solution": lambda: self._tell_more(self.task.solution()),
            "Again": self._next,
        }
        if any(isinstance(field, Textarea) for field in self.fields):
            doings[TAKE] = self._take
        self.buttons = [Button(description=name) for name in doings]
        self.buttons[0].button_style = "primary"
        super().__init__([self._asked], *[[field] for field in self.fields], self.buttons)
        self.box.add_class("smtp-task")
        for button, do in zip(self.buttons, doings.values(), strict=True):
            self.on_click(button, do)
        self._entered = False
        for field in self.fields:
            field.on_msg(self._on_message)
            field.observe(self._on_value, "value")
        self._ask()
        if last:
            self._recall(last)
        self.show()

    def news(self) -> Part:
        """The feedback, with its mark and its colour."""
        if self.found is None:
            return self.said
        said = f"{_in_words(self.found.message)} {self.found.note}".rstrip()
        return told(self.found.status, said)

    def pieces(self) -> Iterator[Part]:
        """Hints and solution, the newest where a screen reader follows."""
        yield from self._help[:-1]
        yield Box(*self._help[-1:], role="status")

    def _check(self) -> None:
        self._entered = False
        answer = [field.value for field in self.fields]
        if not answer or not all(isinstance(part, str) and part.strip() for part in answer):
            self.found = Result(NOT_TRIED, f"Expected: {_wanted(self.task.question)}.")
        else:
            self.found = self.task.check(*answer)

    def _tell_more(self, page: Page) -> None:
        self._help = [old for old in self._help if old.title != page.title] + [page]

    def _next(self) -> None:
        self.task, self.found, self._help = self.task.again(), None, []
        self._ask()

    def _take(self) -> None:
        """Puts into the field what was said in the console that was used last."""
        console, wanted = KERNEL_FINDS.talker, self.task.question.scenario
        taken = as_typed(console.session, console.host.seed) if console else ""
        self.found = None
        if not (console and taken):
            self.said = f'Nothing to take yet. Run Console("{wanted}") in a cell, and talk to it.'
            return
        self.fields[0].value, name = taken, console.host.scenario.name
        self.said = f'Taken from the Console on "{name}". Check sends these lines again'
        self.said += "." if name == wanted else f', to the server "{wanted}".'

    def _ask(self) -> None:
        """Puts the question on the card, and empties the fields."""
        question = self.task.question
        body = list(question_body(question).body())
        if made := _MADE_IN_CODE.get(question.kind):
            body.append(Small(f'{made[0]}: exercise("{question.id}").check({made[1]})'))
        self._asked.value = as_html(body)
        for field, fresh in zip(self.fields, _fields(question), strict=True):
            if isinstance(field, ToggleButtons):
                field.options = fresh.options
            field.value = fresh.value

    def _recall(self, answer: str) -> None:
        """Puts an answer into the fields, and what is said to it below them."""
        question = self.task.question
        found = judge(question, [answer])
        if found.status == NOT_TRIED:  # it was kept by other hands
            return
        self.found, texts = found, [answer]
        if isinstance(self.fields[0], ToggleButtons):
            texts = given(question, [answer]).words
        for field, text in zip(self.fields, texts, strict=False):
            with suppress(TraitError):  # a digit that has no button
                field.value = text

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        """Enter in a field of one line is a click on Check; the text itself comes after it."""
        self._entered = content.get("event") == "submit"

    def _on_value(self, _: object) -> None:
        if self._entered:
            self.buttons[0].click()


def _fields(question: Question) -> list[Any]:
    """Where the answer is given, one widget for each part of it."""
    if question.kind == "policy":
        return []  # a function is written in a cell
    if question.kind == "order":
        return [OrderField(scrambled(question))]
    if question.kind in ON_THE_WIRE:
        rows = min(max(_ROWS[0], len(question.lines) + 2), _ROWS[1])
        field = Textarea("\n".join(question.lines), rows=rows, continuous_update=False)
        field.description = "What the client says"
        field.placeholder = "EHLO client.example"
        field.layout.width = "100%"
        return [field.add_class("smtp-wire")]
    if question.ask == "first digit":  # 1 as well, which some take for one
        digits = ToggleButtons(options=[*"12345"], value=None, description="First digit")
        return [digits.add_class("smtp-digits")]
    if question.options:
        offers = {"Your choice": question.options, "Because": question.reasons}
        return [_choice(name, offer) for name, offer in offers.items() if offer]
    # Only a text that is complete may be judged, however busy the kernel is.
    field = Text(description="Your answer", continuous_update=False)
    field.placeholder = _wanted(question)
    return [field.add_class("smtp-wire")]


def _choice(name: str, offers: dict[str, str]) -> Any:
    options = [(f"{key}  {text}", key) for key, text in offers.items()]
    return ToggleButtons(options=options, value=None, description=name)


def _wanted(question: Question) -> str:
    """What the card waits for, in words."""
    if question.kind == "policy":
        return how_to_decide(question).removeprefix("Write ").removesuffix(".")
    if question.kind in ON_THE_WIRE:
        return "the lines of a conversation"
    if question.ask == "choice":
        return "a choice and a reason"
    if question.ask == "option":
        return "a choice"
    return _in_words(FORMS[question.ask].wanted)


def _in_words(message: str) -> str:
    """What is said to an answer, without the ways of code."""
    return _IN_CODE.sub("", message).replace("hint()", "Hint")
