"""JupyterLab in a headless Chromium, for the tests in this folder and for the benchmarks.

`lab.open(*cells)` gives a page with a notebook of those cells, `lab.run(name)` one with a
notebook that lies in `lab.folder`; both have been run to their end. Nothing may leave loopback
and nothing may be logged as an error: each page is checked for both. JupyterLab takes four times
as long to load as a notebook to open, so a page whose notebook was closed is used again.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# JupyterLab's own words where a notebook is closed before its turn to be focused has come.
CLOSED_TOO_SOON = re.compile(r"reading 'footer'\)\s+at \w+\._ensureFocus \(\S+/jlab_core\.")
START_DEADLINE = 60.0  # seconds; a cold start on a slow disk takes about ten
READY = "() => window.jupyterapp?.restored.then(() => true)"
OPEN = """async (path) => {
  const how = { path, factory: "Notebook" };
  const { context } = await jupyterapp.commands.execute("docmanager:open", how);
  await context.ready;
  await context.sessionContext.ready;  // "run all" before that is silently dropped
}"""
RUN_ALL = """() => {
  const late = new Promise((done) => setTimeout(done, 120_000, "not done in two minutes"));
  return Promise.race([jupyterapp.commands.execute("notebook:run-all-cells"), late]);
}"""
CLOSE = """async () => {
  const notebook = jupyterapp.shell.currentWidget;
  await notebook.context.sessionContext.shutdown();
  notebook.dispose();
}"""
SET_THEME = """async (theme) => {
  if (document.body.dataset.jpThemeName === theme) return;
  await jupyterapp.commands.execute("apputils:change-theme", { theme });
  while (document.body.dataset.jpThemeName !== theme) await new Promise(requestAnimationFrame);
}"""
# JupyterLab covers the page for two seconds when the theme changes, and axe-core sees no text.
NO_COVER = "#jupyterlab-splash { display: none !important }"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
OUTPUTS = ".jp-Notebook .jp-OutputArea-output"
# What axe-core asks again in the dark theme, in which only colours differ.
RULES_ON_COLOURS = ("color-contrast", "link-in-text-block")
# JupyterLab's body has no height and hides what overflows, so that axe-core takes all text for
# invisible and checks no contrast: it gets a height.
FIND_BARRIERS = """async ([include, rules]) => {
  document.body.style.height = "100vh";
  const { violations, passes } = await axe.run({ include: [[include]] }, rules);
  const found = violations.map((rule) => [rule.id, ...rule.nodes.map((x) => x.failureSummary)]);
  const saw = passes.some((rule) => rule.id === "color-contrast" && rule.nodes.length > 9);
  return saw ? found : [...found, "axe-core saw no text whose contrast it could check"];
}"""
LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium, the system's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Lab:
    """A running JupyterLab and the pages that are open on it.

    url: where it is, on loopback.
    folder: what it serves.
    pages: those that show a notebook, each with what went wrong on it.
    idle: those that wait for one, for all who use this JupyterLab.
    """

    url: str
    folder: Path
    browser: Any
    pages: list[tuple[Any, list[str]]] = field(default_factory=list)
    idle: list[tuple[Any, list[str]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def open(self, *cells: str, width: int = 1280, height: int = 1800) -> Any:
        """A page on a notebook of these code cells, all of them run."""
        name = f"lesson-{next(self.numbers)}.ipynb"
        (self.folder / name).write_text(json.dumps(_notebook(cells)))
        return self.run(name, width=width, height=height)

    def run(self, name: str, *, width: int = 1280, height: int = 1800) -> Any:
        """A page on a notebook of the folder, all of its cells run.

        A tall page, because JupyterLab takes cells that are out of sight out of the DOM.
        """
        page, troubles = self.idle.pop() if self.idle else self._load()
        self.pages.append((page, troubles))
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(SET_THEME, THEMES[0])
        page.evaluate(OPEN, name)
        ran = page.evaluate(RUN_ALL)
        errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        assert ran is True, [ran, *errors.all_inner_texts()]
        return page

    def _load(self) -> tuple[Any, list[str]]:
        """A new page without a notebook, and the list of what will go wrong on it."""
        page = self.browser.new_page()
        troubles: list[str] = []

        def noted(trouble: str, counts: bool) -> None:
            if counts and not CLOSED_TOO_SOON.search(trouble):
                troubles.append(trouble)

        page.on("console", lambda said: noted(f"console: {said.text}", said.type == "error"))
        page.on("pageerror", lambda error: noted(f"exception: {error}", True))
        page.on("request", lambda r: noted(f"left loopback: {r.url}", not r.url.startswith(LOCAL)))
        page.goto(f"{self.url}doc?reset")
        page.wait_for_function(READY)
        page.add_style_tag(content=NO_COVER)
        return page, troubles

    def run_again(self, page: Any) -> None:
        """Runs all cells of an open page once more; quicker than a new notebook."""
        assert page.evaluate(RUN_ALL) is True

    def troubles(self) -> list[str]:
        """What went wrong on the pages so far."""
        return [trouble for _, noted in self.pages for trouble in noted]

    def close(self) -> None:
        """Closes all notebooks and ends their kernels; what went well is kept for others."""
        for page, troubles in self.pages:
            page.evaluate(CLOSE)
            if troubles:
                page.close()
            else:
                self.idle.append((page, troubles))
        self.pages.clear()


def _notebook(cells: Sequence[str]) -> dict[str, Any]:
    """A notebook of these code cells, in the form of its file."""
    code: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
    }
    kernel = {"name": "python3", "display_name": "Python 3"}  # else JupyterLab asks which
    return {
        "cells": [{**code, "id": f"cell-{n}", "source": cell} for n, cell in enumerate(cells)],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@contextmanager
def running_lab(home: Path, browser: Any) -> Iterator[Lab]:
    """A JupyterLab that keeps all that it writes in the folder `home`."""
    folder = home / "work"
    folder.mkdir()
    config = home / "config" / "labconfig"
    config.mkdir(parents=True)
    # Else the news asks for consent on top of the notebook.
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "page_config.json").write_text(json.dumps(news))
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", "--port=0", "--IdentityProvider.token="),
                *("--ServerApp.password=", f"--ServerApp.root_dir={folder}"),
                "--LabApp.expose_app_in_browser=True",
            ],
            env=_environment(home),
            stdout=log,
            stderr=log,
        )
    try:
        yield Lab(_url(home, server), folder, browser)
    finally:
        server.terminate()
        server.wait(20)


def _environment(home: Path) -> dict[str, str]:
    """The environment with all state of Jupyter in `home`, and kernels that find the package."""
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **{k: str(home / v) for k, v in folders.items()}, "PYTHONPATH": paths}


def _url(home: Path, server: subprocess.Popen[bytes]) -> str:
    """Where the server listens, once it does."""
    deadline = time.monotonic() + START_DEADLINE
    while time.monotonic() < deadline and server.poll() is None:
        for found in (home / "runtime").glob("jpserver-*.json"):
            if text := found.read_text():
                return str(json.loads(text)["url"])
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {(home / 'log').read_text()[-2000:]}")


def barriers(
    page: Any, axe: str, screenshots: Path | None = None, name: str = ""
) -> list[tuple[str, Any]]:
    """What axe-core objects to in the outputs of a page, in the light theme and in the dark one.

    axe: its source, which the fixture `axe` is.
    screenshots: a folder that gets a picture of the widget in each theme, under this name.
    """
    page.evaluate(axe)
    found = []
    for theme, rules in zip(THEMES, ({}, {"runOnly": RULES_ON_COLOURS}), strict=True):
        page.evaluate(SET_THEME, theme)
        if screenshots:
            widget = page.locator(".smtp-console, .smtp-board").first
            widget.screenshot(path=screenshots / f"{name}-{theme.split()[1].lower()}.png")
        found += [(theme, barrier) for barrier in page.evaluate(FIND_BARRIERS, [OUTPUTS, rules])]
    return found
