"""The board, which all widgets but the Console are: plain ipywidgets above a page of pieces."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import anywidget
from ipywidgets import HTML, Box, Button, DOMWidget, Dropdown, VBox
from traitlets import Unicode

from smtplesson.errors import LessonError
from smtplesson.show.front_end import module, style_sheet
from smtplesson.show.pieces import Box as Place
from smtplesson.show.pieces import Card, Heading, Line, Part, Strong, as_html, as_text

_HERE = Path(__file__).parent


class Fittings(anywidget.AnyWidget):
    """What ipywidgets lack in JupyterLab: keys that stay, names and states that can be heard."""

    _esm = module(_HERE / "board.js")
    _css = style_sheet(_HERE / "board.css")
    own = Unicode().tag(sync=True)  # the model's number, by which Jupyter says whether it lives

    def __init__(self) -> None:
        super().__init__()
        self.own = self.model_id
        self.on_msg(self._answer)

    def _answer(self, _: object, message: dict[str, Any], __: object) -> None:
        """Tells a front end that its message has come, and so that the kernel is not busy."""
        self.send({"heard": message.get("number")})


class Board:
    """Controls above a page that shows what they chose; a notebook shows it as a widget.

    A subclass says what is on the page in `pieces`, and connects its controls with `on_click`
    and `on_change`; after each the page is drawn again.

    title: what the board is called.
    controls: ipywidgets, row by row.
    box: the widget itself, to put into other boxes.
    said: a sentence about what was done last, or "".
    error: a sentence about what went wrong with it, or "".
    """

    title = ""

    def __init__(self, *controls: Sequence[DOMWidget]) -> None:
        self.controls = controls
        self.said = self.error = ""
        self._pieces: list[Part] = []
        self._news, self._page = HTML(), HTML()
        self._fittings = Fittings()
        rows = [Box(row).add_class("smtp-row") for row in controls]
        heading, groups = HTML(as_html([Heading(self.title)])), VBox(rows)
        groups.add_class("smtp-controls")
        self.box = VBox([self._fittings, heading, groups, self._news, self._page])
        self.box.add_class("smtp-board")
        self.show()

    # ---- for a subclass

    def pieces(self) -> Iterable[Part]:
        """What is on the page, from top to bottom; a text is a paragraph."""
        raise NotImplementedError

    def news(self) -> Part:
        """What `said` looks like; a subclass may have a mark and a colour for it."""
        return self.said

    def on_click(self, button: Button, do: Callable[[], object]) -> None:
        """Does it when the button is clicked."""
        button.on_click(self._reaction(do))

    def on_change(self, control: DOMWidget, do: Callable[[], object] = lambda: None) -> None:
        """Does it when the control has another value."""
        control.observe(self._reaction(do), "value")

    def when_seen(self, do: Callable[[], object]) -> str:
        """Does it once the board has shown what it is there for: most boards do so at once.

        Returns what is to be done until then, or "".
        """
        do()
        return ""

    def on_choice(self, do: Callable[[str], object]) -> None:
        """Does it with what is chosen on the page: the `data_choice` of a piece, or of its row."""

        def chosen(_: object, content: dict[str, Any], __: object) -> None:
            if choice := content.get("choice"):
                self._reaction(lambda: do(choice))(None)

        self._fittings.on_msg(chosen)

    def attempt(self, do: Callable[[], object]) -> bool:
        """Does it and shows what came of it, its failure included; True if there was none."""
        try:
            do()
            self.show()
        except LessonError as error:
            self.error = f"{error}."
        except Exception as error:  # noqa: BLE001 - one raised here would be seen by nobody
            self.error = f"The widget itself failed: {error!r}."
        else:
            return True
        self._tell()
        return False

    def show(self) -> None:
        """Draws the page again."""
        self._pieces = list(self.pieces())
        self._page.value = as_html([Place(*self._pieces, kind="smtp-page")])
        self._tell()

    # ---- for notebooks

    def text(self) -> str:
        """What the board shows, as plain text."""
        return as_text([self._headline(), self.said, self.error, *self._pieces])

    def html(self) -> str:
        """What the board shows, as static HTML."""
        parts = (Line(Strong(self._headline())), self.said, self.error, *self._pieces)
        return as_html([Card(*parts, kind="smtplesson-board")])

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        # Where no front end runs, what the board shows stands in for the widget.
        bundle: dict[str, Any] = self.box._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": self.text(), "text/html": self.html()}

    # ---- how it is done

    def _reaction(self, do: Callable[[], object]) -> Callable[[object], None]:
        """A handler that forgets what was said before, and attempts it."""

        def react(_: object) -> None:
            self.said = self.error = ""
            self.attempt(do)

        return react

    def _tell(self) -> None:
        """Says what was done, and what went wrong, in regions that a screen reader follows."""
        said = Line(self.news(), kind="smtp-said", role="status")
        self._news.value = as_html([said, Line(self.error, kind="smtp-error", role="alert")])

    def _headline(self) -> str:
        """The title, and how the controls are set."""
        settings = [_setting(control) for row in self.controls for control in row]
        return "; ".join(filter(None, [self.title, *settings]))


def _setting(control: DOMWidget) -> str:
    """What a control says and how it is set; "" if it has no value."""
    if not hasattr(control, "value"):
        return ""
    value = control.label if isinstance(control, Dropdown) else control.value
    shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
    return f"{control.description} {shown}"
