"""The row about the Console: from Enter to the reply on the screen, in a real JupyterLab."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.rounds import Line, Plan

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
SHOW = "from smtplesson import Console\nconsole = Console()\nconsole"


def console_reply(plan: Plan) -> list[Line]:
    """A command typed and its reply painted; not pinned, since browser and kernel are two."""
    what = "Console, from Enter to paint"
    try:
        from tests.browser.jupyter import CHROMIUM, chromium, running_lab
    except ImportError:
        return [Line(what, 150, "ms", [], least=False, note="playwright is not installed")]
    if CHROMIUM is None:
        return [Line(what, 150, "ms", [], least=False, note="Chromium is not installed")]
    with (
        TemporaryDirectory() as home,
        chromium() as browser,
        running_lab(Path(home), browser) as lab,
    ):
        page = lab.show(SHOW)
        page.locator(".smtp-exchange").first.wait_for()
        times = [page.evaluate(PRESS_ENTER) for _ in range(10 * plan.rounds)]
    return [Line(what, 150, "ms", times, least=False)]


ROWS = (console_reply,)
