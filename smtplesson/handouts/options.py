"""What may be wished for on the command line; it loads nothing heavy."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

STUDENT, TEACHER = "student", "teacher"
LIVE = "live"  # the name of the live page, beside those of the notebooks


@dataclass(frozen=True, slots=True)
class HandoutOptions:
    """What is to be made.

    out: the folder for the pages.
    audience: student or teacher. theme: light or dark. paper: A4, A3 or Letter.
    version: of smtplesson, for the foot of the page.
    jobs: how many notebooks run at the same time; 0 for none, their stored outputs are taken.
    timeout: seconds for one cell.
    pdf: whether one is made of each notebook too.
    poster: whether the sheets for the wall are made, and no notebook.
    live: the file of Pyodide, if the live page is made too.
    """

    out: Path
    audience: str = STUDENT
    theme: str = "light"
    paper: str = "A4"
    version: str = ""
    jobs: int = 1
    timeout: int = 60
    pdf: bool = False
    poster: bool = False
    live: Path | None = None

    def file(self, name: str, ending: str = "html") -> Path:
        """The file for a notebook of this name."""
        return self.out / f"{name}.{ending}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Gives a parser the options of `smtplesson handout`."""
    add = parser.add_argument
    what = "a file, or a name such as 04; none for the whole course"
    add("notebooks", nargs="*", metavar="NOTEBOOK", help=what)
    add("--out", type=Path, required=True, metavar="FOLDER", help="where the pages go")
    add("--audience", choices=(STUDENT, TEACHER), default=STUDENT, help="teachers get answers")
    add("--theme", choices=("light", "dark"), default="light", help="paper is always white")
    jobs = os.cpu_count() or 1
    add("--jobs", type=_count, default=jobs, metavar="N", help=f"run at once (here {jobs})")
    add("--timeout", type=_count, default=60, metavar="SECONDS", help="for one cell (60)")
    add("--no-run", action="store_true", help="use the stored outputs")
    add("--pdf", action="store_true", help="print each page as well; needs Chromium")
    what = "two sheets for the wall, codes and rules, in place of the notebooks"
    add("--poster", action="store_true", help=what)
    what = "the live page as well; FILE is what smtplesson live takes"
    add("--live", type=Path, metavar="FILE", help=what)
    add("--paper", choices=("A4", "A3", "Letter"), default="A4", help="for --pdf")


def handout_options(arguments: argparse.Namespace, version: str) -> HandoutOptions:
    """What the parsed options say.

    version: of smtplesson.
    """
    jobs = 0 if arguments.no_run else arguments.jobs
    options = {**vars(arguments), "version": version, "jobs": jobs}
    return HandoutOptions(**{name: options[name] for name in HandoutOptions.__slots__})


def _count(word: str) -> int:
    if not word.isdecimal() or not (number := int(word)):
        raise argparse.ArgumentTypeError(f"{word!r}: a number from 1 up is expected")
    return number
