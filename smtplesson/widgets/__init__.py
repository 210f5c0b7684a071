"""Click and see: the widgets, each with its words for where no front end runs."""

from typing import TYPE_CHECKING

from smtplesson.lazy import lazy

if TYPE_CHECKING:
    from smtplesson.widgets.comparison import ServerComparison
    from smtplesson.widgets.console import Console
    from smtplesson.widgets.reader import ReplyReader

__all__ = ["Console", "ReplyReader", "ServerComparison"]

__getattr__ = lazy(
    __name__,
    {
        "Console": "smtplesson.widgets.console",
        "ReplyReader": "smtplesson.widgets.reader",
        "ServerComparison": "smtplesson.widgets.comparison",
    },
)
