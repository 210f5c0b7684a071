"""A small table that shows itself as plain text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under heads; the first cell of a row is its head.

    heads: one for each column.
    rows: as many cells each; a cell is shown by its `str`, in HTML by its `_repr_html_` if it
        has one.
    caption: what the table is about.
    prose: the cells hold sentences; notebooks align others to the right, as fits numbers.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""
    prose: bool = False

    def __str__(self) -> str:
        table = [self.heads, *([str(cell) for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        ]
        return "\n".join([self.caption, *lines] if self.caption else lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        left = ' style="text-align:left"' if self.prose else ""
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        heads = "".join(f'<th scope="col"{left}>{escape(head)}</th>' for head in self.heads)
        rows = "".join(
            f'<tr><th scope="row">{_html(row[0])}</th>'
            + "".join(f"<td{left}>{_html(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return f"<table>{caption}<tr>{heads}</tr>{rows}</table>"


def _html(cell: object) -> str:
    shown = getattr(cell, "_repr_html_", None)
    return str(shown()) if shown else escape(str(cell))
