"""Colours for replies on a terminal: one for each class, as the terminal's own theme has them."""

import os
from typing import TextIO

from smtplesson.printable import printable

# SGR parameters of ECMA-48 §8.3.117: green, cyan, yellow, red.
_CLASSES = {2: 32, 3: 36, 4: 33, 5: 31}


def painted(code: int | None, text: str, stream: TextIO) -> str:
    """The text with all that acts written as an escape, in the colour of the code's class.

    Only where the stream is a terminal that takes colours, and NO_COLOR (no-color.org) is not set.
    It can go to the stream behind a Screen, which would show the colour as an escape.

    code: a reply code, or None for no colour. text: one line without its end.
    """
    shown, colour = printable(text), _CLASSES.get((code or 0) // 100)
    if not colour or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return shown
    return f"\x1b[{colour}m{shown}\x1b[0m" if stream.isatty() else shown
