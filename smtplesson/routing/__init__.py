"""How mail finds a server: the way through the DNS on a made-up zone, and the ports."""

from smtplesson.routing.route import Route, route
from smtplesson.routing.zone import ports, zone

__all__ = ["Route", "ports", "route", "zone"]
