"""Rows about the lesson: charts, the Console, the notebooks and the handouts."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, cast

from tests.bench.peers import CHECKOUT
from tests.bench.rounds import OURS, Line, Plan, beside, interleaved, pinned, seconds_for

# The codes of a lively server.
CODES = (220, 221, 250, 354, 421, 450, 451, 452, 500, 503, 550, 552, 554)
# Presses Enter as a learner does, and waits until the row with the reply has been painted.
PRESS_ENTER = """async () => {
  const input = document.querySelector(".smtp-input");
  const log = document.querySelector(".smtp-log");
  const rows = log.childElementCount;
  input.value = "NOOP";
  const start = performance.now();
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  while (log.childElementCount === rows) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
# The least that a notebook with a picture and widgets does. Its picture is thrown away, so
# that nbval finds the same outputs on every machine: none.
BARE = """import ipywidgets
from matplotlib.figure import Figure
figure = Figure()
figure.add_subplot().bar([1, 2, 3], [3, 1, 2])
figure.savefig('/dev/null', format='png')"""


def live(plan: Plan) -> list[Line]:
    """Thirteen bars set to new heights and drawn again, beside a figure made anew; as PNG."""
    from matplotlib.container import BarContainer

    from smtplesson.figures.panel import Panel, panel

    def heights(step: int) -> list[int]:
        return [10 + (7 * step + 13 * place) % 80 for place in range(len(CODES))]

    def new(step: int) -> tuple[Panel, BarContainer]:
        axes = cast(Panel, panel())
        bars = axes.bar([str(code) for code in CODES], heights(step))
        axes.set(ylim=(0, 100), ylabel="share of all replies, %", title="Replies so far")
        axes.png()
        return axes, bars

    axes, bars = new(0)

    def update(step: int) -> None:
        for bar, height in zip(bars, heights(step), strict=True):
            bar.set_height(height)
        axes.png()

    def entrant(step: Callable[[int], object]) -> Callable[[], float]:
        frames = range(max(3, int(25 * plan.seconds)))
        return lambda: median(seconds_for(partial(step, frame)) for frame in frames)

    with pinned():
        figures = interleaved({OURS: entrant(update), "a new figure": entrant(new)}, plan.rounds)
    return [beside("live chart update", "≤ 0.6 x a new figure", figures, "{:.0f} ms a frame", 1000)]


def dragged(plan: Plan) -> list[Line]:
    """A frame of DistributionLab while the slider moves to and fro at 100,000 sessions."""
    from smtplesson.widgets import DistributionLab

    lab = DistributionLab("busy")
    lab.sessions.value = 100_000

    def frame(step: int) -> None:
        lab.sessions.value = (50_000, 100_000)[step % 2]

    with pinned():
        values = [1000 * seconds_for(partial(frame, step)) for step in range(6 * plan.rounds)]
    return [Line("DistributionLab, a frame at 100,000 sessions", "≤ 100 ms", values[2:])]


def console_reply(plan: Plan) -> list[Line]:
    """A command typed and its reply painted; not pinned, since browser and kernel are two."""
    line = partial(Line, "Console, from Enter to paint", "≤ 60 ms")
    try:
        from tests.browser.jupyter import CHROMIUM, chromium, running_lab
    except ImportError:
        return [line([], "playwright is not installed")]
    if CHROMIUM is None:
        return [line([], "Chromium is not installed")]
    with (
        TemporaryDirectory() as home,
        chromium() as browser,
        running_lab(Path(home), browser) as lab,
    ):
        page = lab.show("from smtplesson import Console\nconsole = Console()\nconsole")
        page.locator(".smtp-exchange").first.wait_for()
        return [line([page.evaluate(PRESS_ENTER) for _ in range(10 * plan.rounds)])]


def live_page(plan: Plan) -> list[Line]:
    """The live page: from opening it to a server that is ready, and from Enter to paint."""
    start = partial(Line, "live page, processor time until it is ready", "≤ 6 s")
    paint = partial(Line, "live page, from Enter to paint", "≤ 50 ms")
    try:
        from smtplesson.handouts.live import write_live
        from tests.browser.jupyter import CHROMIUM, chromium
        from tests.live.fetch import fetched
    except ImportError:
        return [start([], "playwright is not installed")]
    if CHROMIUM is None:
        return [start([], "Chromium is not installed")]
    with TemporaryDirectory() as home, chromium() as browser:
        if isinstance(pyodide := fetched(Path(home)), str):
            return [start([], pyodide)]
        file, starts, paints = Path(home, "live.html"), list[float](), list[float]()
        write_live(pyodide, file, "bench")
        system = browser.new_browser_cdp_session()
        for _ in range(plan.rounds):
            with browser.new_context(offline=True) as context:
                page = context.new_page()
                before = _processor_time(system)
                page.goto(file.as_uri())
                page.locator("[data-ready]").wait_for(timeout=120_000)
                starts.append(_processor_time(system) - before)
                paints += [page.evaluate(PRESS_ENTER) for _ in range(10)]
    return [start(starts, f"{len(starts)} times opened"), paint(paints)]


def _processor_time(system: Any) -> float:
    """Seconds that all processes of a browser have computed so far."""
    told = system.send("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(each["cpuTime"] for each in told))


def _program(*words: str) -> Callable[[], float]:
    """Measures how many seconds Python takes for this."""
    command = [sys.executable, "-m", *words]
    return lambda: seconds_for(
        lambda: subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT)
    )


def opening(plan: Plan) -> list[Line]:
    """`smtplesson lab` until it tells its address, beside JupyterLab without a lesson."""
    with TemporaryDirectory() as home:
        words = {
            OURS: ("smtplesson", "lab", f"{home}/lesson"),
            "JupyterLab": ("jupyterlab", f"--ServerApp.root_dir={home}"),
        }
        entrants = {name: partial(_until_address, *each, home=home) for name, each in words.items()}
        figures = interleaved(entrants, plan.rounds)
    return [beside("smtplesson lab, until its address", "≤ 0.7 x JupyterLab", figures, "{:.1f} s")]


def _until_address(*words: str, home: str) -> float:
    """Seconds until this program prints where it listens; it keeps its files in `home`."""
    command = [sys.executable, "-m", *words, "--no-browser", "--port=0", "--allow-root"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    start = perf_counter()
    with subprocess.Popen(command, env={**os.environ, "HOME": home}, **pipes) as process:
        assert process.stdout and any("http://" in line for line in process.stdout)
        seconds = perf_counter() - start
        process.terminate()
        process.stdout.read()  # so that it is not stopped by a pipe that is full
    return seconds


def nbval(plan: Plan) -> list[Line]:
    """All ten notebooks under nbval, beside ten that only import and draw."""
    ours = sorted(str(path) for path in (CHECKOUT / "notebooks").glob("[0-9]*.ipynb"))
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "id": "bare", "source": BARE}
    bare = {"cells": [{**cell, "execution_count": 1}], "metadata": {}}
    with TemporaryDirectory() as home:
        for number in range(len(ours)):
            path = Path(home, f"{number:02}.ipynb")
            path.write_text(json.dumps({**bare, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
        words = ("pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--rootdir", str(CHECKOUT))
        entrants = {OURS: _program(*words, *ours), "bare notebooks": _program(*words, home)}
        figures = interleaved(entrants, min(plan.rounds, 3))
    note = f"{{:.1f}} s for {len(ours)}"
    return [beside("all notebooks under nbval", "≤ 1.4 x bare notebooks", figures, note)]


def handouts(plan: Plan) -> list[Line]:
    """The whole course run afresh, by two jobs and by one; then from its stored outputs."""
    with TemporaryDirectory() as out:
        make = partial(_program, "smtplesson", "handout", "--out", out)
        entrants = {OURS: make("--jobs", "2"), "one job": make("--jobs", "1")}
        figures = interleaved(entrants, min(plan.rounds, 3))
        # One page alone tells what starting costs; the other ten notebooks are what is left.
        pages = len(list((CHECKOUT / "notebooks").glob("*.ipynb"))) - 1
        stored = (make("--no-run")() - make("--no-run", "00")()) / pages
    return [
        beside("handouts, --jobs 2", "≤ 0.75 x one job", figures, "{:.1f} s"),
        Line("handouts, --no-run", "≤ 1 s a notebook beyond start-up", [stored]),
    ]


ROWS = (live, dragged, console_reply, live_page, opening, nbval, handouts)
