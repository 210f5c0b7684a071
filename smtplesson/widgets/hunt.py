"""Coverage hunt: all codes that can be drawn, and which of them the learner has drawn."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ipywidgets import Button, Dropdown

from smtplesson.console.finds import KERNEL_FINDS, Finds, goals, score
from smtplesson.experiments.provoke import Recipe, provoke, recipes
from smtplesson.facts import allowed_codes, command_replies, reply_codes, severity, stages
from smtplesson.loopback.transcript import Exchange
from smtplesson.progress import Progress
from smtplesson.show.pieces import (
    Code,
    Element,
    Item,
    Items,
    Line,
    Lines,
    Part,
    Piece,
    Small,
    Span,
    Stack,
    Strong,
    sign,
    unseen,
)
from smtplesson.show.style import CLASS_STYLES, class_style
from smtplesson.show.table import Table
from smtplesson.widgets.board import Board

PART = "codes"  # of the progress file: code -> the lines of the exchange that drew it
LINE_CAP = 100  # characters of a line that are kept
HINTS = 3


_MEANS = (
    "A code is drawn when a server has answered you with it: type in any Console of this notebook, "
    "and its tile lights up. Click a tile, then Hint. Codes marked as folklore are in no standard."
)


class CoverageHunt(Board):
    """Draw codes in any Console and see them light up here; for each there are three hints.

    progress: where the finds are kept; by default the file beside the notebooks.
    finds: where the consoles announce what they draw; by default that of this kernel.

    drawn: code -> the lines of the exchange that drew it.
    """

    title = "Coverage hunt"

    def __init__(self, progress: Progress | None = None, finds: Finds = KERNEL_FINDS) -> None:
        self.progress, self.finds = progress or Progress(), finds
        self.drawn: dict[int, str] = {}
        self._given = Counter[int]()  # hints, by code
        self._asked = False  # whether all finds are to be forgotten
        names = [(f"{code} {reply_codes()[code].short_name}", code) for code in recipes()]
        self.code = Dropdown(options=names, value=250, description="Code")
        self.hint, self.reset = Button(), Button(description="Reset")
        self._choose()
        super().__init__([self.code, self.hint, self.reset])
        self.on_change(self.code, self._choose)
        self.on_choice(self._take)
        self.on_click(self.hint, self._give)
        self.on_click(self.reset, self._reset)
        self.attempt(self._load)
        for exchange in finds.first.values():
            self.found(exchange)
        finds.subscribe(self)

    def found(self, exchange: Exchange) -> None:
        """Lights the code of an exchange up and keeps it, unless it is lit already."""
        code = exchange.code
        if code is not None and code in recipes() and code not in self.drawn:
            lines = (f"{who}: {line[:LINE_CAP]}" for who, line in exchange.lines())
            self.drawn[code] = text = "\n".join(lines)
            self.show()
            new = {str(code): text}
            self.attempt(lambda: self.progress.update(PART, lambda part: part.update(new)))

    def pieces(self) -> Iterator[Part]:
        """How many are drawn and which, then what is known of the chosen code."""
        code = self.code.value
        yield _MEANS
        yield _Grid(self.drawn, code)
        if code in self.drawn:
            yield _lines(f"How you drew {code}:", self.drawn[code].splitlines())
        given, recipe = self._given[code], recipes()[code]
        hints = (_stage(code), recipe.situation, _server(recipe))
        yield from (f"Hint {n}: {hint}" for n, hint in enumerate(hints[:given], 1))
        if given == HINTS and recipe.lines:
            yield _lines("Then send:", recipe.lines)

    def _load(self) -> None:
        known = {str(code): code for code in recipes()}
        kept = self.progress.read(PART)
        self.drawn |= {known[key]: str(text) for key, text in kept.items() if key in known}
        self.finds.earlier |= self.drawn.keys()

    def _take(self, choice: str) -> None:
        """Chooses the code of a tile."""
        if choice in map(str, recipes()):
            self.code.value = int(choice)

    def _choose(self) -> None:
        self._asked = False
        given = self._given[self.code.value]
        self.hint.disabled = given == HINTS
        self.hint.description = f"Hint {min(given + 1, HINTS)} of {HINTS}"

    def _give(self) -> None:
        self._given[self.code.value] += 1
        self._choose()

    def _reset(self) -> None:
        self._asked = not self._asked
        if self._asked:
            self.said = "Forget all finds? Click again."
            return
        self.progress.reset(PART)
        self.finds.forget()
        self.drawn.clear()
        self._given.clear()
        self._choose()
        self.said = "All finds are forgotten."


@dataclass(frozen=True, slots=True, repr=False)
class _Grid(Piece):
    """All codes by class, each with what drew it or with the word that nothing has."""

    drawn: Mapping[int, str]
    chosen: int

    @property
    def score(self) -> str:
        folklore = score(self.drawn, folklore=True)
        return f"{score(self.drawn)} drawn; of folklore, {folklore}"

    def __str__(self) -> str:
        lines = [self.score]
        for name, codes in self._classes():
            drawn = [f"  {code} {_first(self.drawn[code])}" for code in codes if code in self.drawn]
            rest = " ".join(str(code) for code in codes if code not in self.drawn)
            lines += [name, *drawn, *([f"  not yet: {rest}"] if rest else [])]
        return "\n".join(lines)

    def pieces(self) -> Iterator[Part]:
        """The score, and a row of tiles for each class."""
        classes = dict(self._classes())
        tiles = [Items(*map(self._tile, codes), kind="smtp-hunt") for codes in classes.values()]
        yield Line(self.score, kind="smtp-score")
        yield Table(("Class", "Codes"), [*zip(classes, tiles, strict=True)])

    def _classes(self) -> Iterator[tuple[str, list[int]]]:
        """Each class of replies in words, with its codes, of which the standards' are counted."""
        for digit in CLASS_STYLES:
            codes = [code for code in recipes() if code // 100 == digit]
            wanted = goals(folklore=False).intersection(codes)
            count = len(wanted & self.drawn.keys())
            yield f"{digit}yz {severity(digit * 100)}: {count} of {len(wanted)}", codes

    def _tile(self, code: int) -> Element:
        """A code, to be chosen: lit, with what drew it, if it has been drawn."""
        style, text = class_style(code), self.drawn.get(code)
        note = (" ", Small("folklore")) if code in goals(folklore=True) else ()
        more: dict[str, object] = {"aria_current": "true" if code == self.chosen else ""}
        if text is None:
            shown: tuple[Part, ...] = (Strong(str(code), *note), unseen(" not drawn yet"))
        else:
            name = Strong(sign(style.mark), f" {code}", *note)
            shown = (name, unseen(" drawn by "), Code(_first(text)))
            more |= {"title": text, "style": f"background:{style.fill};color:#fff"}
        return Item(Span(*shown, kind="smtp-tile", data_choice=code, **more))


def _lines(title: str, lines: Iterable[str]) -> Stack:
    """Lines of a conversation, under a few words on them."""
    return Stack(Line(title), Lines(lines, indent="  "))


def _first(exchange: str) -> str:
    """What the client said first in an exchange, or that it only connected."""
    line = exchange.partition("\n")[0]
    return line.removeprefix("C: ") if line.startswith("C: ") else "connecting"


def _stage(code: int) -> str:
    """At which command the code comes; here, if the RFCs have it elsewhere."""
    stage = provoke(code)[-1].stage
    if stage == "connect":
        return "It comes as soon as you connect."
    if stage not in stages():
        return "It answers anything that is not a command of RFC 5321."
    asked = dict.fromkeys(row.command for row in command_replies(code=code))
    aside = f" here; by the RFCs, it belongs to {', '.join(asked)}" if asked else ""
    return f"It answers {stage}{'' if code in allowed_codes(stage) else aside}."


def _server(recipe: Recipe) -> str:
    """Which server says it, and in which session."""
    seed = f", seed {recipe.seed}" if recipe.seed else ""
    again = f" In session {recipe.session}: QUIT and connect again until you are there."
    ready = " Its greeting is the reply."
    return (
        f"Start a Console with the scenario {recipe.scenario}{seed}."
        f"{again if recipe.session > 1 else ''}{'' if recipe.lines else ready}"
    )
