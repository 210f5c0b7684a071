"""How `pytest -n` divides the tests among its workers.

A file is never divided, so what it makes once is made once, and a notebook keeps its kernel.
Files that share something dear stay together too. What takes longest is begun first, so that
at the end no worker waits long for another.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# Those who look at the handouts of the whole course, and print or show them in Chromium.
OF_HANDOUTS = {
    "tests/handouts/test_pages.py",
    "tests/handouts/test_pdf.py",
    "tests/handouts/test_printed_exercises.py",
    "tests/handouts/test_printed_guesses.py",
    "tests/browser/test_handouts.py",
}
# What is begun first. The rest follows as it was collected.
FIRST = ("JupyterLab", "handouts", "notebooks/", "tests/handouts/", "tests/experiments/")


def group(test: str) -> str:
    """What the test shares with others: all of a group run in one worker, one after the other.

    test: its identifier, `folder/file::name`.
    """
    file = test.partition("::")[0]
    if file in OF_HANDOUTS:
        return "handouts"
    return "JupyterLab" if file.startswith("tests/browser/") else file


def longest_first(items: list[pytest.Item]) -> None:
    """Sorts the tests by group; those of a group keep their order."""

    def rank(item: pytest.Item) -> int:
        found = group(item.nodeid)
        return next((at for at, name in enumerate(FIRST) if found.startswith(name)), len(FIRST))

    items.sort(key=rank)


class Division(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out the groups in the order in which the workers have them."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
