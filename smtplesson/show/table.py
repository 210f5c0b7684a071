"""A small table that shows itself as plain text and as HTML."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from smtplesson.show.pieces import Html, Part, Piece, tag

_LEFT = "text-align:left"


@dataclass(frozen=True, repr=False)
class Table(Piece):
    """Rows under heads; the first cell of a row is its head.

    heads: one for each column; none for a list of terms.
    rows: as many cells each; a cell is a piece, or shown by its `str`.
    caption: what the table is about.
    prose: whether the cells hold sentences, or the columns that do; notebooks align others to
        the right, as fits numbers.
    kind: the class of the table.
    grouped: the first cell stands once for all rows that share it, and so does their last one.
    """

    heads: Sequence[Part]
    rows: Sequence[Sequence[object]]
    caption: str = ""
    prose: bool | Collection[int] = False
    kind: str = ""
    grouped: bool = False

    def __str__(self) -> str:
        table = [[str(cell) for cell in row] for row in (self.heads, *self.rows)]
        table = [row for row in table if row]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        ]
        return "\n".join([self.caption, *lines] if self.caption else lines)

    def _repr_html_(self) -> Html:
        caption = tag("caption", self.caption) if self.caption else Html()
        heads = [
            tag("th", head, scope="col", style=self._left(n)) for n, head in enumerate(self.heads)
        ]
        top = tag("thead", tag("tr", *heads)) if heads else Html()
        bodies = self._groups() if self.grouped else [tag("tbody", *map(self._row, self.rows))]
        return tag("table", caption, top, *bodies, kind=self.kind, style=self._left(-1))

    def _left(self, column: int) -> str:
        """The style of the column's cells; -1 for the whole table."""
        left = self.prose if isinstance(self.prose, bool) else column in self.prose
        return _LEFT if left else ""

    def _row(self, row: Sequence[object]) -> Html:
        cells = [tag("td", cell, style=self._left(n)) for n, cell in enumerate(row[1:], 1)]
        return tag("tr", tag("th", row[0], scope="row", style=self._left(0)), *cells)

    def _groups(self) -> Iterator[Html]:
        """The rows that share their first and their last cell."""
        for first, group in groupby(self.rows, lambda row: row[0]):
            rows = list(group)
            head = tag("th", first, scope="rowgroup", rowspan=len(rows))
            tail = tag("td", rows[0][-1], rowspan=len(rows))
            lines = []
            for n, (_, name, *cells, _) in enumerate(rows):
                middle = (tag("th", name, scope="row"), *(tag("td", cell) for cell in cells))
                lines.append(tag("tr", *middle) if n else tag("tr", head, *middle, tail))
            yield tag("tbody", *lines)
