// What plain ipywidgets lack in JupyterLab, put right on the board that this element is part of.

/** Keys on a button, a list or a slider are commands to the notebook ("d d" deletes the cell)
 * unless the element itself says that it keeps them. In text fields JupyterLab takes care. */
const KEEPS_KEYS =
  "button, select, summary, input[type=checkbox], input[type=radio], [role=slider], [data-choice]";
const CHOICE = "[data-choice]"; // what can be chosen on the page, by a click or as a button is
const LIST = ".smtp-matches"; // a long one, which scrolls by itself
const KEPT = "data-lm-suppress-shortcuts";

/** Shift+Enter runs a cell all the same. Of a card that waits for the next cell, it runs that. */
function handOver(event, board) {
  const kept = event.target.closest(`[${KEPT}]`);
  if (event.key !== "Enter" || !event.shiftKey || !kept || !board?.contains(kept)) return;
  kept.removeAttribute(KEPT);
  setTimeout(() => kept.setAttribute(KEPT, "true"));
  if (board.classList.contains("smtp-noted")) {
    board.closest(".jp-Cell")?.nextElementSibling?.querySelector(".cm-content")?.focus();
  }
}

const GONE = "The kernel was restarted: run this cell again.";
const ENDS = ["restarting", "autorestarting", "terminating", "dead"]; // of a kernel, in Jupyter's words

/** Says on the board that nobody answers any more. It has to ask Jupyter, as the Console does. */
function watch(model, el) {
  const manager = model.widget_manager;
  let known;
  let ended = false;
  const tell = () => (el.textContent = ended || known?.comm_live === false ? GONE : "");
  const follow = (_, status) => {
    ended ||= ENDS.includes(status);
    tell();
  };
  const find = async () => {
    known = await manager?.get_model?.(model.get("own"));
    tell();
  };
  el.classList.add("smtp-error");
  el.setAttribute("role", "alert");
  manager?.kernel?.statusChanged.connect(follow);
  model.on("comm_live_update", tell);
  find().catch(() => {}); // who cannot be found counts as alive
  return () => manager?.kernel?.statusChanged.disconnect(follow);
}

function fit(board) {
  for (const element of board.querySelectorAll(KEEPS_KEYS)) {
    element.setAttribute(KEPT, "true");
  }
  // Which of several buttons is chosen is shown by a class alone; a screen reader needs words.
  for (const button of board.querySelectorAll(
    ".widget-toggle-button, .widget-toggle-buttons button",
  )) {
    button.setAttribute("aria-pressed", String(button.classList.contains("mod-active")));
  }
  for (const group of board.querySelectorAll(".widget-toggle-buttons")) {
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", group.querySelector(".widget-label")?.textContent ?? "");
  }
  for (const handle of board.querySelectorAll("[role=slider]")) {
    const slider = handle.closest(".widget-slider");
    handle.setAttribute("aria-label", slider.querySelector(".widget-label")?.textContent ?? "");
    handle.setAttribute(
      "aria-valuetext",
      slider.querySelector(".widget-readout")?.textContent ?? "",
    );
  }
  // Of a long list one choice takes part in the order of the Tab key; arrows lead to the others.
  const choices = [...board.querySelectorAll(CHOICE)];
  const entrance = choices.find((choice) => choice.ariaCurrent) ?? choices[0];
  for (const choice of choices) {
    choice.role = "button";
    choice.tabIndex = choice === entrance || !choice.closest(LIST) ? 0 : -1;
  }
}

function choiceAt(target) {
  if (target.closest("a, button, summary")) return null;
  const place = target.closest(`${CHOICE}, tr`);
  if (place?.matches(CHOICE)) return place;
  const inRow = place?.querySelectorAll(CHOICE) ?? [];
  return inRow.length === 1 ? inRow[0] : null;
}

/** The choice that an arrow leads to. */
function neighbour(choices, choice, key) {
  const at = choices.indexOf(choice);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 }[key];
  return choices[to];
}

/** Lets what is on the page be chosen; what it gives back is called when the page may be new. */
function choosing(board, model) {
  let chosen = "";
  const take = (choice) => {
    chosen = choice.dataset.choice;
    try {
      model.send({ choice: chosen });
    } catch {} // the kernel is gone, and the board says so
  };
  const click = (event) => {
    const choice = choiceAt(event.target);
    if (choice) take(choice);
  };
  const key = (event) => {
    if (!event.target.matches(CHOICE)) return;
    const next = neighbour([...board.querySelectorAll(CHOICE)], event.target, event.key);
    if (event.key === "Enter" || event.key === " ") take(event.target);
    else if (next) next.focus();
    else return;
    event.preventDefault();
  };
  board.addEventListener("click", click);
  board.addEventListener("keydown", key);
  const restore = keeping(board);
  return () => restore(chosen);
}

/** Each choice draws the page anew; what was in sight and in focus is so again. */
function keeping(board) {
  let page = null;
  let top = 0; // how far the list has been scrolled
  return (chosen) => {
    const now = board.querySelector(".smtp-page");
    if (now === page) return;
    page = now;
    const list = page?.querySelector(LIST);
    if (list) {
      list.scrollTop = top;
      list.onscroll = () => (top = list.scrollTop);
      show(list, list.querySelector("[aria-current]")?.closest("tr"));
    }
    const again = chosen && page?.querySelector(`[data-choice="${CSS.escape(chosen)}"]`);
    if (again && !board.contains(document.activeElement)) again.focus({ preventScroll: true });
  };
}

/** Scrolls a list to a row that is out of sight. */
function show(list, row) {
  const end = list.scrollTop + list.clientHeight;
  if (row && (row.offsetTop < list.scrollTop || row.offsetTop + row.offsetHeight > end)) {
    list.scrollTop = row.offsetTop - list.clientHeight / 2;
  }
}

function render({ model, el }) {
  // Attributes other than `class` are not watched, so that what is set here is no new change.
  const observer = new MutationObserver(() => refit());
  let board, choices;
  const refit = () => {
    fit(board);
    choices();
  };
  const start = () => {
    board = el.closest(".smtp-board");
    if (!board) return requestAnimationFrame(start); // not in the page yet
    choices = choosing(board, model);
    refit();
    const changes = {
      childList: true,
      characterData: true,
      attributeFilter: ["class"],
      subtree: true,
    };
    observer.observe(board, changes);
  };
  start();
  const listen = (event) => handOver(event, board);
  window.addEventListener("keydown", listen, true); // before JupyterLab hears of it
  const leave = watch(model, el);
  return () => {
    observer.disconnect();
    window.removeEventListener("keydown", listen, true);
    leave();
  };
}

export default { render };
