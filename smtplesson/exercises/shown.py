"""What exercises show: pages of paragraphs and lines, and the result of a check."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from smtplesson.show.pieces import (
    EDGE,
    Card,
    Element,
    Html,
    Line,
    Lines,
    Part,
    Piece,
    Span,
    Strong,
    as_html,
    as_text,
    sign,
)

_WIDTH = 90
RIGHT, WRONG, NOT_TRIED = "right", "wrong", "not tried"
# The mark and the words for each status: never one without the other.
_MARKS = {RIGHT: ("✓", "Right."), WRONG: ("✗", "Not right."), NOT_TRIED: ("○", "Not tried yet.")}


@dataclass(frozen=True, slots=True, repr=False)
class Page(Piece):
    """A title and what stands under it; shows itself as plain text and as HTML.

    blocks: a text is a paragraph, a tuple holds lines as they are, a Page stands below.
    """

    title: str
    blocks: tuple[Union[str, tuple[str, ...], "Page"], ...]

    def __str__(self) -> str:
        return f"{self.title}\n\n{as_text(self.body(), _WIDTH)}".rstrip()

    def pieces(self) -> Iterator[Part]:
        """The title, then the blocks, on one card."""
        style = f"{EDGE};margin-bottom:1em"
        title = Line(Strong(self.title))
        yield Card(title, *self.body(), kind="smtplesson-exercise", style=style)

    def body(self) -> Iterator[Part]:
        """The blocks without the title."""
        for block in self.blocks:
            if block:
                yield Lines(block) if isinstance(block, tuple) else block


@dataclass(frozen=True, slots=True, repr=False)
class Result(Piece):
    """What a check found.

    status: "right", "wrong" or "not tried".
    message: what is said to the answer that was given.
    misconception: the name of the mistake that was recognised, or "".
    note: that the result could not be kept, or "".
    """

    status: str
    message: str
    misconception: str = ""
    note: str = ""

    def __str__(self) -> str:
        return as_text(self.pieces(), _WIDTH)

    def pieces(self) -> Iterator[Part]:
        """The mark, its words, and what is said."""
        said = f"{self.message} {self.note}".rstrip()
        yield Line(told(self.status, said), kind="smtplesson-result", style=EDGE)


def spoken(said: Part) -> Html:
    """What is said to a click, as HTML that a screen reader follows."""
    return as_html([Line(said, kind="smtp-said", role="status")])


def told(status: str, said: str, words: str = "") -> Element:
    """What is said to an answer, behind the mark of its status and its words, in their colour.

    words: in place of the usual ones, such as "Right."
    """
    mark, usual = _MARKS[status]
    kind = f"smtp-{status.replace(' ', '-')}"
    return Span(sign(mark), " ", Strong(words or usual), f" {said}", kind=kind)
