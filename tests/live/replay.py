"""All recorded sessions, said to every scenario with three seeds: a count, and a digest of it all.

It runs on the core alone, so that Python in a web page can do the same.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from smtplesson.console.model import ConsoleModel
from smtplesson.console.talk import ConsoleTalk
from smtplesson.loopback.host import Host
from smtplesson.protocol.scenario_file import scenario_names
from smtplesson.protocol.states import State

SESSIONS = Path(__file__).parents[1] / "recorded" / "sessions.json"
SEEDS = (0, 1, 7)


def octets(send: Any) -> bytes:
    """The octets of a step; see tests/recorded."""
    parts = send if isinstance(send, list) else [send or ""]
    texts = (
        each if isinstance(each, str) else each["repeat"][0] * each["repeat"][1] for each in parts
    )
    return "".join(texts).encode("latin-1")


def replayed(steps: list[Any], host: Host) -> bytes:
    """All that a host says to the steps of a session, one octet string."""
    session = host.session()
    said = session.open()
    for each in steps:
        step = each if isinstance(each, dict) else {"send": each}
        if step.get("action") == "reconnect":
            session = host.session()
            said += session.open()
        if session.state is State.TLS:
            session.tls_started()
        said += session.receive(octets(step.get("send")))
    return said


def shown(steps: list[Any]) -> str:
    """What the Console's front end is told of the first lines of a session."""
    talk = ConsoleTalk(ConsoleModel())
    for each in steps[1:]:
        line = octets(each.get("send") if isinstance(each, dict) else each)[:200]
        talk.hear({"kind": "send", "line": line.decode("latin-1").rstrip("\r\n")})
    return json.dumps(talk.news())


def main() -> None:
    """Prints how many sessions were replayed, what they drew, and what Consoles showed."""
    sessions = [each["steps"] for each in json.loads(SESSIONS.read_text("ascii"))]
    places = [(name, seed) for name in scenario_names() for seed in SEEDS]
    wire = sha256()
    for name, seed in places:
        for steps in sessions:
            wire.update(replayed(steps, Host(name, seed=seed)))
    consoles = sha256("\n".join(map(shown, sessions[::4])).encode())
    print(len(sessions) * len(places), wire.hexdigest(), consoles.hexdigest())


if __name__ == "__main__":
    main()
