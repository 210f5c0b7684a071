"""Runs notebooks of the course and stores what they show.

`.venv/bin/python .ci/rerun.py 04-limits` runs one; without names, all that have a number are
run. One that fails stays as it was. Look at `git diff` then.
"""

import sys
from copy import deepcopy
from pathlib import Path

import nbformat

from smtplesson.handouts.run import Run, run_all

FOLDER = Path(__file__).parents[1] / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"  # dead without its kernel; its words are shown


def store(run: Run, metadata: nbformat.NotebookNode) -> None:
    """Writes the notebook, with the metadata that it had."""
    run.notebook.metadata = metadata
    for cell in run.notebook.cells:
        cell.metadata.pop("execution", None)  # when it began and ended
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)
    text = nbformat.writes(run.notebook)
    run.path.write_text(f"{text}\n", "utf-8")


def main(names: list[str]) -> int:
    """Runs the notebooks of these names; returns how many failed."""
    paths = [FOLDER / f"{name}.ipynb" for name in names] or sorted(FOLDER.glob("[0-9]*.ipynb"))
    before = [Run(path, nbformat.read(path, 4)) for path in paths]
    metadata = [deepcopy(run.notebook.metadata) for run in before]
    after = run_all(before, 2, 60, lambda run, done, of: None)
    for run, kept in zip(after, metadata, strict=True):
        if run.fault:
            print(f"{run.path.name}: {run.fault}", file=sys.stderr)
        else:
            store(run, kept)
    return sum(bool(run.fault) for run in after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
