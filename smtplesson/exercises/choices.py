"""A question with choices, wherever it is asked: its buttons, its boxes, and its verdict."""

from typing import Any

from ipywidgets import HTML, ToggleButtons

from smtplesson.exercises.prediction import Prediction
from smtplesson.exercises.shown import RIGHT, WRONG, Page, told
from smtplesson.show.pieces import Lines, Part, as_html


def question(asked: Prediction, *heads: Part) -> Any:
    """What is asked, below its heads, as a widget."""
    return HTML(as_html([*heads, asked.text, *([Lines(asked.material)] if asked.material else [])]))


def buttons(asked: Prediction, name: str) -> Any:
    """A button for each choice, none of them pressed.

    name: what a screen reader calls them together.
    """
    return ToggleButtons(options=asked.choices, value=None, description=name)


def verdict(asked: Prediction, choice: str) -> Part:
    """Right or not so, and why, with its mark and its colour."""
    words, _, why = asked.verdict(choice).partition(". ")
    return told(RIGHT if choice == asked.answer else WRONG, why, f"{words}.")


def boxes(asked: Prediction, title: str) -> Page:
    """The question with boxes to tick, and never the answer: for paper, and where nothing runs."""
    ticks = tuple(f"☐ {choice}" for choice in asked.choices)
    return Page(title, (asked.text, asked.material, ticks))
