"""A widget's front end: a module and a style sheet, each with what all widgets share in it."""

import re
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import .* from "../show/shared.js";$', re.MULTILINE)


def module(path: Path) -> str:
    """The JavaScript module at this path, with the shared one in the place of its import."""
    shared = (_HERE / "shared.js").read_text("utf-8")
    return _IMPORT.sub(lambda _: shared, path.read_text("utf-8"))


def style_sheet(path: Path) -> str:
    """The style sheet at this path, below the colours and the type that all widgets share."""
    return (_HERE / "theme.css").read_text("utf-8") + path.read_text("utf-8")
