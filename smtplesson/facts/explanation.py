"""An explanation as a value: it prints as plain text and shows as HTML in a notebook."""

from dataclasses import dataclass
from html import escape
from textwrap import wrap

_WIDTH = 78


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """What explain() found; prints as plain text and shows as HTML in a notebook.

    title: the code or codes and their short name, one line.
    rows: (label, text) pairs in reading order.
    sources: RFCs and sections, and the public pages of providers.
    """

    title: str
    rows: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Explanation({self.title!r})"

    def __str__(self) -> str:
        rows = (*self.rows, ("Sources", "; ".join(self.sources)))
        indent = 2 + max(len(label) for label, _ in rows)
        lines = [*wrap(self.title, _WIDTH), ""]
        for label, text in rows:
            lines += wrap(
                label.ljust(indent) + text,
                _WIDTH,
                subsequent_indent=" " * indent,
                break_on_hyphens=False,
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        # A table and not a <dl>: notebooks lay <dt> out in a way that mixes long labels up.
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;vertical-align:top">{escape(label)}</th>'
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for label, text in (*self.rows, ("Sources", "; ".join(self.sources)))
        )
        return (
            '<section class="smtplesson-explanation"'
            ' style="border-left: 4px solid; padding-left: 0.8em">'
            f'<p class="smtplesson-title"><strong>{escape(self.title)}</strong></p>'
            f'<table class="smtplesson-rows">{rows}</table></section>'
        )
