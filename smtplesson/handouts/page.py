"""A notebook as one HTML page: it loads nothing, runs nothing, and reads well on paper too."""

import os
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode, v4
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets.config import Config

from smtplesson.handouts.clean import clean
from smtplesson.handouts.options import LIVE, STUDENT, TEACHER, HandoutOptions
from smtplesson.handouts.pictures import with_pictures

_HERE = Path(__file__).parent
_TOLD = {STUDENT: "Handout", TEACHER: "Handout for teachers, with answers"}
# The first of these that an output has is shown. A widget's own view is not among them.
SHOWN = (
    *("text/html", "text/markdown"),
    *(f"image/{kind}" for kind in ("svg+xml", "png", "jpeg", "gif", "webp")),
    "text/plain",
)


def page(
    notebook: NotebookNode,
    options: HandoutOptions,
    shelf: Collection[str],
    path: Path | None = None,
    room: bool = False,
) -> str:
    """The HTML page of a notebook with outputs; it gets a title if it has none.

    shelf: the names of the notebooks that have a page beside this one.
    path: of the notebook's file, beside which its pictures are; none for the map of the course.
    room: whether there is something to write, and so a name to put on the page.
    """
    title = title_of(notebook)
    if not title and path:
        title = path.stem
        heading = v4.new_markdown_cell(f"# {title}")
        notebook = NotebookNode(notebook, cells=[heading, *notebook.cells])
    around = {
        "title": title,
        "theme": options.theme,
        "audience": _TOLD[options.audience],
        "footer": _provenance(options.version, path.name if path else ""),
        "home": "index.html" if path else "",
        "live": path and LIVE in shelf,
        "room": room,
        "css": (_HERE / "template" / "handout.css").read_text("utf-8"),
        "types": SHOWN,
        "whole": partial(with_pictures, folder=path.parent if path else options.out),
    }
    html, _ = _exporter().from_notebook_node(notebook, {"handout": around})
    return clean(html, shelf)


def title_of(notebook: NotebookNode) -> str:
    """The text of the notebook's first heading of the first level, or ""."""
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return str(line[2:]).strip()
    return ""


def _provenance(version: str, name: str) -> str:
    """Where a page comes from: notebook, version, date, licence."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")  # for pages that have to be the same again
    day = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now()
    seeds = "same seeds, same replies, on every machine"
    parts = (name, f"smtplesson {version}", f"{day:%d %B %Y}", seeds, "MIT licence")
    return " · ".join(filter(None, parts))


class _Renderer(IPythonRenderer):
    """Leaves pictures to `with_pictures`: nbconvert makes no page if an attachment is missing."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return super(IPythonRenderer, self).image(text, url, title)


@cache  # to make it, and to compile its template, takes longer than a short page
def _exporter() -> HTMLExporter:
    return HTMLExporter(
        # How often a kernel flushes is a matter of its haste, and makes no difference on the page.
        config=Config({"CoalesceStreamsPreprocessor": {"enabled": True}}),
        template_name="template",
        template_file="index.html.j2",
        extra_template_basedirs=[str(_HERE)],
        filters={
            "highlighted": partial(
                highlight, lexer=PythonLexer(), formatter=HtmlFormatter(nowrap=True)
            ),
            "prose": MarkdownWithMath(renderer=_Renderer(escape=False)).render,
        },
    )
