"""The names that the package has, and where each lives; see `smtplesson.lazy`."""

from smtplesson.bounces.explain import explain as explain
from smtplesson.bounces.find_reply import find_reply as find_reply
from smtplesson.console.widget import Console as Console
from smtplesson.errors import LessonError as LessonError
from smtplesson.errors import ScenarioError as ScenarioError
from smtplesson.errors import WireError as WireError
from smtplesson.experiments.simulate import simulate as simulate
from smtplesson.experiments.tally import Tally as Tally
from smtplesson.facts import reply_codes as reply_codes
from smtplesson.loopback.client import Client as Client
from smtplesson.loopback.client import connect as connect
from smtplesson.loopback.host import Host as Host
from smtplesson.loopback.server import Server as Server
from smtplesson.loopback.server import serve as serve
from smtplesson.loopback.transcript import Exchange as Exchange
from smtplesson.loopback.transcript import Transcript as Transcript
from smtplesson.protocol.reply import Reply as Reply
from smtplesson.protocol.scenario import Scenario as Scenario
from smtplesson.protocol.scenario_file import scenario as scenario
from smtplesson.protocol.scenario_file import scenario_names as scenario_names
from smtplesson.protocol.states import State as State

__version__: str
__all__: list[str]
