// Painting with a pointer. A mouse or a pen drags; a finger scrolls the page and taps, unless
// “Paint with a finger” is on.
import { areaOf, cellsOf, change, grid, holds, isFull, placeOf } from "./week.js";
import { form } from "./words.js";

const finger = form.querySelector("[data-finger]");
const hint = form.querySelector("[data-finger-hint]");
let drag = null;
let swallow = false; // the click that ends a drag

const cellUnder = (event) =>
  document.elementFromPoint(event.clientX, event.clientY)?.closest("#hours .week-cell");

function show() {
  for (const cell of grid.querySelectorAll(".is-adding, .is-taking")) {
    cell.classList.remove("is-adding", "is-taking");
  }
  if (!drag) return;
  for (const cell of cellsOf(areaOf(drag.from, drag.to))) {
    cell.classList.add(drag.adding ? "is-adding" : "is-taking");
  }
}

function start(event) {
  const cell = event.target.closest(".week-cell");
  swallow = false;
  if (!cell || event.button !== 0 || !event.isPrimary) return;
  if (event.pointerType === "touch" && finger.getAttribute("aria-pressed") !== "true") return;
  const { top, height } = cell.getBoundingClientRect();
  const from = placeOf(cell);
  drag = { from, to: from, adding: !holds(from, (event.clientY - top) / height) };
  grid.setPointerCapture(event.pointerId);
  show();
}

function move(event) {
  const cell = drag && cellUnder(event);
  if (!cell) return;
  drag.to = placeOf(cell);
  show();
}

function end() {
  if (!drag) return;
  const { from, to, adding } = drag;
  stop();
  swallow = true;
  change(areaOf(from, to), adding);
}

function stop() {
  drag = null;
  show();
}

// A finger's tap, and what a screen reader presses.
function tap(event) {
  const cell = event.target.closest(".week-cell");
  if (cell && !swallow) {
    const area = areaOf(placeOf(cell), placeOf(cell));
    change(area, !isFull(area));
  }
  swallow = false;
}

export function connect() {
  grid.addEventListener("pointerdown", start);
  grid.addEventListener("pointermove", move);
  grid.addEventListener("pointerup", end);
  grid.addEventListener("pointercancel", stop);
  grid.addEventListener("click", tap);
  document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
  hint.hidden = false;
  finger.closest("[data-week]").classList.toggle("week-side--touch", navigator.maxTouchPoints > 0);
  finger.addEventListener("click", () => {
    const on = finger.getAttribute("aria-pressed") !== "true";
    finger.setAttribute("aria-pressed", String(on));
    grid.classList.toggle("week--finger", on);
  });
}
