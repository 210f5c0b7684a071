"""`python -m tests.hub [FOLDER]`: a school's JupyterHub on loopback, and two pupils on it.

It is set up as the README says. Both pupils log in, run notebook 01 to its end, say a mail in the
Console and ask for `smtplesson` in a terminal; then it prints what each of them takes of the
memory. It needs Linux, Chromium, npm and a network for the installation; FOLDER keeps that for the
next time, and the hub's log. At the first thing that is not as promised it fails.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from tests.browser.jupyter import (
    CHROMIUM,
    KERNEL_READY,
    LOCAL,
    OPEN,
    READY,
    RUN_ALL,
    TO_CONSOLE,
    chromium,
)
from tests.browser.user import exchanges, say
from tests.hub.hub import install, running

PUPILS = "anna", "ben"
LESSON = "smtplesson-lessons"
MAIL = (
    *("EHLO client.example", "MAIL FROM:<pupil@client.example>", "RCPT TO:<alice@example.test>"),
    *("DATA", "Dear Alice, this is mine.", ".", "QUIT"),
)
TERMINAL = "() => jupyterapp.commands.execute('terminal:create-new').then(() => true)"
NEWS = ("/lab/api/news", "/lab/api/update")  # at which a server of JupyterLab's asks the Internet


def main() -> None:
    """Installs, starts the hub, lets the pupils work, and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.hub", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="keeps the installation")
    asked = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("no Chromium on this machine (Debian: apt-get install chromium)")
    with TemporaryDirectory(prefix="hub-") as made:
        folder = (asked.folder or Path(made)).absolute()
        folder.mkdir(exist_ok=True)
        install(folder)
        with running(folder) as address, chromium() as browser:
            for name in PUPILS:
                Pupil(name, folder / "homes" / name, browser).work(address)
            for name in PUPILS:
                print(f"{name}: {memory(name)}", flush=True)


class Pupil:
    """Somebody with a browser and a folder of their own."""

    def __init__(self, name: str, home: Path, browser: Any) -> None:
        self.name, self.home = name, home
        self.asked: list[str] = []  # the addresses that the browser has asked for
        self.page = browser.new_context(viewport={"width": 1280, "height": 2400}).new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("request", lambda asked: self.asked.append(asked.url))

    def work(self, address: str) -> None:
        """Logs in, and does all that a lesson takes."""
        self.log_in(address)
        self.page.evaluate(OPEN, f"{LESSON}/01-a-conversation.ipynb")
        ran = self.page.evaluate(RUN_ALL)
        errors = self.page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        expect(ran is True and not errors.count(), f"01 does not run: {errors.all_inner_texts()}")
        self.page.evaluate(TO_CONSOLE)
        exchanges(self.page, 1)
        say(self.page, *MAIL)
        shown = exchanges(self.page, 1 + len(MAIL)).last.inner_text()
        expect("221 2.0.0" in shown, f"the Console answered QUIT: {shown}")
        self.use_terminal()
        expect(not self.page.get_by_text("official Jupyter news").count(), "the news pop up")
        away = [
            each
            for each in self.asked
            if not each.startswith(LOCAL) or any(path in each for path in NEWS)
        ]
        expect(not away, f"asked for {away}")
        print(f"{self.name}: 01 ran, the Console answered, all {len(self.asked)} requests local")

    def log_in(self, address: str) -> None:
        """By the hub's own page, up to the lesson's first notebook."""
        self.page.goto(f"{address}/hub/login")
        self.page.locator("#username_input").fill(self.name)
        self.page.locator("#password_input").fill("any")
        self.page.locator("#login_submit").click()
        self.page.wait_for_url("**/lab/tree/smtplesson-lessons/00-start-here.ipynb*")
        self.page.wait_for_function(READY)
        self.page.wait_for_function(KERNEL_READY)

    def use_terminal(self) -> None:
        """Types a command into a terminal of JupyterLab's, which does not stand in the DOM."""
        found = self.home / "version"
        self.page.evaluate(TERMINAL)
        self.page.locator(".jp-Terminal .xterm-helper-textarea").wait_for(state="attached")
        self.page.keyboard.type("smtplesson --version > ~/version\n")
        deadline = monotonic() + 60
        while monotonic() < deadline and not (found.is_file() and found.read_text()):
            sleep(0.2)
        expect(found.is_file() and found.read_text(), "no smtplesson in the terminal")


def expect(true: object, otherwise: str) -> None:
    """Ends with that line unless it is true."""
    if not true:
        sys.exit(otherwise)


def memory(name: str) -> str:
    """What the processes of a pupil's server take in MiB: resident, and as their share.

    In a share a page of memory counts for each of the processes that have it by its part only.
    """
    processes = sorted(processes_of(name), reverse=True)
    each = ", ".join(f"{kind} {resident:.0f}" for kind, resident, _ in processes)
    resident, share = sum(rss for _, rss, _ in processes), sum(pss for *_, pss in processes)
    return f"{resident:.0f} MiB resident ({each}), a share of {share:.0f} MiB"


def processes_of(name: str) -> Iterator[tuple[str, float, float]]:
    """Each with its kind, what it has resident and its share, in MiB; see proc_pid_smaps(5)."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"JUPYTERHUB_USER={name}\0".encode() not in (process / "environ").read_bytes():
                continue
            rollup = (process / "smaps_rollup").read_text()
            words = (process / "cmdline").read_text()
        except OSError:  # it has ended, or is not ours
            continue
        sizes = dict(line.split(":") for line in rollup.splitlines()[1:])
        kinds = {"ipykernel": "kernel", "singleuser": "server"}
        kind = next((kinds[part] for part in kinds if part in words), "shell")
        resident, share = (int(sizes[field].split()[0]) / 1024 for field in ("Rss", "Pss"))
        yield kind, resident, share


if __name__ == "__main__":
    main()
