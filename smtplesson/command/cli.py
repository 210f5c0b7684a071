"""The command `smtplesson`: lab, copy, doctor, serve, talk, explain, class, handout, cards, live.

Each command calls the floors below; what is heavy is imported where it is used.
"""

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from smtplesson import __version__
from smtplesson.command.screen import mute, screens
from smtplesson.errors import LessonError, nearest, shown
from smtplesson.printable import printable

if TYPE_CHECKING:
    from argparse import Namespace

MOST_TO_EXPLAIN = 1_000_000  # characters; no bounce is longer, and a pipe may never end
INTERRUPTED = 130  # what shells report for a program that Ctrl-C ended


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command line and returns its exit status: 2, after one line, if the input is bad.

    words: the arguments; by default those of this process.
    """
    _accept_any_octets()
    with screens():
        return _run(sys.argv[1:] if words is None else words)


def _run(words: Sequence[str]) -> int:
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words = ["lab", *words]
    try:
        if _are_explained(words):
            return _explain(words[1:])
        return _parsed(words)
    except LessonError as error:
        print(f"smtplesson: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)  # so that the shell's prompt begins a line
        return INTERRUPTED
    except BrokenPipeError:
        mute()
        return 1


def _are_explained(words: Sequence[str]) -> bool:
    """Whether nothing is to be parsed: explain has no option, and a parser takes as long as it."""
    command, *rest = words
    return command == "explain" and all(word == "-" or word[:1] != "-" for word in rest or ["--"])


def _parsed(words: Sequence[str]) -> int:
    from smtplesson.command.parser import parser

    if (name := words[0]) not in COMMANDS and name[:1] != "-":
        there = f"the commands are {', '.join(COMMANDS)}"
        raise LessonError(f"{shown(name)} is not a command; {there}{nearest(name, COMMANDS)}")
    made = parser()
    arguments, rest = made.parse_known_args(words)
    if rest and arguments.command != "lab":
        made.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    return COMMANDS[arguments.command](arguments)


def _lab(arguments: "Namespace") -> int:
    from smtplesson.command import copies, lab
    from smtplesson.command.lab_options import folder_and_options

    named, options = folder_and_options(arguments.rest)
    folder = named or copies.lesson_folder()
    if arguments.reset:
        backup = copies.reset_notebook(folder, arguments.reset)
        kept = printable(f"; yours is kept as {backup}") if backup else ""
        print(f"{arguments.reset} is the original again{kept}")
        return 0
    report = copies.copy_notebooks(folder)
    report.copied.clear()  # the folder is named below, and they are there
    if news := str(report):
        print(news, flush=True)
    if arguments.no_browser:
        options.append("--no-browser")
    return lab.open_lab(folder, options)


def _copy(arguments: "Namespace") -> int:
    from smtplesson.command.copies import copy_notebooks, lesson_folder

    folder = arguments.folder or lesson_folder()
    report = copy_notebooks(folder, teacher=arguments.teacher)
    print(str(report) or f"nothing new for {os.path.abspath(folder)}")
    return 0


def _doctor(arguments: "Namespace") -> int:
    from smtplesson.command.copies import lesson_folder
    from smtplesson.command.doctor import checks

    found = checks(arguments.folder or lesson_folder())
    print(*found, sep="\n")
    return 0 if all(check.ok for check in found) else 1


def _explain(words: Sequence[str]) -> int:
    from smtplesson.bounces.explain import explain

    text = " ".join(words)
    if text == "-":
        text = sys.stdin.read(MOST_TO_EXPLAIN + 1)
        if len(text) > MOST_TO_EXPLAIN:
            raise LessonError(
                f"standard input is longer than {MOST_TO_EXPLAIN:,} characters: give one bounce, or"
                " a few lines of a log"
            )
    print(explain(text))
    return 0


def _class(arguments: "Namespace") -> int:
    from smtplesson.exercises.classroom import classroom

    print(*classroom(arguments.files), sep="\n\n")
    return 0


def _handout(arguments: "Namespace") -> int:
    from smtplesson.command.copies import notebooks_folder
    from smtplesson.command.without_grammar import leave_grammar_out

    leave_grammar_out()
    from smtplesson.handouts.command import handouts
    from smtplesson.handouts.options import handout_options

    options = handout_options(arguments, __version__)
    return handouts(arguments.notebooks, notebooks_folder(), options)


def _cards(arguments: "Namespace") -> int:
    from smtplesson.handouts.flash_cards import write_cards

    count = write_cards(arguments.out)
    print(f"{count} cards; in Anki choose File > Import and {printable(str(arguments.out))}")
    return 0


def _live(arguments: "Namespace") -> int:
    from smtplesson.handouts.live import write_live

    write_live(arguments.pyodide, arguments.out, __version__)
    return 0


def _serve(arguments: "Namespace") -> int:
    from smtplesson.command.serve import serve_until_stopped

    serve_until_stopped(
        arguments.scenario,
        seed=arguments.seed,
        port=arguments.port,
        quiet=arguments.quiet,
        file=arguments.log,
    )
    return 0


def _talk(arguments: "Namespace") -> int:
    from smtplesson.command.talk import talk

    talk(arguments.scenario, arguments.seed)
    return 0


def _accept_any_octets() -> None:
    """Lets any octets in, and shows what the terminal cannot, rather than fail."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_input = stream is sys.stdin
            stream.reconfigure(errors="surrogateescape" if is_input else "backslashreplace")


COMMANDS: dict[str, Callable[[Any], int]] = {
    "lab": _lab,
    "copy": _copy,
    "doctor": _doctor,
    "serve": _serve,
    "talk": _talk,
    "explain": lambda arguments: _explain(arguments.words),
    "class": _class,
    "handout": _handout,
    "cards": _cards,
    "live": _live,
}
