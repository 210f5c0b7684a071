// The Console's front end. All that it shows comes from Python, and all of it is set as text,
// never as markup, because a server may say anything.

// Else a letter typed on a button, or an arrow key in a list, is a command to the notebook:
// "d d" deletes the cell. In text fields JupyterLab itself takes care, and Ctrl+S still saves.
const KEEPS_KEYS = { "data-lm-suppress-shortcuts": "true" };

/** An element: h("p", { class: "x", onclick: f }, "text", child). */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child));
  return element;
}

const button = (name, onclick, more = {}) =>
  h("button", { type: "button", onclick, ...KEEPS_KEYS, ...more }, name);
const heading = (text, aside) => h("h4", {}, text, aside && h("small", {}, aside));

function render({ model, el }) {
  const ask = (kind, more = {}) => model.send({ kind, ...more });

  /** Asks, and puts the cursor back into the line. */
  function askAndType(kind, more) {
    ask(kind, more);
    input.focus();
  }

  const look = (code) => model.get("palette")[String(code)[0]];

  /** A mark for those who do not go by colour; a screen reader has the code itself. */
  const mark = (code) => h("span", { "aria-hidden": "true" }, look(code).mark);

  /** A reply code in the colour of its class. */
  function badge(code, size = "") {
    const { fill, name, duty } = look(code);
    const title = `${name}: ${duty}`;
    return h(
      "span",
      { class: `smtp-badge ${size}`, style: `background:${fill}`, title },
      mark(code),
      ` ${code}`,
    );
  }

  // ---- the log: entries arrive by message, each with its number

  let next = 0;
  const log = h("div", {
    class: "smtp-log",
    role: "log",
    "aria-live": "polite",
    tabindex: 0,
    ...KEEPS_KEYS,
  });
  log.setAttribute("aria-label", "Transcript");
  const cut = h("p", { class: "smtp-quiet" });

  function spoken({ who, code, text }) {
    if (who === "!") return h("div", { class: "smtp-remark" }, text);
    const kind = who === "C" ? "smtp-line smtp-client" : "smtp-line";
    return h(
      "div",
      { class: kind },
      h("span", { class: "smtp-who" }, `${who}: `),
      code && badge(code),
      text,
    );
  }

  function entry({ note, lines }) {
    if (note) return h("div", { class: "smtp-note" }, note);
    const unanswered = lines.at(-1)?.who === "C"; // message text, which runs on
    return h(
      "div",
      { class: `smtp-exchange ${unanswered ? "smtp-runs-on" : ""}` },
      ...lines.map(spoken),
    );
  }

  function hear({ kind, text, ...entries }) {
    if (kind === "log") fill(entries);
    if (kind === "copy") copy(text);
  }

  function copy(text) {
    const fails = () =>
      (hint.textContent = "This browser does not let a page copy; Save writes a file.");
    // Over plain HTTP from another machine there is no clipboard at all.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject();
    written.then(() => (hint.textContent = "The transcript is on the clipboard."), fails);
  }

  function fill({ whole, total, cap, rows }) {
    if (whole) {
      log.replaceChildren();
      next = 0;
    } else if (rows.length && rows[0].n > next) {
      ask("log"); // something was missed, or this front end has just come: all of it, please
      return;
    }
    log.append(...rows.filter((row) => row.n >= next).map(entry));
    next = total;
    while (log.childElementCount > cap) log.firstElementChild.remove();
    const hidden = total - log.childElementCount;
    cut.textContent = hidden
      ? `The first ${hidden.toLocaleString("en")} entries are no longer shown.`
      : "";
    log.scrollTop = log.scrollHeight;
  }

  // ---- the line to type

  let place = 0; // how far back recall has gone; 0 is the line that is being typed
  let draft = ""; // that line
  let held = ""; // the line that waits for a prediction, to be given back
  const input = h("input", {
    class: "smtp-input",
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
  });
  const caption = h("span", { class: "smtp-caption" });
  const sign = h("span", { class: "smtp-sign", "aria-hidden": "true" });
  const predicting = () => model.get("status").asked;

  function put(line) {
    input.value = line;
    input.setSelectionRange(line.length, line.length);
    input.focus();
  }

  function submit(line = input.value) {
    if (!predicting()) held = line;
    ask("send", { line });
    drawStatus(); // a remark on an offer goes
    place = 0;
    put("");
  }

  function recall(step) {
    const lines = model.get("recall");
    if (!place) draft = input.value;
    place = Math.min(Math.max(place + step, 0), lines.length);
    put(place ? lines[lines.length - place] : draft);
  }

  function takeBack() {
    ask("take back");
    put(held);
  }

  const keys = {
    Enter: () => submit(),
    ArrowUp: () => recall(1),
    ArrowDown: () => recall(-1),
    Escape: takeBack,
  };
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (!(event.key in keys) || (event.key === "Escape" && !predicting())) return;
    event.preventDefault(); // a key that is handled here is not the notebook's too
    event.stopPropagation();
    keys[event.key]();
  });

  // ---- panels: each is drawn anew when what it shows has changed

  const names = ["setup", "state", "offers", "reply", "bars", "guesses"];
  const boxes = Object.fromEntries(
    names.map((name) => [name, h("section", { class: `smtp-${name}` })]),
  );
  const question = h("div", {
    class: "smtp-row smtp-question",
    role: "group",
    "aria-label": "First digit",
  });
  const hint = h("p", { class: "smtp-hint", role: "status" });
  const error = h("p", { class: "smtp-error", role: "alert" });
  const again = button("Connect again", () => askAndType("reconnect"), { class: "smtp-main" });

  // The picture is made only while somebody looks at it.
  const picture = h("img", { class: "smtp-map" });
  const map = h(
    "details",
    { ontoggle: () => ask("map", { on: map.open }) },
    h("summary", KEEPS_KEYS, "State map"),
  );

  function drawMap() {
    const { src, alt } = model.get("map");
    if (src) map.append(Object.assign(picture, { src, alt }));
  }

  function drawStatus() {
    const now = model.get("status");
    const all = now.steps.includes(now.state) ? now.steps : [...now.steps, now.state];
    const steps = all.map((step) =>
      h("li", { "aria-current": step === now.state ? "step" : null }, step),
    );
    const meaning = h("p", { class: "smtp-quiet" }, now.meaning);
    const way = h("ol", { class: "smtp-steps" }, ...steps);
    boxes.state.replaceChildren(heading("State"), way, meaning);
    const name = predicting() ? "Prediction" : "Command";
    caption.textContent = name;
    input.setAttribute("aria-label", name);
    sign.textContent = predicting() ? "?" : "C:";
    hint.textContent = now.hint;
    error.textContent = now.error;
    again.hidden = !now.closed;
    drawQuestion();
  }

  function drawQuestion() {
    const digits = ["2", "3", "4", "5"].map((digit) => {
      const choice = button(mark(digit), () => submit(digit));
      choice.append(` ${digit} ${look(digit).duty}`);
      return choice;
    });
    question.hidden = !predicting();
    question.replaceChildren(...digits, button("Take back", takeBack));
  }

  function drawOffers() {
    const buttons = model.get("offers").map(({ label, line, lawful, why }) => {
      const choose = () => {
        put(line);
        hint.textContent = `${why}.`;
      };
      return button(label, choose, { class: lawful ? null : "smtp-unlawful", title: why });
    });
    const legend = heading("Commands to insert", "dashed: out of order now");
    boxes.offers.replaceChildren(legend, h("div", { class: "smtp-row" }, ...buttons));
  }

  let open = null; // whether the details of a reply are wanted; kept from one to the next

  function drawReply() {
    const { code, enhanced, title, meaning, duty, advice, digits, more } = model.get("reply");
    boxes.reply.replaceChildren(heading("Last reply"));
    if (!code) return boxes.reply.append(h("p", {}, "None yet."));
    const parts = digits.map(([where, digit, text]) => {
      const [name, ...rest] = text.split(/(?<=:) |(?<=\.) (?=.)/);
      const words = [h(rest.length ? "b" : "span", {}, name), rest.length && ` ${rest.join(" ")}`];
      const place = h("span", { class: "smtp-place" }, where);
      return h(
        "li",
        {},
        h("span", { class: "smtp-digit" }, digit),
        h("span", {}, place, " ", ...words),
      );
    });
    const facts = more.flatMap(([label, text]) => [h("dt", {}, label), h("dd", {}, text)]);
    const details = h(
      "details",
      { open },
      h("summary", KEEPS_KEYS, "More on this reply"),
      h("p", {}, meaning),
    );
    details.append(h("dl", {}, ...facts));
    details.addEventListener("toggle", () => (open = details.open ? "" : null));
    const style = `border-color:${look(code).fill}`;
    const must = [
      "The client must now ",
      h("b", {}, duty[0].toLowerCase() + duty.slice(1)),
      ` ${advice}`,
    ];
    boxes.reply.append(
      h(
        "p",
        { class: "smtp-headline" },
        badge(code, "smtp-large"),
        enhanced && h("code", {}, enhanced),
      ),
      h("p", {}, title[0].toUpperCase() + title.slice(1)),
      h("p", { class: "smtp-duty", style }, ...must),
      h("ul", { class: "smtp-digits" }, ...parts),
      details,
    );
  }

  const titles = (names) => names.map((name) => h("th", { scope: "col" }, name));

  function drawBars() {
    const bars = model.get("bars");
    const most = Math.max(...bars.map((bar) => bar.count));
    const lines = bars.map(({ code, count, name }) => {
      const style = `width:${(100 * count) / most}%;background:${look(code).fill}`;
      const bar = h("td", { title: name }, h("div", { class: "smtp-bar", style }));
      const number = h("td", { class: "smtp-count" }, count.toLocaleString("en"));
      return h("tr", {}, h("th", { scope: "row" }, badge(code)), bar, number);
    });
    const head = h(
      "thead",
      { class: "smtp-hidden" },
      h("tr", {}, ...titles(["Code", "Bar", "Count"])),
    );
    boxes.bars.replaceChildren(
      heading("Replies so far"),
      h("table", {}, head, h("tbody", {}, ...lines)),
    );
  }

  function drawGuesses() {
    const { score, table } = model.get("guesses");
    boxes.guesses.hidden = !table;
    if (!table) return;
    const classes = ["2yz", "3yz", "4yz", "5yz"];
    const lines = table.map((counts, row) => {
      const cells = counts.map((count, column) =>
        h("td", { class: column === row ? "smtp-right" : null }, count ? String(count) : "·"),
      );
      return h("tr", {}, h("th", { scope: "row" }, classes[row]), ...cells);
    });
    const head = h(
      "tr",
      {},
      ...titles(["Predicted", ...classes.map((name) => `got ${name}`), "none"]),
    );
    boxes.guesses.replaceChildren(heading("Predictions", score), h("table", {}, head, ...lines));
  }

  const about = h("p", { class: "smtp-about" });
  const tell = () => (about.textContent = model.get("setup").abouts[scenario.value]);
  const scenario = h("select", { onchange: tell, ...KEEPS_KEYS });
  const seed = h("input", { type: "text", inputmode: "numeric", size: 4 });
  const start = () => askAndType("restart", { scenario: scenario.value, seed: seed.value });
  const tick = (kind) =>
    h("input", {
      type: "checkbox",
      onchange: (event) => ask(kind, { on: event.target.checked }),
      ...KEEPS_KEYS,
    });
  const predict = tick("predict");
  const raw = tick("raw");
  const label = (title, ...children) => h("label", { title }, ...children);
  const setup = h(
    "div",
    { class: "smtp-row" },
    label("Which replies the server gives", "Scenario", scenario),
    label("Decides every chance", "Seed", seed),
    button("Start over", start),
    button("Wait 5 minutes", () => askAndType("wait"), {
      title: "As a client does that comes back later",
    }),
    label("Name the first digit of each reply before you see it", predict, "Predict first"),
    label("Lines are sent without CRLF; \\r \\n \\t \\0 \\xNN stand for octets", raw, "Raw"),
  );

  function drawSetup() {
    const now = model.get("setup");
    scenario.replaceChildren(...Object.keys(now.abouts).map((name) => h("option", {}, name)));
    scenario.value = now.scenario;
    seed.value = now.seed;
    predict.checked = now.predicting;
    raw.checked = now.raw;
    tell();
  }

  // ---- all together

  const send = button("Send", () => submit(), { class: "smtp-main" });
  const field = h("div", { class: "smtp-field" }, sign, input, send);
  boxes.setup.append(setup, about);
  const keep = h(
    "div",
    { class: "smtp-row smtp-keep" },
    button("Copy transcript", () => ask("copy")),
    button("Save transcript", () => ask("save"), { title: "As a file beside the notebook" }),
  );
  const below = [error, again, hint, question, boxes.offers, keep, boxes.guesses];
  const talk = h("div", { class: "smtp-talk" }, cut, log, caption, field, ...below);
  const side = h("div", { class: "smtp-side" }, boxes.reply, boxes.bars);
  el.classList.add("smtp-console");
  el.append(boxes.setup, boxes.state, map, h("div", { class: "smtp-grid" }, talk, side));

  const panels = {
    status: drawStatus,
    offers: drawOffers,
    reply: drawReply,
    bars: drawBars,
    guesses: drawGuesses,
    setup: drawSetup,
    map: drawMap,
  };
  for (const [name, draw] of Object.entries(panels)) {
    model.on(`change:${name}`, draw);
    draw();
  }
  model.on("msg:custom", hear);
  ask("log");
  return () => {
    for (const [name, draw] of Object.entries(panels)) model.off(`change:${name}`, draw);
    model.off("msg:custom", hear);
  };
}

export default { render };
