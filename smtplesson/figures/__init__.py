"""Draw it: one picture a function; each returns its Axes, and says in words what it shows."""

from smtplesson.figures.bars import reply_bars
from smtplesson.figures.state_map import state_map

__all__ = ["reply_bars", "state_map"]
