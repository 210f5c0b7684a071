"""The names that the package has, and where each lives; see `smtplesson.lazy`."""

from smtplesson.console.widget import Console as Console
from smtplesson.widgets.comparison import ServerComparison as ServerComparison
from smtplesson.widgets.distribution import DistributionLab as DistributionLab
from smtplesson.widgets.explorer import ReplyExplorer as ReplyExplorer
from smtplesson.widgets.hunt import CoverageHunt as CoverageHunt
from smtplesson.widgets.limits_bench import LimitsBench as LimitsBench
from smtplesson.widgets.reader import ReplyReader as ReplyReader
from smtplesson.widgets.retry_timeline import RetryTimeline as RetryTimeline

__all__: list[str]
