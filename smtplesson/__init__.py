"""smtplesson: learn SMTP replies by provoking them on your own machine.

>>> import smtplesson
>>> client = smtplesson.connect("example")
>>> client.send("EHLO client.example").code
250
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtplesson.errors import LessonError, ScenarioError, WireError
    from smtplesson.experiments.simulate import simulate
    from smtplesson.experiments.tally import Tally
    from smtplesson.facts import explain, reply_codes
    from smtplesson.loopback.client import Client, connect
    from smtplesson.loopback.host import Host
    from smtplesson.loopback.server import Server, serve
    from smtplesson.loopback.transcript import Exchange, Transcript
    from smtplesson.protocol.reply import Reply
    from smtplesson.protocol.scenario import Scenario
    from smtplesson.protocol.scenario_file import scenario, scenario_names
    from smtplesson.protocol.states import State
    from smtplesson.widgets.console import Console

__version__ = "0.1.0"

# Each public name and the module that it lives in. They are imported when first used, so
# that the package itself loads none of numpy, matplotlib, ipywidgets, asyncio and ssl.
_HOMES = {
    "Client": "loopback.client",
    "Console": "widgets.console",
    "Exchange": "loopback.transcript",
    "Host": "loopback.host",
    "LessonError": "errors",
    "Reply": "protocol.reply",
    "Scenario": "protocol.scenario",
    "ScenarioError": "errors",
    "Server": "loopback.server",
    "State": "protocol.states",
    "Tally": "experiments.tally",
    "Transcript": "loopback.transcript",
    "WireError": "errors",
    "connect": "loopback.client",
    "explain": "facts",
    "reply_codes": "facts",
    "scenario": "protocol.scenario_file",
    "scenario_names": "protocol.scenario_file",
    "serve": "loopback.server",
    "simulate": "experiments.simulate",
}
__all__ = [
    "Client",
    "Console",
    "Exchange",
    "Host",
    "LessonError",
    "Reply",
    "Scenario",
    "ScenarioError",
    "Server",
    "State",
    "Tally",
    "Transcript",
    "WireError",
    "connect",
    "explain",
    "reply_codes",
    "scenario",
    "scenario_names",
    "serve",
    "simulate",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'smtplesson' has no name {name!r}")
    value = getattr(import_module(f"smtplesson.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
