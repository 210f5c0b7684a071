"""Explain whatever quotes a reply: a code, a reply line, a line of a log, a whole bounce."""

from typing import TYPE_CHECKING

from smtplesson import facts
from smtplesson.errors import LessonError
from smtplesson.facts import Explanation
from smtplesson.facts.explain import Coded

if TYPE_CHECKING:
    from smtplesson.loopback.transcript import Exchange
    from smtplesson.protocol.reply import Reply


def explain(what: "int | str | bytes | Coded | Exchange") -> Explanation:
    """What a reply means and what a client has to do about it.

    what: a reply code (550 or "550"), an enhanced code ("4.7.1"), a reply line ("550 5.1.1 No
        such user"), a reply or an exchange, or a text that quotes a reply, such as a bounce or
        lines of a log; of several replies, the one that find_reply finds. Octets count as ASCII.
    Raises: LessonError if there is no reply in it.
    Source: RFC 5321 §4.2, §4.3.2; RFC 2034 §4; RFC 3463; for providers' own codes, their pages.
    """
    if isinstance(what, bytes):
        what = what.decode("ascii", "backslashreplace")
    elif hasattr(what, "reply"):  # an exchange
        what = what.reply or ""
    text = what if isinstance(what, str) else ""
    # The first of several lines may begin with any number; a line alone begins with its code.
    found = _found(text) if "\n" in text.strip() else None
    try:
        return facts.explain(found or what)
    except LessonError as error:
        if found := _found(text):
            return facts.explain(found)
        raise LessonError(f"{error}, or a text that quotes one") from None


def _found(text: str) -> "Reply | None":
    """The reply that the text quotes. What finds it is loaded here: a code alone needs none."""
    from smtplesson.bounces.find_reply import find_reply

    return find_reply(text)
