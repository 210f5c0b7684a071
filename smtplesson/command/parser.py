"""The words that follow `smtplesson`: the commands, their options, and help on them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from smtplesson import __version__
from smtplesson.errors import LessonError
from smtplesson.handouts.options import add_options as add_handout_options

# Two of each, for --help.
EXAMPLES = {
    "lab": ("smtplesson lab", "smtplesson lab my-folder --reset 02"),
    "copy": ("smtplesson copy", "smtplesson copy my-class --teacher"),
    "doctor": ("smtplesson doctor", "smtplesson doctor my-folder"),
    "serve": (
        "smtplesson serve --port 2525",
        "smtplesson serve --scenario greylist --quiet --log said.jsonl",
    ),
    "talk": ("smtplesson talk", "smtplesson talk --scenario busy --seed 7"),
    "explain": ("smtplesson explain 550 5.1.1", "tail -1 mail.log | smtplesson explain -"),
    "class": ("smtplesson class anna.csv ben.csv", "smtplesson class exports/"),
    "handout": (
        "smtplesson handout --out pages",
        "smtplesson handout 02 04 --audience teacher --pdf --out pages",
    ),
    "cards": ("smtplesson cards --out cards.txt", "smtplesson cards --out ~/Desktop/smtp.txt"),
    "live": (
        "smtplesson live --pyodide pyodide-314.0.7.tgz --out lesson.html",
        "smtplesson live --pyodide ~/Downloads/pyodide-314.0.7.tgz --out ~/Desktop/lesson.html",
    ),
}


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, as all of ours are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **options)
        self.color = False  # Python 3.14 has help in colours, which a Screen shows as escapes

    def error(self, message: str) -> NoReturn:
        """Raises: LessonError with the complaint."""
        raise LessonError(f"{message} ({self.prog} --help tells more)")


def parser() -> Parser:
    """The parser of a command line that begins with a command."""
    made = Parser(prog="smtplesson", description="Learn SMTP replies by provoking them.")
    made.add_argument("--version", action="version", version=f"smtplesson {__version__}")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (does, add_options) in _COMMANDS.items():
        one: Parser = commands.add_parser(
            name,
            help=does,
            description=f"{does[0].upper()}{does[1:]}.",
            epilog="\n  ".join(("examples:", *EXAMPLES[name])),
            allow_abbrev=name != "lab",  # which passes on what it does not know
        )
        add_options(one)
    return made


def _lab(command: Parser) -> None:
    options = "[FOLDER] [--no-browser] [--reset NOTEBOOK] [JUPYTERLAB-OPTION ...]"
    command.usage = f"smtplesson lab {options}"
    command.add_argument("--no-browser", action="store_true", help="only serve; print the address")
    what = "bring one back, keep a backup, and stop"
    command.add_argument("--reset", metavar="NOTEBOOK", help=what)


def _folder(command: Parser) -> None:
    command.add_argument("folder", nargs="?", metavar="FOLDER", help="the lesson folder")


def _copy(command: Parser) -> None:
    _folder(command)
    what = "with the guide that has the answers"
    command.add_argument("--teacher", action="store_true", help=what)


def _talk(command: Parser) -> None:
    command.add_argument("--scenario", default="example", help="a name or a .toml file")
    command.add_argument("--seed", type=int, default=0, help="decides everything that is random")


def _serve(command: Parser) -> None:
    command.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    command.add_argument("--quiet", action="store_true", help="no log on standard output")
    command.add_argument("--log", metavar="FILE", default="", help="log to FILE too, as JSON Lines")
    _talk(command)


def _explain(command: Parser) -> None:
    what = "for instance 550, 550 5.1.1, a reply, a line of a log, or - for standard input"
    command.add_argument("words", nargs="+", metavar="REPLY", help=what)


def _class(command: Parser) -> None:
    what = "an export, or a folder of them"
    command.add_argument("files", nargs="+", metavar="FILE", help=what)


def _cards(command: Parser) -> None:
    what = "the text file, which is written over"
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help=what)


def _live(command: Parser) -> None:
    what = "the file that npm pack pyodide@314.0.7 fetches"
    command.add_argument("--pyodide", type=Path, required=True, metavar="FILE", help=what)
    what = "the page, which is written over"
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help=what)


# What each command does, and what adds its options.
_COMMANDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "lab": ("copy the notebooks to a folder and open them in JupyterLab (the default)", _lab),
    "copy": ("copy the notebooks to a folder, and do not open them", _copy),
    "doctor": ("check that everything that a lesson needs works", _folder),
    "serve": ("serve SMTP on 127.0.0.1 and log what is said", _serve),
    "talk": ("talk to a server in this terminal, without a network", _talk),
    "explain": ("say what a reply means", _explain),
    "class": ("merge what learners have exported into tables", _class),
    "handout": ("make HTML pages of the notebooks, to print", add_handout_options),
    "cards": ("write flash cards of codes and limits, for Anki to import", _cards),
    "live": ("write one HTML file in which the server answers, without a network", _live),
}
