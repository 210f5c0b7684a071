"""Lines that are put in order by buttons: choose one, move it up or down."""

from typing import Any

from ipywidgets import HTML, Button, HBox, ToggleButtons, VBox
from traitlets import Unicode

from smtplesson.exercises.shown import spoken


class OrderField(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Lines, one of which is chosen, and two buttons that move it.

    value: the lines in their order, as a text.
    """

    value = Unicode()
    description = "Order"

    def __init__(self, lines: list[str]) -> None:
        self.rows = ToggleButtons(description="Line to move")
        self.up, self.down = (Button(description=f"Move {way}") for way in ("up", "down"))
        self._told = HTML(spoken(""))
        super().__init__([self.rows, HBox([self.up, self.down]), self._told])
        self.add_class("smtp-order").add_class("smtp-item")
        self.observe(self._show, "value")
        self.value = "\n".join(lines)
        self.up.on_click(lambda _: self._move(-1))
        self.down.on_click(lambda _: self._move(1))

    def _show(self, _: Any, chosen: int = 0) -> None:
        """Draws the lines again, with their numbers."""
        lines = self.value.split("\n")
        self.rows.options = [(f"{at + 1}  {line}", at) for at, line in enumerate(lines)]
        self.rows.value = chosen
        self._told.value = spoken("")

    def _move(self, by: int) -> None:
        """Moves the chosen line, which stays chosen, and says where it is now."""
        lines, at = self.value.split("\n"), self.rows.value
        to = at + by
        said = f"{lines[at]} is already {'first' if by < 0 else 'last'}."
        if 0 <= to < len(lines):
            said = f"{lines[at]} is now line {to + 1} of {len(lines)}."
            lines.insert(to, lines.pop(at))
            self.value = "\n".join(lines)
            self._show(None, to)
        self._told.value = spoken(said)
