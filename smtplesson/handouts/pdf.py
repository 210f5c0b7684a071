"""HTML pages as PDF files, printed by the Chromium of this machine: tagged, with an outline."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from smtplesson.errors import LessonError

SECONDS = 60  # for one page; it takes one or two
WORKERS = 4  # pages at a time; each takes about 350 MB
PROGRAMS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
REMEDY = (
    "printing a PDF needs Chromium or Chrome, and none was found; install it"
    " (Debian: apt-get install chromium, Ubuntu: snap install chromium,"
    " macOS: brew install --cask google-chrome)"
    " or name the program in the environment variable CHROMIUM"
)
FLAGS = (
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--no-pdf-header-footer", "--generate-pdf-document-outline", "--export-tagged-pdf"),
)
# The command line has no option for the paper, but CSS has. Margins and page numbers are the
# page's own (template/handout.css), for those who print it from their browser.
SHEET = "<style>@page {{ size: {} }} .wall {{ zoom: {} }}</style>"
ZOOM = {"A3": 2**0.5, "Letter": 0.92}  # what hangs on a wall is drawn for A4
LOCAL_LINK = re.compile(r'(<a\b[^>]*?)\shref="(?!#|[a-z]+:)[^"]*"', re.IGNORECASE)


def print_pdf(pages: Mapping[Path, Path], paper: str = "A4") -> None:
    """Prints HTML files to PDF files; each is whole or is not there at all.

    pages: from HTML file to PDF file; folders that are missing are made.
    paper: A4, A3 or Letter.
    Raises: LessonError if there is no Chromium, or if it cannot print a page within a minute.
    """
    program, sheet = _program(), SHEET.format(paper, ZOOM.get(paper, 1))
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in pool.map(partial(_print, program, sheet), pages.keys(), pages.values()):
            pass  # an error ends the loop, and what has not begun by then never begins


def without_local_links(page: str) -> str:
    """The HTML without links to other files, which a page that stands alone cannot follow."""
    return LOCAL_LINK.sub(r"\1", page)


def _program() -> str:
    """The Chromium of this machine: the one that CHROMIUM names, or else the first there is."""
    named = os.environ.get("CHROMIUM")
    for program in (named,) if named else PROGRAMS:
        if found := shutil.which(program):
            return found
    raise LessonError(f"CHROMIUM is {named!r}, which is not a program" if named else REMEDY)


def _print(program: str, sheet: str, page: Path, pdf: Path) -> None:
    """Prints one page.

    All is made beside the PDF: renamed from there it is whole at once, and a Chromium in a snap
    does not see the system's folder for temporary files.
    """
    try:
        pdf.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(
            prefix="printing-", dir=pdf.parent, ignore_cleanup_errors=True
        ) as name:
            folder = Path(name).resolve()
            html = without_local_links(page.read_text("utf-8"))
            copy, made = folder / "page.html", folder / "page.pdf"
            copy.write_text(html.replace("</head>", f"{sheet}</head>", 1), "utf-8")
            _run(program, copy, made, page.name)
            made.replace(pdf)
    except OSError as error:
        raise LessonError(f"{page} cannot be printed to {pdf}: {error.strerror}") from error


def _run(program: str, copy: Path, made: Path, name: str) -> None:
    """Runs Chromium, whose chatter says nothing about the page `name`, to its end."""
    quiet = subprocess.DEVNULL
    command = [
        program,
        *FLAGS,
        *(["--no-sandbox"] if os.getuid() == 0 else []),  # as root it does not start otherwise
        f"--user-data-dir={copy.with_name('profile')}",
        f"--print-to-pdf={made}",
        copy.as_uri(),
    ]
    try:
        done = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise LessonError(f"Chromium did not print {name} within {SECONDS} seconds") from None
    if done.returncode:
        raise LessonError(f"Chromium ended with {done.returncode} while it printed {name}")
    if not made.is_file() or not made.read_bytes().startswith(b"%PDF-"):
        raise LessonError(f"Chromium wrote no PDF of {name}")
