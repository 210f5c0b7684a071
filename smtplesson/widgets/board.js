// What plain ipywidgets lack in JupyterLab, put right on the board that this element is part of.

/** Keys on a button, a list or a slider are commands to the notebook ("d d" deletes the cell)
 * unless the element itself says that it keeps them. In text fields JupyterLab takes care. */
const KEEPS_KEYS =
  "button, select, summary, input[type=checkbox], input[type=radio], [role=slider]";

function fit(board) {
  for (const element of board.querySelectorAll(KEEPS_KEYS)) {
    element.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  // Which of several buttons is chosen is shown by a class alone; a screen reader needs words.
  for (const button of board.querySelectorAll(
    ".widget-toggle-button, .widget-toggle-buttons button",
  )) {
    button.setAttribute("aria-pressed", String(button.classList.contains("mod-active")));
  }
  for (const handle of board.querySelectorAll("[role=slider]")) {
    const slider = handle.closest(".widget-slider");
    handle.setAttribute("aria-label", slider.querySelector(".widget-label")?.textContent ?? "");
    handle.setAttribute(
      "aria-valuetext",
      slider.querySelector(".widget-readout")?.textContent ?? "",
    );
  }
}

function render({ el }) {
  // Attributes other than `class` are not watched, so that what is set here is no new change.
  const observer = new MutationObserver(() => fit(board));
  let board;
  const start = () => {
    board = el.closest(".smtp-board");
    if (!board) return requestAnimationFrame(start); // not in the page yet
    fit(board);
    const changes = {
      childList: true,
      characterData: true,
      attributeFilter: ["class"],
      subtree: true,
    };
    observer.observe(board, changes);
  };
  start();
  return () => observer.disconnect();
}

export default { render };
