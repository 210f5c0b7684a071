// The live page: the Console's front end at once, then Python in this page, which answers it.

import front from "../../console/console.js";
import { h } from "../../show/shared.js";

const at = (id) => document.getElementById(id);
const first = JSON.parse(at("first").textContent); // what Python will say first

/** What the front end takes for a notebook's model: what panels show, and a way to the server. */
class Model {
  constructor() {
    this.panels = first.panels;
    this.ears = {};
    this.queue = []; // what was asked for before there was a server
  }

  get(name) {
    return this.panels[name];
  }

  on(event, ear) {
    this.ears[event] ??= new Set();
    this.ears[event].add(ear);
  }

  off(event, ear) {
    this.ears[event]?.delete(ear);
  }

  /** Asks the server; the answer comes a little later, as it does from a kernel. */
  send(message) {
    if (this.server) queueMicrotask(() => this.show(JSON.parse(this.server(message))));
    else if (message.kind === "log") queueMicrotask(() => this.begin(message));
    else this.queue.push(message);
  }

  begin({ number }) {
    this.show({ ...first, messages: first.messages.map((each) => ({ ...each, heard: number })) });
  }

  serve(server) {
    this.server = server;
    for (const message of this.queue) this.send(message);
  }

  show({ panels, messages, said, score }) {
    const before = this.panels;
    this.panels = panels;
    for (const name of Object.keys(panels)) {
      if (JSON.stringify(before[name]) !== JSON.stringify(panels[name]))
        this.tell(`change:${name}`);
    }
    for (const message of messages) {
      if (message.kind === "read") at("meaning").innerHTML = message.html;
      else if (message.kind === "file") offer(message.text);
      else this.tell("msg:custom", message);
    }
    for (const [id, told] of Object.entries(said)) tick(at(id), told);
    if (at("score").textContent !== `${score} done`) at("score").textContent = `${score} done`;
  }

  tell(event, message) {
    for (const ear of this.ears[event] ?? []) ear(message);
  }
}

/** Says what is to be said to an experiment, once, and ticks it if it is earned. */
function tick(experiment, { html, earned }) {
  if (experiment.told === html) return;
  experiment.told = html;
  experiment.querySelector(".smtp-told").innerHTML = html;
  if (earned) experiment.querySelector(".smtp-tick").textContent = "✓";
}

/** Offers a text as a file. */
function offer(text) {
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  h("a", { href, download: "smtp-transcript.txt" }).click();
  URL.revokeObjectURL(href);
}

// ---- Python, all of which is in this page

/** One of the parts that the page holds, unpacked. */
async function part(name) {
  const text = at(name).textContent;
  const packed =
    Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

async function module(name) {
  const source = new Blob([await part(name)], { type: "text/javascript" });
  return import(URL.createObjectURL(source));
}

/** Says how far it is, and lets the browser paint it. */
async function say(words) {
  at("wait").textContent = words;
  await new Promise((done) => setTimeout(done, 20));
}

/** Python. Its loader fetches two files by their names; they are here, and nothing else is had. */
async function python() {
  const files = {
    "pyodide.asm.wasm": [await part("wasm"), "application/wasm"],
    "python_stdlib.zip": [await part("stdlib"), "application/zip"],
  };
  const loader = await module("loader");
  const engine = await module("engine");
  globalThis.fetch = async (address) => {
    const [content, type] = files[String(address).split("/").at(-1)];
    return new Response(content, { headers: { "Content-Type": type } });
  };
  await say("The server is starting: Python (2 of 3)…");
  const lockFileContents = new TextDecoder().decode(await part("lock"));
  const indexURL = "https://nowhere.invalid/"; // it wants one
  return loader.loadPyodide({ indexURL, createPyodideModule: engine.default, lockFileContents });
}

async function start(model) {
  await say("The server is starting: unpacking (1 of 3)…");
  const run = await python();
  await say("The server is starting: the lesson (3 of 3)…");
  run.FS.mkdir("/lesson");
  run.unpackArchive(await part("lesson"), "zip", { extractDir: "/lesson" });
  run.runPython("import sys; sys.path.insert(0, '/lesson')");
  const talk = run.runPython("from smtplesson.handouts.live_talk import LiveTalk; LiveTalk()");
  talk.hear('{"kind": "log"}'); // which this page has shown already
  model.serve((message) => talk.hear(JSON.stringify(message)));
  at("console").inert = false;
  await say("Ready. Type a command, EHLO client.example for one, and press Enter.");
  document.documentElement.dataset.ready = "yes";
}

function listen(model) {
  at("read").onclick = () => model.send({ kind: "read", text: at("text").value });
  at("print").onclick = () => print();
  for (const button of document.querySelectorAll("[data-scenario]")) {
    button.onclick = () => {
      model.send({ kind: "restart", scenario: button.dataset.scenario, seed: "0" });
      at("console").querySelector(".smtp-input").focus();
    };
  }
}

const model = new Model();
at("console").inert = true;
front.render({ model, el: at("console") });
listen(model);
if (document.readyState === "loading") {
  await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
}
try {
  await start(model);
} catch (error) {
  await say(`The server cannot start in this browser: ${error}`);
}
