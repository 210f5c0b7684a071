"""The map of the course, itself a notebook of one cell, made into a page as the others are."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from nbformat import NotebookNode, v4

from smtplesson.handouts.page import title_of

_PICTURE = re.compile(r"!\[[^]]*\]\((?:<[^>]*>|[^)])*\)|<img\b[^>]*>", re.IGNORECASE)
HEADING = "Learn SMTP replies by provoking them"
LEAD = (
    "What mail servers say, 220, 354, 451, 550, and what a mail program has to do then. Each"
    " handout has the whole lesson with its pictures and conversations. In the notebooks"
    " themselves you can provoke every reply on your own machine."
)


LIVE_PAGE = """# Talk to a mail server

A page in which a real server answers what you type, without a network, and twelve experiments."""


def course_map(notebooks: Mapping[str, NotebookNode]) -> NotebookNode:
    """A notebook that tells of these: title, lead, objectives and minutes.

    notebooks: by name, in the order of the course.
    """
    entries = [_entry(name, notebook) for name, notebook in notebooks.items()]
    text = "\n\n".join([f"# {HEADING}", LEAD, *entries])
    return v4.new_notebook(cells=[v4.new_markdown_cell(text)])


def _entry(name: str, notebook: NotebookNode) -> str:
    """What the first cell of a notebook promises; a notebook from elsewhere has but its title."""
    first = next((each.source for each in notebook.cells if each.cell_type == "markdown"), "")
    first = _PICTURE.sub("", first)  # it may be attached to its cell
    minutes = re.search(r"\*\*Time\*\*: (\d+ minutes)", first)
    lead = re.search(r"^# .*\n+((?!#|\*\*|\d\. ).+)", first)
    objectives = "\n".join(re.findall(r"^\d\. .+", first, re.M))
    parts = (
        f"## [{title_of(notebook) or name}]({quote(name)}.ipynb)",
        minutes and f"*{minutes[1]}*",
        lead and lead[1],
        objectives and f"You will be able to\n\n{objectives}",
    )
    return "\n\n".join(filter(None, parts))
