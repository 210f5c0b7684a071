"""What exercises show: pages of paragraphs and lines, and the result of a check."""

from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Union

_WIDTH = 90
RIGHT, WRONG, NOT_TRIED = "right", "wrong", "not tried"
# The mark and the words for each status: never one without the other.
_MARKS = {RIGHT: ("✓", "Right."), WRONG: ("✗", "Not right."), NOT_TRIED: ("○", "Not tried yet.")}


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A title and what stands under it; shows itself as plain text and as HTML.

    blocks: a text is a paragraph, a tuple holds lines as they are, a Page stands below.
    """

    title: str
    blocks: tuple[Union[str, tuple[str, ...], "Page"], ...]

    def __str__(self) -> str:
        return "\n\n".join(
            [self.title, *(_text(block) for block in self.blocks if block)],
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        blocks = "".join(_html(block) for block in self.blocks if block)
        return (
            '<section class="smtplesson-exercise" style="border-left:4px solid;'
            'padding-left:0.8em;margin-bottom:1em;text-align:left">'
            f"<p><strong>{escape(self.title)}</strong></p>{blocks}</section>"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Result:
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
        mark, words = _MARKS[self.status]
        return _wrapped(f"{mark} {words} {self.message} {self.note}")

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        mark, words = _MARKS[self.status]
        said = escape(f"{self.message} {self.note}".strip())
        return (
            f'<p class="smtplesson-result" style="border-left:4px solid;padding-left:0.8em">'
            f'<span aria-hidden="true">{mark}</span> <strong>{words}</strong> {said}</p>'
        )


def _wrapped(text: str) -> str:
    return fill(text, _WIDTH, break_on_hyphens=False, break_long_words=False)


def _text(block: str | tuple[str, ...] | Page) -> str:
    if isinstance(block, tuple):
        return "\n".join(f"    {line}".rstrip() for line in block)
    return _wrapped(block) if isinstance(block, str) else str(block)


def _html(block: str | tuple[str, ...] | Page) -> str:
    if isinstance(block, tuple):
        return f'<pre style="white-space:pre-wrap">{escape(chr(10).join(block))}</pre>'
    return f"<p>{escape(block)}</p>" if isinstance(block, str) else block._repr_html_()
