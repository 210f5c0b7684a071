// What the front ends share: how an element is made, and whether the kernel answers, is busy or is
// gone. Each is one module for the browser: Python puts this text in the place of their import.

export const KEPT = "data-lm-suppress-shortcuts"; // on what keeps its keys from the notebook

/** An element: h("p", { class: "x", onclick: f }, "text", child). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child));
  return element;
}

const PATIENCE = 1_500; // milliseconds after which a kernel that has not answered is busy
const BUSY = "The kernel is busy";
const STOP = "To stop what it does, interrupt the kernel.";
const WAITS = { send: ": your line waits", choose: ": your choice waits" }; // by what was asked
const GONE = "The kernel was restarted: run this cell again.";
const ENDS = ["restarting", "autorestarting", "terminating", "dead"]; // of a kernel, in Jupyter's words

/** The kernel: asked by messages, each of which it answers; whether it is gone or busy. */
export class Kernel {
  constructor(model, changed) {
    Object.assign(this, { model, changed });
    this.waiting = new Map(); // the messages without an answer, by their numbers
    this.ended = this.late = false;
    this.manager = model.widget_manager; // Jupyter's; another host may have none
    this.follow = (_, status) => {
      if (!ENDS.includes(status)) return; // idle and busy go by all the time
      this.ended = true;
      changed();
    };
    this.manager?.kernel?.statusChanged.connect(this.follow);
    model.on("comm_live_update", changed);
    this.find().catch(() => {}); // who cannot be found counts as alive
  }

  /** The model as Jupyter knows it, which says whether it has a kernel; tomorrow it has none. */
  async find() {
    this.known = await this.manager?.get_model?.(this.model.get("own"));
    if (this.gone) this.changed();
  }

  get gone() {
    return this.ended || this.known?.comm_live === false;
  }

  /** What is to be said if there will be no answer. */
  get loss() {
    return this.gone ? GONE : "";
  }

  /** What is to be said while an answer does not come. */
  get delay() {
    const entered = [...this.waiting.values()].find(({ kind }) => kind in WAITS);
    return this.late ? `${BUSY}${WAITS[entered?.kind] ?? ""}. ${STOP}` : "";
  }

  /** Sends a message; false if there is nobody to take it. */
  ask(kind, more = {}) {
    const message = { kind, number: Math.random(), ...more };
    try {
      if (!this.gone) this.model.send(message);
    } catch {
      this.ended = true; // the way to the kernel is closed
    }
    if (this.gone) this.changed();
    else this.wait(message);
    return !this.gone;
  }

  wait(message) {
    this.waiting.set(message.number, message);
    const look = () => {
      this.late ||= this.waiting.has(message.number);
      if (this.late) this.changed();
    };
    setTimeout(look, PATIENCE);
  }

  /** Notes the answer to a message. They come in turn: one to an earlier message was lost. */
  answered(number) {
    const numbers = [...this.waiting.keys()];
    for (const each of numbers.slice(0, numbers.indexOf(number) + 1)) this.waiting.delete(each);
    const late = this.late;
    this.late = late && this.waiting.size > 0;
    if (late) this.changed();
  }

  /** The last line that was sent and will have no answer; it is told once. */
  unanswered() {
    const lines = [...this.waiting.values()].map(({ line }) => line);
    this.waiting.clear();
    this.late = false;
    return lines.findLast(Boolean);
  }

  leave() {
    this.manager?.kernel?.statusChanged.disconnect(this.follow);
    this.model.off("comm_live_update", this.changed);
  }
}
