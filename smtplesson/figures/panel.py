"""The panel: matplotlib Axes that show themselves as a picture with words and a table."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, cast

from matplotlib import rc_context, rcdefaults
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from smtplesson.show.pieces import Part, Picture, Piece, details
from smtplesson.show.table import Table

# Inches; at this resolution a figure fits a notebook's column and stays sharp when projected.
WIDTH, HEIGHT, DPI = 7.5, 3.6, 110


@contextmanager
def lesson_style() -> Iterator[None]:
    """Within it, and in a function that it decorates, pictures have the lesson's own style.

    matplotlib has one style for all pictures at a time, and looks at it whenever a part is made
    and again when it is drawn. The user's (a matplotlibrc, `plt.style.use`) is back afterwards.
    """
    with rc_context():
        rcdefaults()
        yield


class Panel(Piece, Axes):
    """Axes of a figure of their own, which is not the global one of pyplot.

    In a notebook it is an HTML figure: the picture, its alternative text, and a table of the
    numbers in it. That survives in a copy that the reader has not trusted.
    """

    alternative = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    _around: Sequence[object] = ()
    _png = b""
    kind = ""

    def tell(
        self, alternative: str, heads: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()
    ) -> None:
        """Sets the text alternative.

        alternative: what the picture shows, in a sentence or two, with its main numbers.
        heads, rows: the numbers as a table; the first cell of a row is its head.
        """
        self.alternative, self.heads, self.rows = alternative, heads, rows

    def wipe(self, kind: str) -> None:
        """Takes out what is drawn, so that a picture of this kind can follow.

        If it follows one of its own kind, the axes with their ticks and names stay: to make them
        again is a fifth of the work.
        """
        if not kind or kind != self.kind:
            self.clear()
            self.kind = kind
            return
        self.containers.clear()
        legends = filter(None, [self.get_legend()])
        for part in [*self.lines, *self.patches, *self.texts, *self.collections, *legends]:
            part.remove()
        self.relim()
        self.autoscale()

    @lesson_style()
    def png(self) -> bytes:
        """The picture as PNG; drawn only if something in it has changed since the last time."""
        if self._png and not any(part.stale for part in self._parts()):
            return self._png
        out = BytesIO()
        figure = cast(Figure, self.figure)
        # To lay it out is half of the work, and needless while what stands around it is the same.
        around, self._around = self._around, self._frame()
        figure.set_layout_engine("none" if around == self._around else "constrained")
        # Without the name of matplotlib's version in it, equal pictures are equal octets.
        canvas: Any = FigureCanvasAgg(figure)  # whose methods have no types
        # Level 3 of 9 takes half the time of the usual 6, and no more room.
        canvas.print_png(out, metadata={"Software": ""}, pil_kwargs={"compress_level": 3})
        for part in self._parts():
            part.stale = False
        self._png = out.getvalue()
        return self._png

    def get_default_bbox_extra_artists(self) -> list[Artist]:
        """What needs room beside the axes' own names: a legend. All else stands inside them."""
        return [each for each in [self.get_legend()] if each]

    def _parts(self) -> Iterator[Artist]:
        """The figure, and what matplotlib does not tell it of: the axes' names and ticks."""
        yield cast(Figure, self.figure)
        for axis in (self.xaxis, self.yaxis):
            yield axis.label
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                yield from tick.get_children()

    @property
    def src(self) -> str:
        """The picture as the source of an HTML image."""
        return f"data:image/png;base64,{b64encode(self.png()).decode()}"

    def _frame(self) -> Sequence[object]:
        """What the layout depends on: the size, the words around the picture, a legend.

        Of the title and the axes' names that is their height only, for they may be as long as
        they like.
        """
        figure = cast(Figure, self.figure)
        ticks = self.get_xticklabels() + self.get_yticklabels()
        names = [
            (text.get_text().count("\n"), bool(text.get_text()), text.get_fontsize())
            for text in (self.title, self.xaxis.label, self.yaxis.label)
        ]
        words = [(text.get_text(), text.get_fontsize(), text.get_rotation()) for text in ticks]
        return names, words, *figure.get_size_inches(), figure.dpi, bool(self.get_legend())

    def __str__(self) -> str:
        return f"{self.alternative}\n{self._table}" if self.rows else self.alternative

    def pieces(self) -> Iterator[Part]:
        """The picture; below it its numbers, folded away until somebody wants them."""
        below = [details("The numbers in this picture", self._table)] if self.rows else []
        yield Picture(self.src, self.alternative, self.get_title(), *below)

    @property
    def _table(self) -> Table:
        return Table(self.heads, self.rows)


def panel(
    ax: Axes | None = None,
    *,
    width: float = WIDTH,
    height: float = HEIGHT,
    kind: str = "",
    bare: bool = False,
) -> Axes:
    """The Axes to draw on: `ax` if there is one, else a Panel on a new figure; both on white.

    They have lines at the left and below at most.

    ax: for a caller who arranges several pictures in a figure of their own; a Panel is wiped
        first, so that one picture can follow another without a new layout.
    width, height: of the figure, in inches.
    kind: of the picture, if it is one that is drawn over while somebody drags a slider.
    bare: whether the Axes are without lines, ticks and names.
    """
    if ax is None:
        figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor="white")
        ax = made = cast(Panel, figure.add_subplot(axes_class=Panel))
        made.kind = kind
    elif isinstance(ax, Panel):
        ax.wipe(kind)
        cast(Figure, ax.figure).set_size_inches(width, height)
    else:
        _on_white(ax)
    ax.title.set_parse_math(False)  # a scenario's name may stand there, with any sign in it
    ax.spines[["top", "right"]].set_visible(False)
    if bare:
        ax.set(xticks=(), yticks=())
        ax.set_axis_off()
    return ax


def told(axes: Axes, alternative: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Axes:
    """The Axes with these words, as `Panel.tell` takes them; a caller's own can keep none."""
    if isinstance(axes, Panel):
        axes.tell(alternative, heads, rows)
    return axes


def _on_white(ax: Axes) -> None:
    """Axes of a caller, whose figure may be dark: their ground and ink are made the lesson's."""
    ax.set_facecolor("white")
    ax.figure.set_facecolor("white")
    for text in (ax.title, ax.xaxis.label, ax.yaxis.label):
        text.set_color("black")
    ax.tick_params(which="both", colors="black")
    ax.spines[:].set_color("black")
