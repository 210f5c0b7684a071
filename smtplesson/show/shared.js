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
const BUSY = "The kernel is busy with another cell";
const GONE = "The kernel was restarted: run this cell again.";
const ENDS = ["restarting", "autorestarting", "terminating", "dead"]; // of a kernel, in Jupyter's words

/** The kernel: asked by messages, each of which it answers; whether it is gone or busy. */
export class Kernel {
  constructor(model, changed) {
    Object.assign(this, { model, changed });
    this.waiting = new Map(); // the number of a message without an answer, and the line in it
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
    const line = [...this.waiting.values()].some((line) => line !== undefined);
    return this.late ? `${BUSY}${line ? ": your line waits" : ""}.` : "";
  }

  /** Sends a message; false if there is nobody to take it. */
  ask(kind, more = {}) {
    const number = Math.random();
    try {
      if (!this.gone) this.model.send({ kind, number, ...more });
    } catch {
      this.ended = true; // the way to the kernel is closed
    }
    if (this.gone) this.changed();
    else this.wait(number, more.line);
    return !this.gone;
  }

  wait(number, line) {
    this.waiting.set(number, line);
    const look = () => {
      this.late ||= this.waiting.has(number);
      if (this.late) this.changed();
    };
    setTimeout(look, PATIENCE);
  }

  answered(number) {
    this.waiting.delete(number);
    const late = this.late;
    this.late = late && this.waiting.size > 0;
    if (late) this.changed();
  }

  /** The last line that was sent and will have no answer; it is told once. */
  unanswered() {
    const lines = [...this.waiting.values()].filter((line) => line);
    this.waiting.clear();
    this.late = false;
    return lines.at(-1);
  }

  leave() {
    this.manager?.kernel?.statusChanged.disconnect(this.follow);
    this.model.off("comm_live_update", this.changed);
  }
}
