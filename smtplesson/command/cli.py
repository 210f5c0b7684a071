"""The command `smtplesson`: lab, copy, doctor, serve, talk, explain, class, handout.

Each command calls the floors below; what is heavy is imported where it is used.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from smtplesson import __version__
from smtplesson.command.screen import mute, screens
from smtplesson.errors import LessonError
from smtplesson.handouts.options import add_options, handout_options
from smtplesson.printable import printable

MOST_TO_EXPLAIN = 1_000_000  # characters; no bounce is longer, and a pipe may never end
INTERRUPTED = 130  # what shells report for a program that Ctrl-C ended
# Two of each, for --help.
EXAMPLES = {
    "lab": ("smtplesson lab", "smtplesson lab my-folder --reset 02"),
    "copy": ("smtplesson copy", "smtplesson copy my-class --teacher"),
    "doctor": ("smtplesson doctor", "smtplesson doctor my-folder"),
    "serve": ("smtplesson serve --port 2525", "smtplesson serve --scenario greylist --seed 7"),
    "talk": ("smtplesson talk", "smtplesson talk --scenario busy --seed 7"),
    "explain": ("smtplesson explain 550 5.1.1", "tail -1 mail.log | smtplesson explain -"),
    "class": ("smtplesson class anna.csv ben.csv", "smtplesson class exports/"),
    "handout": (
        "smtplesson handout --out pages",
        "smtplesson handout 02 04 --audience teacher --pdf --out pages",
    ),
}


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, as all of ours are."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self.color = False  # Python 3.14 has help in colours, which a Screen shows as escapes

    def error(self, message: str) -> NoReturn:
        raise LessonError(f"{message} ({self.prog} --help tells more)")


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command line and returns its exit status: 2, after one line, if the input is bad.

    words: the arguments; by default those of this process.
    """
    _accept_any_octets()
    with screens(sys.stdout, sys.stderr):
        return _run(sys.argv[1:] if words is None else words)


def _run(words: Sequence[str]) -> int:
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words = ["lab", *words]
    try:
        parser = _parser()
        arguments, rest = parser.parse_known_args(words)
        if rest and arguments.run is not _lab:
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        arguments.rest = rest
        status: int = arguments.run(arguments)
        return status
    except LessonError as error:
        print(f"smtplesson: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)  # so that the shell's prompt begins a line
        return INTERRUPTED
    except BrokenPipeError:
        mute()
        return 1


def _parser() -> _Parser:
    parser = _Parser(prog="smtplesson", description="Learn SMTP replies by provoking them.")
    parser.add_argument("--version", action="version", version=f"smtplesson {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., int], does: str, **options: Any) -> _Parser:
        made: _Parser = commands.add_parser(
            name,
            help=does,
            description=f"{does[0].upper()}{does[1:]}.",
            epilog="\n  ".join(("examples:", *EXAMPLES[name])),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )
        made.set_defaults(run=run)
        return made

    usage = "smtplesson lab [FOLDER] [--no-browser] [--reset NOTEBOOK] [JUPYTERLAB-OPTION ...]"
    does = "copy the notebooks to a folder and open them in JupyterLab (the default)"
    lab = command("lab", _lab, does, usage=usage, allow_abbrev=False)
    lab.add_argument("--no-browser", action="store_true", help="only serve; print the address")
    lab.add_argument("--reset", metavar="NOTEBOOK", help="bring one back, keep a backup, and stop")
    copy = command("copy", _copy, "copy the notebooks to a folder, and do not open them")
    copy.add_argument("folder", nargs="?", metavar="FOLDER", help="the lesson folder")
    copy.add_argument("--teacher", action="store_true", help="with the guide that has the answers")
    doctor = command("doctor", _doctor, "check that all works that a lesson needs")
    doctor.add_argument("folder", nargs="?", metavar="FOLDER", help="the lesson folder")
    serve = command("serve", _serve, "serve SMTP on 127.0.0.1 and log what is said")
    serve.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    serve.add_argument("--quiet", action="store_true", help="no log on standard output")
    serve.add_argument("--log", metavar="FILE", default="", help="log to FILE too, as JSON Lines")
    talk = command("talk", _talk, "talk to a server in this terminal, without a network")
    for each in (serve, talk):
        each.add_argument("--scenario", default="example", help="a name or a .toml file")
        each.add_argument("--seed", type=int, default=0, help="decides every chance")
    explain = command("explain", _explain, "say what a reply means")
    what = "for instance 550, 550 5.1.1, a reply, a line of a log, or - for standard input"
    explain.add_argument("words", nargs="+", metavar="REPLY", help=what)
    class_ = command("class", _class, "merge what learners have exported into tables")
    class_.add_argument("files", nargs="+", metavar="FILE", help="an export, or a folder of them")
    add_options(command("handout", _handout, "make HTML pages of the notebooks, to print"))
    return parser


def _lab(arguments: argparse.Namespace) -> int:
    from smtplesson.command import copies, lab
    from smtplesson.command.lab_options import folder_and_options

    named, options = folder_and_options(arguments.rest)
    folder = named or copies.lesson_folder()
    if arguments.reset:
        backup = copies.reset_notebook(folder, arguments.reset)
        kept = printable(str(backup or "there was none"))
        print(f"{arguments.reset} is as it came; your version: {kept}")
        return 0
    report = copies.copy_notebooks(folder)
    report.copied.clear()  # the folder is named below, and they are there
    if news := str(report):
        print(news, flush=True)
    if arguments.no_browser:
        options.append("--no-browser")
    return lab.open_lab(folder, options)


def _copy(arguments: argparse.Namespace) -> int:
    from smtplesson.command.copies import copy_notebooks, lesson_folder

    folder = arguments.folder or lesson_folder()
    report = copy_notebooks(folder, teacher=arguments.teacher)
    print(str(report) or f"nothing new for {os.path.abspath(folder)}")
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from smtplesson.command.copies import lesson_folder
    from smtplesson.command.doctor import checks

    found = checks(arguments.folder or lesson_folder())
    print(*found, sep="\n")
    return 0 if all(check.ok for check in found) else 1


def _explain(arguments: argparse.Namespace) -> int:
    from smtplesson.bounces.explain import explain

    text = " ".join(arguments.words)
    if text == "-":
        text = sys.stdin.read(MOST_TO_EXPLAIN + 1)
        if len(text) > MOST_TO_EXPLAIN:
            raise LessonError(
                f"standard input is longer than {MOST_TO_EXPLAIN:,} characters: give one bounce, or"
                " a few lines of a log"
            )
    print(explain(text))
    return 0


def _class(arguments: argparse.Namespace) -> int:
    from smtplesson.exercises.classroom import classroom

    print(*classroom(arguments.files), sep="\n\n")
    return 0


def _handout(arguments: argparse.Namespace) -> int:
    from smtplesson.command.copies import notebooks_folder
    from smtplesson.handouts.command import handouts

    options = handout_options(arguments, __version__)
    return handouts(arguments.notebooks, notebooks_folder(), options)


def _serve(arguments: argparse.Namespace) -> int:
    from smtplesson.command.serve import serve_until_stopped

    serve_until_stopped(
        arguments.scenario,
        seed=arguments.seed,
        port=arguments.port,
        quiet=arguments.quiet,
        file=arguments.log,
    )
    return 0


def _talk(arguments: argparse.Namespace) -> int:
    from smtplesson.command.talk import talk

    talk(arguments.scenario, arguments.seed)
    return 0


def _accept_any_octets() -> None:
    """Lets any octets in, and shows what the terminal cannot, rather than fail."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_input = stream is sys.stdin
            stream.reconfigure(errors="surrogateescape" if is_input else "backslashreplace")
