"""JupyterLab in a headless Chromium, for the tests in this folder and for the benchmarks.

It has one page. `lab.show(*cells)` puts these cells on a sheet whose kernel stays, `lab.run(name)`
opens a notebook of `lab.folder` in a kernel of its own; both have been run to their end. Nothing
may leave loopback and nothing may be logged as an error: `lab.troubles` has what was.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright
from playwright.sync_api import TimeoutError as NothingCame

from smtplesson.command import without_grammar

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "smtplesson" / "command" / "lab_config"  # the lesson's settings
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# What JupyterLab itself logs where a notebook is closed before its turn to be focused has come;
# where a kernel is restarted before it has answered what JupyterLab had asked; and where a kernel
# is connected while a notebook is being opened: then its widgets are looked for in the kernel first
# and, a moment later, in the file. On a slow machine a long notebook may keep the error for what
# was drawn in that moment, until its cell runs or the page is loaded again; `nothing_is_dead` looks
# at the page of a short one. At last, where cells are replaced while the old ones are still being
# drawn: our own front ends run from blobs, and nowhere remove a child.
NOT_OURS = re.compile(
    r"reading 'footer'\)\s+at \w+\._ensureFocus \(\S+/jlab_core\.|Canceled future for \w+_request"
    r"|Error: widget model not found\s+at \w+\.get_model \(\S+/jupyterlab-manager/"
    r"|Failed to execute 'removeChild' on 'Node'(?![\s\S]*blob:)"
)
DEAD = re.compile("Error displaying widget|model not found|Loading widget")
DEADLINE = 60.0  # seconds to start or to stop; a cold start on a slow disk takes about ten
READY = "() => window.jupyterapp?.restored.then(() => true)"
OPEN = """async (path) => {
  const how = { path, factory: "Notebook" };
  const { context } = await jupyterapp.commands.execute("docmanager:open", how);
  await context.ready;
  await context.sessionContext.ready;  // "run all" before that is silently dropped
}"""
# In one step: JupyterLab puts a cell of its own into a notebook that has none.
REWRITE = """(sources) => {
  const { sharedModel } = jupyterapp.shell.currentWidget.content.model;
  const cells = sources.map((source) => ({ cell_type: "code", source, metadata: {}, outputs: [] }));
  sharedModel.transact(() => {
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
    sharedModel.insertCells(0, cells);
  });
}"""
RUN_ALL = """() => {
  const late = new Promise((done) => setTimeout(done, 120_000, "not done in two minutes"));
  return Promise.race([jupyterapp.commands.execute("notebook:run-all-cells"), late]);
}"""
KERNEL_READY = "() => jupyterapp.shell.currentWidget?.context?.sessionContext.isReady"
# JupyterLab takes cells that are out of sight out of the DOM.
TO_CONSOLE = """() => {
  const { content } = jupyterapp.shell.currentWidget;
  const sources = content.widgets.map((cell) => cell.model.sharedModel.source);
  content.activeCellIndex = sources.findIndex((source) => source.includes("Console("));
  return content.scrollToItem(content.activeCellIndex, "start");
}"""
CLOSE = """async () => {
  const notebook = jupyterapp.shell.currentWidget;
  await notebook.context.sessionContext.shutdown();
  notebook.dispose();
}"""
SAVE = "() => jupyterapp.commands.execute('docmanager:save')"
SET_THEME = """async (theme) => {
  if (document.body.dataset.jpThemeName === theme) return;
  await jupyterapp.commands.execute("apputils:change-theme", { theme });
  while (document.body.dataset.jpThemeName !== theme) await new Promise(requestAnimationFrame);
}"""
# axe-core sees no text where JupyterLab covers the page for two seconds when the theme changes,
# nor in a body that has no height and hides what overflows.
SEEN = "#jupyterlab-splash { display: none !important } body { height: 100vh !important }"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
SHEET = "sheet.ipynb"
KERNEL = {"name": "python3", "display_name": "Python 3"}  # else JupyterLab asks which
EMPTY = {"cells": [], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}
WIDGETS = ".jp-Notebook :is(.smtp-console, .smtp-board)"
OUTPUTS = ".jp-Notebook .jp-OutputArea-output"
NOTHING_HAS = f"""(words) => {{
  const outputs = [...document.querySelectorAll("{OUTPUTS}")];
  return outputs.length && !outputs.some((output) => new RegExp(words).test(output.innerText));
}}"""
# Of a colour that is out of sight axe-core says nothing.
HEIGHT = "() => document.querySelector('.jp-WindowedPanel-outer').scrollHeight"
IN_SIGHT = f"""() => {{
  const {{ bottom }} = document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect();
  const outputs = [...document.querySelectorAll("{OUTPUTS}")];
  return outputs.every((output) => output.getBoundingClientRect().bottom <= bottom);
}}"""
FEW = 7  # texts; the shortest card has so many
# What axe-core asks again in the dark theme, in which only colours differ.
ON_COLOURS = {"runOnly": ("color-contrast", "link-in-text-block")}
FIND_BARRIERS = """async ([within, rules, each, least]) => {
  const how = { ...rules, elementRef: true };
  const { violations, passes } = await axe.run(within || document, how);
  const at = (node) => `${node.html.slice(0, 80)} ${node.failureSummary}`;
  const found = violations.map((rule) => [rule.id, ...rule.nodes.map(at)]);
  const legible = passes.find((rule) => rule.id === "color-contrast")?.nodes ?? [];
  const seen = [...document.querySelectorAll(each)].map((part) =>
    legible.filter(({ element }) => part.contains(element)).length);
  const few = seen.flatMap((count, n) =>
    count < least ? [`axe-core saw only ${count} texts in ${each}, ${n}`] : []);
  return [...found, ...few];
}"""
LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium, the system's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


class Lab:
    """A running JupyterLab and a page on it.

    folder: what it serves.
    troubles: what went wrong on the page so far.
    """

    def __init__(self, url: str, home: Path, browser: Any) -> None:
        self.folder, self._log = home / "work", home / "log"
        self.troubles: list[str] = []
        self._open = ""  # the name of the notebook on the page
        # A tall page, because JupyterLab takes cells that are out of sight out of the DOM.
        self._page = page = browser.new_page(viewport={"width": 1280, "height": 2400})
        page.on("console", lambda said: self._note(said.text, said.type == "error"))
        page.on("pageerror", lambda error: self._note(f"exception: {error.stack or error}"))
        page.on("request", lambda asked: self._note(asked.url, not asked.url.startswith(LOCAL)))
        self._load(f"{url}doc?reset")

    def _load(self, url: str) -> None:
        self._page.goto(url, timeout=1_000 * DEADLINE)
        self._page.wait_for_function(READY, timeout=1_000 * DEADLINE)
        self._page.add_style_tag(content=SEEN)

    def _note(self, trouble: str, counts: bool = True) -> None:
        if counts and not NOT_OURS.search(trouble):
            self.troubles.append(trouble)

    def show(self, *cells: str) -> Any:
        """The page with a sheet of these code cells, all of them run; the kernel stays the same."""
        if self._open != SHEET:
            (self.folder / SHEET).write_text(json.dumps(EMPTY))
            self.open(SHEET)
        self._page.evaluate(REWRITE, cells)
        return self._run_all()

    def open(self, name: str) -> Any:
        """The page with a notebook of the folder, of which nothing has been run."""
        if self._open:
            self._page.evaluate(CLOSE)
        self._page.evaluate(OPEN, name)
        self._open = name
        return self._page

    def run(self, name: str) -> Any:
        """The page with a notebook of the folder, all of its cells run by a kernel of its own."""
        self.open(name)
        return self._run_all()

    def tomorrow(self) -> Any:
        """The page of the next day: the notebook, saved before, without its kernel."""
        self._page.evaluate(SAVE)
        self._page.evaluate(CLOSE)
        restarts = self._restarts()
        self._come_back()
        try:
            self.nothing_is_dead()
        except NothingCame:
            # JupyterLab gives all widgets up if the new kernel dies while the notebook opens, as
            # one does whose port was taken before it came to it. Who sees that loads the page anew.
            if self._restarts() == restarts:
                raise
            self._come_back()
        return self._page

    def _restarts(self) -> int:
        """How many kernels have died and been started again."""
        return self._log.read_text("utf-8").count("restarting kernel")

    def _come_back(self) -> None:
        self._load(self._page.url.partition("?")[0] + "?reset")
        self._page.evaluate(OPEN, self._open)

    def nothing_is_dead(self) -> None:
        """Waits until there are outputs and no widget is an error, or still to come."""
        self._page.wait_for_function(NOTHING_HAS, arg=DEAD.pattern)

    def seen(self) -> str:
        """What the page shows, what went wrong on it and what the server said last."""
        try:
            texts = self._page.locator(OUTPUTS).all_inner_texts()
        except Error as error:  # such as a page that is no more
            texts = [str(error)]
        return "\n".join([*texts, *self.troubles, self._log.read_text("utf-8")[-2_000:]])

    def _run_all(self) -> Any:
        self._page.evaluate(SET_THEME, THEMES[0])
        ran = self._page.evaluate(RUN_ALL)
        errors = self._page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        assert ran is True, [ran, *errors.all_inner_texts()]
        return self._page


@contextmanager
def running_lab(home: Path, browser: Any) -> Iterator[Lab]:
    """A JupyterLab that keeps all that it writes in the folder `home`."""
    with running_server(home, without_grammar.__name__, "LabApp") as url:
        yield Lab(url, home, browser)


@contextmanager
def running_server(home: Path, program: str, its_class: str) -> Iterator[str]:
    """The address of a server of the folder `work` in `home`, where it keeps all that it writes.

    program: a module, such as "notebook". its_class: by which its own options go.
    """
    folder = home / "work"
    folder.mkdir()
    config = home / "config" / "labconfig"
    config.mkdir(parents=True)
    # Else the news asks for consent on top of the notebook.
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "page_config.json").write_text(json.dumps(news))
    options = "--no-browser --allow-root --ip=127.0.0.1 --port=0 --IdentityProvider.token="
    command = [sys.executable, "-m", program, *options.split(), "--ServerApp.password="]
    command += [f"--ServerApp.root_dir={folder}", f"--{its_class}.expose_app_in_browser=True"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=_environment(home), stdout=log, stderr=log)
    try:
        yield _url(home, server)
    finally:
        server.terminate()
        try:
            server.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _environment(home: Path) -> dict[str, str]:
    """The environment with all state of Jupyter in `home`, and kernels that find the package."""
    folders = {f"JUPYTER_{name.upper()}_DIR": name for name in ("config", "data", "runtime")}
    folders |= {f"JUPYTERLAB_{name.upper()}_DIR": name for name in ("settings", "workspaces")}
    folders |= {"IPYTHONDIR": "ipython", "MPLCONFIGDIR": "matplotlib"}
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    ours = {k: str(home / v) for k, v in folders.items()}
    return {**os.environ, **ours, "PYTHONPATH": paths, "JUPYTER_CONFIG_PATH": str(CONFIG)}


def _url(home: Path, server: subprocess.Popen[bytes]) -> str:
    """Where the server listens, once it does."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline and server.poll() is None:
        for found in (home / "runtime").glob("jpserver-*.json"):
            if text := found.read_text():
                return str(json.loads(text)["url"])
        time.sleep(0.1)
    raise RuntimeError(f"Jupyter did not start: {(home / 'log').read_text()[-2000:]}")


def find_barriers(
    page: Any, rules: Any = None, within: str = "", each: str = "body", least: int = 10
) -> list[Any]:
    """What axe-core, which is on the page, objects to.

    rules: those to try, as axe-core's options have them; by default all.
    within: a selector; by default the whole page.
    each: the parts of the page in each of which the contrast of texts must have been checked.
    least: of so many of them.
    """
    found: list[Any] = page.evaluate(FIND_BARRIERS, [within, rules or {}, each, least])
    return found


def barriers(
    page: Any, axe: str, screenshots: Path | None = None, *names: str
) -> list[tuple[str, Any]]:
    """What axe-core objects to in the outputs of a page, in the light theme and in the dark one.

    axe: its source, which the fixture `axe` is.
    screenshots: a folder that gets a picture of each widget in each theme.
    names: those of the pictures.
    """
    page.evaluate(axe)
    before, found = page.viewport_size, []
    page.set_viewport_size({**before, "height": before["height"] + page.evaluate(HEIGHT)})
    for theme, rules in zip(THEMES, (None, ON_COLOURS), strict=True):
        page.evaluate(SET_THEME, theme)
        page.wait_for_function(IN_SIGHT)  # JupyterLab takes up its new size a moment later
        for name, widget in zip(names, page.locator(WIDGETS).all(), strict=False):
            if screenshots:
                widget.screenshot(path=screenshots / f"{name}-{theme.split()[1].lower()}.png")
        found += [(theme, barrier) for barrier in find_barriers(page, rules, OUTPUTS, WIDGETS, FEW)]
    page.set_viewport_size(before)
    return found
