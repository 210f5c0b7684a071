"""A notebook as one HTML page: it loads nothing, runs nothing, and reads well on paper too."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets.config import Config

from smtplesson.handouts.cells import markdown, with_cells
from smtplesson.handouts.clean import Links, clean
from smtplesson.handouts.pictures import with_pictures

_HERE = Path(__file__).parent
# The first of these that an output has is shown. A widget's own view is not among them.
SHOWN = (
    *("text/html", "text/markdown"),
    *(f"image/{kind}" for kind in ("svg+xml", "png", "jpeg", "gif", "webp")),
    "text/plain",
)


@dataclass(frozen=True, slots=True)
class Look:
    """What surrounds the lesson on a page.

    title: of the page, as a browser shows it.
    theme: light or dark; paper is always white.
    audience: a few words for the head of the page.
    footer: where the page comes from.
    home: the page with the map of the course, or "".
    room: True if there is something to write, and so a name to put on it.
    """

    title: str
    theme: str = "light"
    audience: str = ""
    footer: str = ""
    home: str = "index.html"
    room: bool = False


def page(notebook: NotebookNode, look: Look, links: Links, pictures: Path) -> str:
    """The HTML page of a notebook with outputs.

    links: which other pages there are.
    pictures: the folder in which markdown finds its pictures.
    """
    css = (_HERE / "template" / "handout.css").read_text("utf-8")
    around = {**asdict(look), "css": css, "whole": partial(with_pictures, folder=pictures)}
    titled = with_title(notebook, look.title)
    html, _ = exporter(HTMLExporter, "index.html.j2").from_notebook_node(
        titled, {"handout": around}
    )
    return clean(html, links)


def title_of(notebook: NotebookNode, otherwise: str) -> str:
    """The text of the notebook's first heading of the first level."""
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return str(line[2:]).strip()
    return otherwise


def provenance(version: str, name: str = "") -> str:
    """Where a page comes from: notebook, version, date, licence.

    version: of smtplesson.
    name: of the notebook's file, if it comes from one.
    """
    seeds = "same seeds, same replies, on every machine"
    return " · ".join(
        filter(None, (name, f"smtplesson {version}", f"{_today():%d %B %Y}", seeds, "MIT licence"))
    )


def _today() -> date:
    """The day that SOURCE_DATE_EPOCH says, for pages that have to be the same again; or today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else date.today()


def with_title(notebook: NotebookNode, title: str) -> NotebookNode:
    """The notebook, which gets a heading of the first level if it has none."""
    if title_of(notebook, ""):
        return notebook
    return with_cells(notebook, [markdown(f"# {title}"), *notebook.cells])


def exporter(kind: Any, template: str) -> Any:
    """An exporter of nbconvert's for the templates of this package.

    kind: its class, which has no types.
    """
    # How often a kernel flushes is a matter of its haste, and makes no difference on the page.
    together = {"CoalesceStreamsPreprocessor": {"enabled": True}}
    return kind(
        config=Config(together),
        template_name="template",
        template_file=template,
        extra_template_basedirs=[str(_HERE)],
        filters={"highlighted": _highlighted, "prose": _prose, "shown": _shown},
    )


def _highlighted(source: str) -> str:
    """Python source as HTML, its parts marked with the classes of Pygments."""
    return str(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))


class _Renderer(IPythonRenderer):
    """Leaves pictures to `with_pictures`: nbconvert makes no page if an attachment is missing."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return super(IPythonRenderer, self).image(text, url, title)


def _prose(source: str) -> str:
    """Markdown as HTML."""
    return str(MarkdownWithMath(renderer=_Renderer(escape=False)).render(source))


def _shown(data: Mapping[str, str]) -> str:
    """The type of what is shown of an output, or ""."""
    return next((kind for kind in SHOWN if kind in data), "")
