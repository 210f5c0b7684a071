"""What follows `smtplesson lab`: a folder, and options for JupyterLab."""

from collections.abc import Sequence

from smtplesson.errors import LessonError, nearest
from smtplesson.tables import words

# What JupyterLab takes besides `--Class.name=value`: alone, and with a value. Asking itself
# would take seconds, and of an option that it does not know it says in its log that it has none.
ALONE = frozenset(
    words(
        "allow-root autoreload collaborative core-mode custom-css debug dev-mode "
        "expose-app-in-browser extensions-in-dev-mode generate-config help-all no-browser "
        "no-script script show-config show-config-json skip-dev-build splice-source version "
        "watch y"
    )
)
WITH_VALUE = frozenset(
    words(
        "app-dir browser certfile client-ca config gateway-url ip keyfile log-level notebook-dir "
        "port port-retries preferred-dir pylab sock sock-mode transport"
    )
)
OURS = frozenset(("help", "reset"))


def folder_and_options(typed: Sequence[str]) -> tuple[str, list[str]]:
    """The folder, "" if none is named, and all else, which is for JupyterLab.

    A word right after an option that takes a value belongs to that option.
    Raises: LessonError for an option that JupyterLab does not have.
    """
    folder, options, wants_value = "", list[str](), False
    for word in typed:
        if word.startswith("-"):
            options.append(word)
            wants_value = _wants_value(word)
        elif wants_value or folder:
            options.append(word)
            wants_value = False
        else:
            folder = word
    return folder, options


def _wants_value(word: str) -> bool:
    """Whether the next word belongs to this option."""
    name, equals, _ = word.lstrip("-").partition("=")
    if name not in ALONE | WITH_VALUE and "." not in name:
        meant = nearest(f"--{name}", [f"--{each}" for each in (ALONE - {"y"}) | WITH_VALUE | OURS])
        raise LessonError(f"{word}: neither smtplesson lab nor JupyterLab has this option{meant}")
    return not equals and name not in ALONE
