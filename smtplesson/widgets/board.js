// What plain ipywidgets lack in JupyterLab, put right on the board that this element is part of.

import { h, KEPT, Kernel } from "../show/shared.js";

/** Keys on a button, a list or a slider are commands to the notebook ("d d" deletes the cell)
 * unless the element itself says that it keeps them. In text fields JupyterLab takes care. */
const KEEPS_KEYS =
  "button, select, summary, input[type=checkbox], input[type=radio], [role=slider], [data-choice]";
const CHOICE = "[data-choice]"; // what can be chosen on the page, by a click or as a button is
const LIST = ".smtp-matches"; // a long one, which scrolls by itself
// What a user does that the kernel has to answer: an event, and on what.
const ACTS = {
  click: "button",
  change: "select, input, textarea",
  input: "input, textarea",
  keydown: "[role=slider]",
  pointerup: ".noUi-target",
};

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

/** The kernel, of which the board says that it does not answer. */
function watch(model, el) {
  const gone = h("p", { class: "smtp-error", role: "alert" });
  const busy = h("p", { class: "smtp-busy", role: "status" });
  const tell = () => {
    gone.textContent = kernel.loss;
    busy.textContent = kernel.loss ? "" : kernel.delay;
  };
  const kernel = new Kernel(model, tell);
  const hear = ({ heard }) => kernel.answered(heard);
  model.on("msg:custom", hear);
  el.append(gone, busy);
  const leave = () => {
    model.off("msg:custom", hear);
    kernel.leave();
  };
  return { kernel, leave };
}

/** The controls send what they have to say by themselves; who asks too learns how it fares. */
function asking(board, kernel) {
  const ask = ({ type, target }) => {
    const enough = kernel.waiting.size && !kernel.late;
    if (target.closest(ACTS[type]) && !enough) kernel.ask("choose");
  };
  for (const type of Object.keys(ACTS)) board.addEventListener(type, ask);
}

/** What the first such part says, if there is one. */
const words = (element, part) => element.querySelector(part)?.textContent ?? "";

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
    group.setAttribute("aria-label", words(group, ".widget-label"));
  }
  for (const handle of board.querySelectorAll("[role=slider]")) {
    const slider = handle.closest(".widget-slider");
    handle.setAttribute("aria-label", words(slider, ".widget-label"));
    handle.setAttribute("aria-valuetext", words(slider, ".widget-readout"));
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
function choosing(board, kernel) {
  let chosen = "";
  const take = (choice) => {
    chosen = choice.dataset.choice;
    kernel.ask("choose", { choice: chosen });
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
  const { kernel, leave } = watch(model, el);
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
    choices = choosing(board, kernel);
    asking(board, kernel);
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
  return () => {
    observer.disconnect();
    window.removeEventListener("keydown", listen, true);
    leave();
  };
}

export default { render };
