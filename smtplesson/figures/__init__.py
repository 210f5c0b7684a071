"""Draw it: one picture a function; each returns its Axes, and says in words what it shows."""

from smtplesson.figures.anatomy import reply_anatomy
from smtplesson.figures.bars import reply_bars
from smtplesson.figures.bounces import bounce_bars
from smtplesson.figures.code_map import code_map
from smtplesson.figures.compared import compared_bars
from smtplesson.figures.convergence import convergence
from smtplesson.figures.delays import delay_curve
from smtplesson.figures.eavesdropper import eavesdropper
from smtplesson.figures.heat_map import heat_map
from smtplesson.figures.ladder import ladder
from smtplesson.figures.limit_steps import limit_steps
from smtplesson.figures.lost_dots import lost_dots
from smtplesson.figures.mail_way import mail_way
from smtplesson.figures.reactions import reaction_grid
from smtplesson.figures.servers import server_grid
from smtplesson.figures.state_map import state_map
from smtplesson.figures.timeline import timeline

__all__ = [
    "bounce_bars",
    "code_map",
    "compared_bars",
    "convergence",
    "delay_curve",
    "eavesdropper",
    "heat_map",
    "ladder",
    "limit_steps",
    "lost_dots",
    "mail_way",
    "reaction_grid",
    "reply_anatomy",
    "reply_bars",
    "server_grid",
    "state_map",
    "timeline",
]
