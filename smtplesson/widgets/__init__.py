"""Click and see: the widgets, each with its words for where no front end runs."""

from typing import TYPE_CHECKING

from smtplesson.lazy import lazy

if TYPE_CHECKING:
    from smtplesson.console.widget import Console
    from smtplesson.widgets.comparison import ServerComparison
    from smtplesson.widgets.distribution import DistributionLab
    from smtplesson.widgets.explorer import ReplyExplorer
    from smtplesson.widgets.hunt import CoverageHunt
    from smtplesson.widgets.limits_bench import LimitsBench
    from smtplesson.widgets.reader import ReplyReader
    from smtplesson.widgets.retry_timeline import RetryTimeline

__all__ = [
    "Console",
    "CoverageHunt",
    "DistributionLab",
    "LimitsBench",
    "ReplyExplorer",
    "ReplyReader",
    "RetryTimeline",
    "ServerComparison",
]

__getattr__ = lazy(
    __name__,
    {
        "Console": "smtplesson.console.widget",
        "CoverageHunt": "smtplesson.widgets.hunt",
        "DistributionLab": "smtplesson.widgets.distribution",
        "LimitsBench": "smtplesson.widgets.limits_bench",
        "ReplyExplorer": "smtplesson.widgets.explorer",
        "ReplyReader": "smtplesson.widgets.reader",
        "RetryTimeline": "smtplesson.widgets.retry_timeline",
        "ServerComparison": "smtplesson.widgets.comparison",
    },
)
