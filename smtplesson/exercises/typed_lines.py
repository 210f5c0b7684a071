"""The one reader of conversations: what the client says in what people type or paste.

A conversation may be indented, begin with an empty line, and hold the server's part as well:
after `C: ` and `S: ` as on our pages, after arrows as in logs, or replies without any mark.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import dedent

from smtplesson.exercises.question import AnswerError
from smtplesson.protocol.states import State

MAX_LINES, MAX_LENGTH = 2_500, 1_000_000  # lines, and characters in all of them
_CLIENT, _SERVER = r"C(?:LIENT)?\s?:|>>>|[-~]>", r"(?:S(?:ERVER)?|!)\s?:|<<<|<(?:[-~]|\*\*)"
_MARK = re.compile(rf"\s*(?:(?P<client>{_CLIENT})|{_SERVER}) ?", re.I)
_REPLY, _GO_AHEAD = re.compile(r"\s*[2-5]\d\d(?:[ -]|$)"), re.compile(r"\s*354(?:[ -]|$)")


def lines_of(answer: str | Sequence[str]) -> list[str]:
    """The lines of a text or of a list of texts, without what indents all of them and without
    empty ones before and behind.

    Raises: AnswerError if there is no line, or far too many.
    """
    texts = [answer] if isinstance(answer, str) else answer
    # An item of a list may have a line end of its own.
    bare = (text.removesuffix("\n").removesuffix("\r") for text in texts)
    lines = [line for text in bare for line in re.split(r"\r\n|\r|\n", text)]
    if len(lines) > MAX_LINES or sum(map(len, lines)) > MAX_LENGTH:
        raise AnswerError(f"That is more than {MAX_LINES:,} lines or {MAX_LENGTH:,} characters.")
    first, *rest = "\n".join(map(str.rstrip, lines)).strip("\n").split("\n")
    if not first:
        raise AnswerError("It has no lines.")
    # Right behind the quotes of a text its first line is not indented as the others are.
    return [first.lstrip(), *dedent("\n".join(rest)).split("\n")] if rest else [first.lstrip()]


def client_lines(answer: str | Sequence[str], state: Callable[[], State]) -> Iterator[str]:
    """What the client says in an answer, line by line, without the server's part.

    state: asked before each line for the state of the session in which the lines so far were
        said: after 354 a line is text, whatever it looks like.
    Raises: AnswerError as `lines_of`, and if a transcript has hidden what was sent.
    """
    marked = begun = False  # a mark has shown who says what; a text has begun
    for line in lines_of(answer):
        was_text, begun = begun, state() is State.CONTENT
        mark = _MARK.match(line)
        if mark and (marked or not begun):
            marked = True
            if not mark["client"]:
                continue
            line = line[mark.end() :]
        elif not (begun and was_text) and (_GO_AHEAD if begun else _REPLY).match(line):
            continue
        if line.endswith("****") and not begun:
            raise AnswerError(
                "**** hides what was sent: write it out, or hand in the client itself."
            )
        if begun or line.strip():
            yield line if begun else line.strip()
