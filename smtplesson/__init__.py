"""smtplesson: learn SMTP replies by provoking them on your own machine.

>>> import smtplesson
>>> client = smtplesson.connect("example")
>>> client.send("EHLO client.example").code
250
"""

from typing import TYPE_CHECKING

from smtplesson.lazy import lazy

if TYPE_CHECKING:
    from smtplesson.bounces.explain import explain
    from smtplesson.bounces.find_reply import find_reply
    from smtplesson.console.widget import Console
    from smtplesson.errors import LessonError, ScenarioError, WireError
    from smtplesson.experiments.simulate import simulate
    from smtplesson.experiments.tally import Tally
    from smtplesson.facts import reply_codes
    from smtplesson.loopback.client import Client, connect
    from smtplesson.loopback.host import Host
    from smtplesson.loopback.server import Server, serve
    from smtplesson.loopback.transcript import Exchange, Transcript
    from smtplesson.protocol.reply import Reply
    from smtplesson.protocol.scenario import Scenario
    from smtplesson.protocol.scenario_file import scenario, scenario_names
    from smtplesson.protocol.states import State

__version__ = "0.1.0"

# Each public name and the module that it lives in. They are imported when first used, so
# that the package itself loads none of numpy, matplotlib, ipywidgets, asyncio and ssl.
_HOMES = {
    "Client": "smtplesson.loopback.client",
    "Console": "smtplesson.console.widget",
    "Exchange": "smtplesson.loopback.transcript",
    "Host": "smtplesson.loopback.host",
    "LessonError": "smtplesson.errors",
    "Reply": "smtplesson.protocol.reply",
    "Scenario": "smtplesson.protocol.scenario",
    "ScenarioError": "smtplesson.errors",
    "Server": "smtplesson.loopback.server",
    "State": "smtplesson.protocol.states",
    "Tally": "smtplesson.experiments.tally",
    "Transcript": "smtplesson.loopback.transcript",
    "WireError": "smtplesson.errors",
    "connect": "smtplesson.loopback.client",
    "explain": "smtplesson.bounces.explain",
    "find_reply": "smtplesson.bounces.find_reply",
    "reply_codes": "smtplesson.facts",
    "scenario": "smtplesson.protocol.scenario_file",
    "scenario_names": "smtplesson.protocol.scenario_file",
    "serve": "smtplesson.loopback.server",
    "simulate": "smtplesson.experiments.simulate",
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
    "find_reply",
    "reply_codes",
    "scenario",
    "scenario_names",
    "serve",
    "simulate",
]


__getattr__ = lazy(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
