"""A JupyterHub on loopback, in an environment of its own, set up as the README says."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).parents[2]
DEADLINE = 120.0  # seconds to start
# What the hub has besides the README's settings: people and folders that are made up, and nothing
# but loopback. `app` makes JupyterLab's commands known to the page, as the browser tests have it.
OWN = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.args += ["--LabApp.expose_app_in_browser=True", "--allow-root"]
"""


def install(folder: Path) -> None:
    """JupyterHub and this package in a virtual environment there, and the hub's proxy."""
    if not (folder / "env").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    pip = f"{folder}/env/bin/pip"
    subprocess.run([pip, "install", "--quiet", "jupyterhub", ROOT], check=True)
    npm = ["npm", "install", "--prefix", f"{folder}/npm", "--no-audit", "--no-fund", "--silent"]
    subprocess.run([*npm, "configurable-http-proxy"], check=True)


def settings(folder: Path, ports: list[int]) -> str:
    """The README's settings, then those of this hub."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (block,) = re.findall(r"^```py\n(.*?)^```$", readme, re.M | re.S)
    port, hub, api = ports
    proxy = folder / "npm" / "node_modules" / ".bin" / "configurable-http-proxy"
    return str(block) + OWN.format(port=port, hub=hub, api=api, proxy=proxy, folder=folder)


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a hub that keeps all that it writes in this folder."""
    ports = free_ports(3)
    (folder / "jupyterhub_config.py").write_text(settings(folder, ports))
    command = [f"{folder}/env/bin/python", "-m", "jupyterhub"]
    with (folder / "log").open("wb") as log:
        hub = subprocess.Popen(command, cwd=folder, env=environment(), stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{ports[0]}"
        wait_for(f"{address}/hub/login", hub, folder / "log")
        yield address
    finally:
        hub.terminate()  # it ends its proxy and the pupils' servers
        hub.wait(DEADLINE)


def environment() -> dict[str, str]:
    """That of a service: nothing of ours leads to the package but its installation."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        made = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in made:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in made]


def wait_for(address: str, hub: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = monotonic() + DEADLINE
    while monotonic() < deadline and hub.poll() is None:
        try:
            urllib.request.urlopen(address).close()
            return
        except OSError:
            sleep(0.2)
    raise SystemExit(f"the hub did not start: {log.read_text()[-2000:]}")
