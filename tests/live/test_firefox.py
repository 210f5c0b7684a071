"""The live page in Firefox, by WebDriver BiDi (w3.org/TR/webdriver-bidi) and no driver."""

import asyncio
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection, websocket_connect

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
# A whole mail with a header that lies, each line when the one before was answered.
TALK = """async () => {
  const until = async (met) => {
    while (!met()) await new Promise((done) => setTimeout(done, 50));
  };
  await until(() => document.documentElement.dataset.ready);
  const input = document.querySelector(".smtp-input");
  for (const line of ["EHLO client.example", "MAIL FROM:<you@client.example>",
      "RCPT TO:<alice@example.test>", "DATA", "From: president@bank.example", "", "hi", "."]) {
    const count = document.querySelectorAll(".smtp-exchange").length;
    input.value = line;
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await until(() => document.querySelectorAll(".smtp-exchange").length > count);
  }
  const said = ["#wait", "#score", ".smtp-post summary"].map((x) => document.querySelector(x));
  return said.map((each) => each.textContent).join("|");
}"""


async def talk(address: str, page: str) -> str:
    """What the page shows after the talk; address: of the browser."""
    socket: WebSocketClientConnection = await websocket_connect(f"{address}/session")
    numbers = iter(range(100))

    async def ask(method: str, **parameters: Any) -> Any:
        number = next(numbers)
        asked = {"id": number, "method": method, "params": parameters}
        await socket.write_message(json.dumps(asked))
        while True:
            answer = json.loads(await socket.read_message() or "{}")
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    await ask("session.new", capabilities={})
    context = (await ask("browsingContext.getTree"))["contexts"][0]["context"]
    await ask("browsingContext.navigate", context=context, url=page, wait="complete")
    options = {"target": {"context": context}, "awaitPromise": True}
    found = await ask("script.callFunction", functionDeclaration=TALK, **options)
    await ask("browser.close")
    return str(found["result"]["value"])


def listening(log: Path) -> str:
    """Where the browser listens, once it says so."""
    for _ in range(600):
        if found := re.search(r"BiDi listening on (ws://127\.0\.0\.1:\d+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    return pytest.fail(f"Firefox does not start: {log.read_text()[-500:]}")


@pytest.mark.skipif(FIREFOX is None, reason="no Firefox (Debian: apt-get install firefox-esr)")
def test_it_answers_in_firefox_too(live_page: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    options = ["--headless", "--no-remote", "--remote-debugging-port", "0", "--profile"]
    with log.open("wb") as file:
        command = [str(FIREFOX), *options, str(tmp_path)]
        browser = subprocess.Popen(command, stdout=file, stderr=file)
    try:
        said = asyncio.run(asyncio.wait_for(talk(listening(log), live_page.as_uri()), 180))
    finally:
        browser.terminate()
        browser.wait(30)
    assert said == (
        "Ready. Type a command, EHLO client.example for one, and press Enter.|3 of 12 done|"
        "alice has 1 message"
    )
