"""What is shown is made of pieces; each has a view as plain text and a view as HTML.

No other file writes a tag. Texts are escaped here and nowhere else. What has to look right where
no style sheet of ours is, in a copy that nobody has trusted, carries its style with it.
"""

from collections.abc import Iterable
from functools import partial
from html import escape
from textwrap import fill
from typing import Union

from smtplesson.show.style import class_style

Part = Union["Piece", str]
# Pictures are drawn on white: in a dark theme light and dark change places, and hues stay. A
# notebook need not hold a widget, whose style sheet is its page's too; so each picture brings this.
_DARK = '[data-jp-theme-light="false"] .smtp-picture{filter:invert(0.88) hue-rotate(180deg)}'
EDGE = "border-left:4px solid;padding-left:0.8em;text-align:left"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


class Piece:
    """Something to show: `str` is its view as text, notebooks take the view as HTML.

    One that is made of others only says which, in `pieces`.
    """

    __slots__ = ()

    def pieces(self) -> Iterable[Part]:
        """What it is made of, from top to bottom; a text is a paragraph."""
        raise NotImplementedError

    def __str__(self) -> str:
        return as_text(self.pieces())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> Html:
        return as_html(self.pieces())


def as_text(parts: Iterable[Part], wrap_at: int = 0) -> str:
    """The parts as plain text, a blank line between them; empty ones are left out.

    wrap_at: the columns at which paragraphs are wrapped; 0 for not at all.
    """
    texts = []
    for part in parts:
        text = str(part)
        if wrap_at and (isinstance(part, str) or getattr(part, "name", "") == "p"):
            text = fill(text, wrap_at, break_on_hyphens=False, break_long_words=False)
        texts.append(text)
    return "\n\n".join(filter(None, texts))


def as_html(parts: Iterable[Part]) -> Html:
    """The parts as HTML; a text is a paragraph, an empty one is left out."""
    return Html("".join(inline(Line(p) if isinstance(p, str) else p) for p in parts if p != ""))


def inline(part: object) -> Html:
    """A part as HTML; a text stays within its line."""
    if isinstance(part, Piece):
        return part._repr_html_()
    return part if isinstance(part, Html) else Html(escape(str(part)))


def tag(name: str, *parts: object, **attributes: object) -> Html:
    """The parts within a tag; `kind` is its class, `aria_label` stands for aria-label.

    An attribute without a value is left out.
    """
    if kind := attributes.pop("kind", ""):
        attributes = {"class": kind, **attributes}
    written = "".join(
        f' {key.replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    return Html(f"<{name}{written}>{''.join(map(inline, parts))}</{name}>")


class Element(Piece):
    """Parts in one line, within a tag; as text, the parts alone.

    name: of the tag.
    parts: pieces and texts.
    attributes: of the tag, as `tag` takes them.
    """

    def __init__(self, name: str, *parts: Part, **attributes: object) -> None:
        self.name, self.parts, self.attributes = name, parts, attributes

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    def _repr_html_(self) -> Html:
        return tag(self.name, *self.parts, **self.attributes)


class Block(Element):
    """Parts one below the other, within a tag."""

    def __str__(self) -> str:
        return as_text(self.parts)

    def _repr_html_(self) -> Html:
        return tag(self.name, as_html(self.parts), **self.attributes)


# Words within a line, what matters most and least in it, and what computers say.
Span, Strong, Small, Code = (partial(Element, name) for name in ("span", "strong", "small", "code"))
# A paragraph, the title of a panel, and how far something has gone (its `max` and its `value`).
Line, Heading, Meter = (partial(Element, name) for name in ("p", "h4", "progress"))
# Lists of items; of a Way the order counts.
Item, Items, Way = (partial(Element, name) for name in ("li", "ul", "ol"))
# What belongs together, and what lies in one place.
Card, Box = (partial(Block, name) for name in ("section", "div"))


def details(summary: str, *parts: Part) -> Block:
    """Pieces that are folded away until somebody wants them."""
    return Block("details", Element("summary", summary), *parts)


def sign(mark: str) -> Element:
    """A mark for those who see it; whoever has it read aloud hears the words beside it."""
    return Span(mark, aria_hidden="true")


def unseen(words: str) -> Element:
    """Words for those who have the page read aloud."""
    return Span(words, kind="smtp-hidden")


class Badge(Element):
    """A reply code in the colour and with the mark of its class.

    title: what its digits mean, seen on hover.
    large: for the head of a card.
    """

    def __init__(self, code: int, title: str, *, large: bool = False) -> None:
        style = class_style(code)
        look = f"background:{style.fill};color:#fff;border-radius:3px;padding:0 4px"
        kind = "smtp-badge smtp-large" if large else "smtp-badge"
        mark = sign(style.mark)
        super().__init__("span", mark, f" {code}", kind=kind, title=title, style=look)


class Bar(Element):
    """A bar for a number: its share of the largest one, in the colour of a code's class."""

    def __init__(self, code: int, share: float, title: str) -> None:
        self.share = share
        look = f"width:{100 * share:g}%;background:{class_style(code).fill}"
        super().__init__("div", kind="smtp-bar", title=title, style=look)

    def __str__(self) -> str:
        return "#" * round(20 * self.share)


class Stack(Piece):
    """Lines of one cell, one below the other."""

    def __init__(self, *lines: Part) -> None:
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))

    def _repr_html_(self) -> Html:
        return Html("<br>".join(map(inline, self.lines)))


class Lines(Piece):
    """Lines that stay as they are.

    indent: in front of each, as text.
    """

    def __init__(self, lines: Iterable[str], *, indent: str = "    ") -> None:
        self.lines, self.indent = tuple(lines), indent

    def __str__(self) -> str:
        return "\n".join(f"{self.indent}{line}".rstrip() for line in self.lines)

    def _repr_html_(self) -> Html:
        return tag("pre", "\n".join(self.lines), style="white-space:pre-wrap")


class Picture(Piece):
    """A picture with its words, and with what belongs below it.

    src: a data address.
    alternative: what it shows, in words.
    """

    def __init__(self, src: str, alternative: str, title: str, *below: Part) -> None:
        self.src, self.alternative, self.title, self.below = src, alternative, title, below

    def __str__(self) -> str:
        return self.alternative

    def _repr_html_(self) -> Html:
        alt, src = escape(self.alternative), escape(self.src)
        look = "max-width:100%;height:auto;border-radius:6px"
        image = Html(f'<img class="smtp-picture" alt="{alt}" src="{src}" style="{look}">')
        caption, rule = tag("figcaption", self.title), tag("style", Html(_DARK))
        return tag("figure", rule, image, caption, as_html(self.below), style="margin:0.5em 0")
