"""The core behind its wall: run by itself, with nothing to import but the standard library.

The words of the command line are the parts of the core, and after "--" what else may be loaded.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

CORE, BESIDES = (words.split() for words in " ".join(sys.argv[1:]).split("--"))


class Wall:
    """Refuses every module outside the standard library and the core."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> None:
        top, _, rest = name.partition(".")
        inside = not rest or rest.partition(".")[0] in CORE
        if not (inside if top == "smtplesson" else top in {*sys.stdlib_module_names, *BESIDES}):
            raise ImportError(f"{name} stands outside the wall")


sys.meta_path.insert(0, Wall())

from smtplesson.facts import explain  # noqa: E402 - the wall comes first
from smtplesson.loopback.client import connect  # noqa: E402
from smtplesson.loopback.server import serve  # noqa: E402
from smtplesson.loopback.transcript import Transcript  # noqa: E402
from smtplesson.protocol.scenario_file import scenario  # noqa: E402


def main() -> None:
    """Says what each part of the core comes to."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mine.toml")
        path.write_text('users = ["anna"]\naccounts = { anna = "secret" }\n', "utf-8")
        mine = scenario(path)
        with serve(mine) as server, connect(server) as client:  # over TCP
            client.login("anna", "secret")
            client.send("EHLO client.example")
            client.login("anna", "secret")
            client.send_mail("me@client.example", ["anna@example.test"], "Subject: hello\n\nHello.")
            print("TCP", client.transcript.codes)
            client.transcript.save(path.with_suffix(".json"))
        print("file", Transcript.load(path.with_suffix(".json")).codes)
        if "trustme" in BESIDES:
            with serve(mine) as server, connect(server) as client:
                client.send("EHLO client.example")
                client.start_tls()
                client.send("EHLO client.example")
                print("TLS", client.transcript.codes)
    with connect("example") as client:  # in memory
        client.send("VRFY alice")
        print("memory", client.transcript.codes)
    print("explain", explain("550 5.1.1").title)


main()
