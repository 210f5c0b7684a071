"""The teacher's guide: the part that belongs to a notebook, for the end of its handout."""

import re
from pathlib import Path
from urllib.parse import unquote

from nbformat import NotebookNode, v4

TITLE, ANCHOR = "For the teacher", "For-the-teacher"
FILE = "teacher-guide.md"


def with_guide(notebook: NotebookNode, path: Path) -> NotebookNode:
    """The notebook with its part of the guide as the last cell; as it is if there is none.

    path: of the notebook's file; the guide lies beside it.
    """
    guide = path.with_name(FILE)
    part = section(guide.read_text("utf-8-sig"), path.name) if guide.is_file() else ""
    if not part:
        return notebook
    cells = [*notebook.cells, v4.new_markdown_cell(f"## {TITLE}\n\n{part}")]
    return NotebookNode(notebook, cells=cells)


def section(guide: str, name: str) -> str:
    """What stands in the guide under the heading that links to the notebook, or ""."""
    parts = re.split(r"^(## .*)$", guide, flags=re.M)
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        if f"({name})" in unquote(heading):
            return text.strip()
    return ""
