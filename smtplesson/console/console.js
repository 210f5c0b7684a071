// The Console's front end: the line, the log, the buttons and the keys. What a panel or an entry of
// the log shows comes from Python as HTML in which all that a server says is escaped; everything
// else is set as text.

import { h, KEPT, Kernel } from "../show/shared.js";

// Else a letter typed on a button, or an arrow key in a list, is a command to the notebook:
// "d d" deletes the cell. In text fields JupyterLab itself takes care, and Ctrl+S still saves.
const KEEPS_KEYS = { [KEPT]: "true" };

const PANELS = ["state", "post", "reply", "bars", "guesses"]; // which Python has made whole
const TO_HUNT = "No hunt is open in this notebook. To open one, run this in a cell: ";
const HUNT = "from smtplesson.widgets import CoverageHunt; CoverageHunt()";

/** What Python has made of pieces. */
function made(html) {
  const template = h("template");
  template.innerHTML = html;
  return template.content;
}

const button = (name, onclick, more = {}) =>
  h("button", { type: "button", onclick, ...KEEPS_KEYS, ...more }, name);
const row = (kind, ...children) => h("div", { class: `smtp-row ${kind}` }, ...children);

/** The log: entries arrive by message, each with its number. */
class Log {
  constructor(ask) {
    this.ask = ask;
    this.next = 0;
    this.follows = true; // whether its end is in sight, as it is unless somebody scrolls back
    const about = {
      class: "smtp-log",
      role: "log",
      "aria-live": "polite",
      "aria-label": "Transcript",
      tabindex: 0,
    };
    const onscroll = () => {
      const { scrollTop, clientHeight, scrollHeight, clientWidth } = this.box;
      // Of another width its lines are laid out anew: that moves them, and nobody has scrolled.
      if (clientWidth === this.width) this.follows = scrollTop + clientHeight > scrollHeight - 2;
    };
    this.box = h("div", { ...about, onscroll, ...KEEPS_KEYS });
    new ResizeObserver(() => {
      this.width = this.box.clientWidth;
      if (this.follows) this.toEnd();
    }).observe(this.box);
    this.cut = h("p", { class: "smtp-quiet" });
  }

  /** What was kept with the notebook, if no kernel has told more. */
  keep(rows) {
    if (!this.next && rows.length)
      this.fill({ whole: true, total: rows.at(-1).n + 1, cap: rows.length, rows });
  }

  fill({ whole, total, cap, rows }) {
    if (whole) {
      this.box.replaceChildren();
      this.next = 0;
    } else if (rows.length && rows[0].n > this.next) {
      this.ask("log"); // something was missed, or this front end has just come: all of it, please
      return;
    }
    this.box.append(...rows.filter(({ n }) => n >= this.next).map(({ html }) => made(html)));
    this.next = total;
    while (this.box.childElementCount > cap) this.box.firstElementChild.remove();
    const hidden = total - this.box.childElementCount;
    this.cut.textContent = hidden
      ? `The first ${hidden.toLocaleString("en")} entries are no longer shown.`
      : "";
    this.toEnd();
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
  }
}

/** The line to type: a command, or the prediction of a reply. */
class Prompt {
  constructor(model, ask, afterwards) {
    Object.assign(this, { model, ask, afterwards });
    this.place = 0; // how far back recall has gone; 0 is the line that is being typed
    this.draft = ""; // that line
    this.held = ""; // the line that waits for a prediction, to be given back
    const onkeydown = (event) => this.press(event);
    this.input = h("input", {
      class: "smtp-input",
      type: "text",
      spellcheck: "false",
      autocomplete: "off",
      onkeydown,
    });
    this.caption = h("span", { class: "smtp-caption" });
    this.sign = h("span", { class: "smtp-sign", "aria-hidden": "true" });
    const send = button("Send", () => this.submit(), { class: "smtp-main" });
    this.field = h("div", { class: "smtp-field" }, this.sign, this.input, send);
    const choices = model
      .get("choices")
      .map(({ digit, html }) => button(made(html), () => this.submit(digit)));
    this.question = row(
      "smtp-question",
      ...choices,
      button("Take back", () => this.takeBack()),
    );
    this.question.setAttribute("role", "group");
    this.question.setAttribute("aria-label", "First digit");
    this.keys = {
      Enter: () => this.submit(),
      ArrowUp: () => this.recall(1),
      ArrowDown: () => this.recall(-1),
      Escape: () => this.takeBack(),
    };
  }

  get predicting() {
    return this.model.get("status").asked;
  }

  draw() {
    const name = this.predicting ? "Prediction" : "Command";
    this.caption.textContent = name;
    this.input.setAttribute("aria-label", name);
    this.input.placeholder = this.model.get("status").wanted;
    this.sign.textContent = this.predicting ? "?" : "C:";
    this.question.hidden = !this.predicting;
  }

  put(line) {
    this.input.value = line;
    this.input.setSelectionRange(line.length, line.length);
    this.input.focus();
  }

  submit(line = this.input.value) {
    if (!this.predicting) this.held = line;
    // Without a kernel or a session the line stays, for later.
    if (!this.ask("send", { line }) || this.model.get("status").closed) return;
    this.afterwards();
    this.place = 0;
    this.put("");
  }

  recall(step) {
    const lines = this.model.get("recall");
    if (!this.place) this.draft = this.input.value;
    this.place = Math.min(Math.max(this.place + step, 0), lines.length);
    this.put(this.place ? lines[lines.length - this.place] : this.draft);
  }

  takeBack() {
    this.ask("take back");
    this.put(this.held);
  }

  press(event) {
    if (event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (!(event.key in this.keys) || (event.key === "Escape" && !this.predicting)) return;
    event.preventDefault(); // a key that is handled here is not the notebook's too
    event.stopPropagation();
    this.keys[event.key]();
  }
}

/** Which server answers, and how it is spoken to. */
class Setup {
  constructor(model, ask, input) {
    this.model = model;
    const tick = (kind) =>
      h("input", {
        type: "checkbox",
        onchange: (event) => ask(kind, { on: event.target.checked }),
        ...KEEPS_KEYS,
      });
    const label = (title, ...children) => h("label", { title }, ...children);
    const then = (kind, more) => {
      ask(kind, more);
      input.focus();
    };
    this.about = h("p", { class: "smtp-about" });
    this.scenario = h("select", { onchange: () => this.tell(), ...KEEPS_KEYS });
    this.predict = tick("predict");
    this.raw = tick("raw");
    const start = () => then("restart", { scenario: this.scenario.value, seed: this.seed.value });
    const onkeydown = (event) => event.key === "Enter" && start();
    this.seed = h("input", { type: "text", inputmode: "numeric", size: 4, onkeydown });
    const controls = row(
      "",
      label("Which replies the server gives", "Scenario", this.scenario),
      label("Decides everything that is random", "Seed", this.seed),
      button("Start over", start),
      button("Wait 5 minutes", () => then("wait"), {
        title: "Like a client that comes back later",
      }),
      label("Name the first digit of each reply before you see it", this.predict, "Predict first"),
      label("Lines are sent without CRLF; \\r \\n \\t \\0 \\xNN stand for octets", this.raw, "Raw"),
    );
    this.box = h("section", { class: "smtp-setup" }, controls, this.about);
  }

  tell() {
    this.about.textContent = this.model.get("setup").abouts[this.scenario.value];
  }

  draw() {
    const now = this.model.get("setup");
    this.scenario.replaceChildren(...Object.keys(now.abouts).map((name) => h("option", {}, name)));
    this.scenario.value = now.scenario;
    this.seed.value = now.seed;
    this.predict.checked = now.predicting;
    this.raw.checked = now.raw;
    this.tell();
  }
}

/** The whole: each part is drawn anew when what it shows has changed. */
class View {
  constructor(model, el) {
    this.model = model;
    this.kernel = new Kernel(model, () => this.drawStatus());
    this.ask = (kind, more) => this.kernel.ask(kind, more);
    this.log = new Log(this.ask);
    this.prompt = new Prompt(model, this.ask, () => this.drawStatus()); // a remark on an offer goes
    this.setup = new Setup(model, this.ask, this.prompt.input);
    const box = (name) => [name, h("section", { class: `smtp-${name}` })];
    this.boxes = Object.fromEntries([...PANELS, "offers"].map(box));
    this.hint = h("p", { class: "smtp-hint", role: "status" });
    this.hunt = button("Show it in the hunt", () => this.toHunt(), { class: "smtp-link" });
    this.error = h("p", { class: "smtp-error", role: "alert" });
    const connect = () => {
      this.ask("reconnect");
      this.prompt.input.focus();
    };
    this.again = button("Connect again", connect, { class: "smtp-main smtp-again" });
    this.unfolded = false; // whether more on a reply is wanted; kept from one to the next
    // The picture is made only while somebody looks at it.
    this.picture = h("img", { class: "smtp-map" });
    const look = () => this.ask("map", { on: this.map.open });
    this.map = h("details", { ontoggle: look }, h("summary", KEEPS_KEYS, "State map"));
    this.arrange(el);
    this.parts = {
      status: () => this.drawStatus(),
      offers: () => this.drawOffers(),
      setup: () => this.setup.draw(),
      map: () => this.drawMap(),
    };
    for (const name of PANELS) this.parts[name] = () => this.drawPanel(name);
  }

  arrange(el) {
    const keep = row(
      "smtp-keep",
      button("Copy transcript", () => this.ask("copy")),
      button("Save transcript", () => this.ask("save"), { title: "As files beside the notebook" }),
    );
    const { state, offers, post, reply, bars, guesses } = this.boxes;
    const { caption, field, question } = this.prompt;
    const below = [this.error, this.again, this.hint, question, offers, keep, guesses];
    const talk = h(
      "div",
      { class: "smtp-talk" },
      this.log.cut,
      this.log.box,
      caption,
      field,
      ...below,
    );
    const side = h("div", { class: "smtp-side" }, post, reply);
    el.classList.add("smtp-console");
    el.append(this.setup.box, state, this.map, h("div", { class: "smtp-grid" }, talk, side, bars));
  }

  drawPanel(name) {
    const box = this.boxes[name];
    box.replaceChildren(made(this.model.get(name)));
    box.hidden = !box.childElementCount;
    for (const details of box.querySelectorAll("details")) {
      details.open = name === "post" || this.unfolded; // a message that has come is opened
      if (name !== "post") details.addEventListener("toggle", () => (this.unfolded = details.open));
      details.firstElementChild.setAttribute(KEPT, "true");
    }
  }

  drawStatus() {
    const { hint, error, closed, fresh } = this.model.get("status");
    const { gone, loss, delay } = this.kernel;
    this.hint.replaceChildren(delay || hint, ...(fresh.length && !delay ? [" ", this.hunt] : []));
    this.error.textContent = loss || error;
    this.again.hidden = !closed || gone;
    this.prompt.draw();
    const lost = gone && this.kernel.unanswered();
    if (lost && !this.prompt.input.value) this.prompt.input.value = lost;
    if (gone) this.log.keep(this.model.get("tail"));
  }

  drawOffers() {
    const buttons = this.model.get("offers").map(({ label, line, allowed, why }) => {
      const choose = () => {
        this.prompt.put(line);
        this.hint.textContent = `${why}.`;
      };
      return button(label, choose, { class: allowed ? null : "smtp-not-now", title: why });
    });
    const legend = h("h4", {}, "Commands to insert", h("small", {}, "dashed: out of order now"));
    this.boxes.offers.replaceChildren(legend, row("", ...buttons));
  }

  /** Leads to the tile of the code that has just been drawn, or says how to have one. */
  toHunt() {
    const page = this.hint.closest(".jp-Notebook") ?? document;
    const code = this.model.get("status").fresh.at(-1);
    const tile = page.querySelector(`.smtp-hunt [data-choice="${code}"]`);
    tile?.scrollIntoView({ block: "center" });
    (tile ?? this.prompt.input).focus({ preventScroll: true });
    if (!tile) this.hint.replaceChildren(TO_HUNT, h("code", {}, HUNT));
  }

  drawMap() {
    const { src, alt } = this.model.get("map");
    if (src) this.map.append(Object.assign(this.picture, { src, alt }));
  }

  hear({ kind, text, heard, ...entries }) {
    if (kind === "log") this.log.fill(entries);
    this.kernel.answered(heard);
    if (kind === "copy") this.copy(text);
  }

  copy(text) {
    const say = (words) => () => (this.hint.textContent = words);
    // Over plain HTTP from another machine there is no clipboard at all.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject();
    const fails = say("This browser does not let a page copy; Save writes a file.");
    written.then(say("The transcript is on the clipboard."), fails);
  }
}

function render({ model, el }) {
  const view = new View(model, el);
  const hear = (message) => view.hear(message);
  for (const [name, draw] of Object.entries(view.parts)) {
    model.on(`change:${name}`, draw);
    draw();
  }
  model.on("msg:custom", hear);
  view.ask("log");
  return () => {
    for (const [name, draw] of Object.entries(view.parts)) model.off(`change:${name}`, draw);
    model.off("msg:custom", hear);
    view.kernel.leave();
  };
}

export default { render };
