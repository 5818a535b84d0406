// The grid by keyboard: one cell has the focus; Shift and arrows select an area from there.
import { areaOf, cellAt, cellsOf, change, grid, isFull, placeOf, sayArea, size } from "./week.js";
import { undo } from "./undo.js";
import { words } from "./words.js";

let anchor = null;
let here = null;

function select(area) {
  for (const cell of grid.querySelectorAll('[aria-selected="true"]')) {
    cell.setAttribute("aria-selected", "false");
  }
  if (area) for (const cell of cellsOf(area)) cell.setAttribute("aria-selected", "true");
}

function onto(place, extending) {
  const { rows, days } = size();
  const row = Math.min(rows - 1, Math.max(0, place.row));
  const day = Math.min(days - 1, Math.max(0, place.day));
  const cell = cellAt(day, row);
  if (extending) anchor ??= here;
  else anchor = null;
  cell.focus();
  select(anchor && areaOf(anchor, placeOf(cell)));
  if (anchor) sayArea(words.selected, areaOf(anchor, placeOf(cell)));
}

function paint(adding) {
  const area = areaOf(anchor ?? here, here);
  change(area, adding ?? !isFull(area));
}

function actOn(event, place) {
  const forward = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
  const jump = event.ctrlKey || event.metaKey;
  const go = (day, row) => () => onto({ day: place.day + day, row: place.row + row }, event.shiftKey);
  return {
    ArrowUp: go(0, -1),
    ArrowDown: go(0, 1),
    ArrowLeft: go(-forward, 0),
    ArrowRight: go(forward, 0),
    PageUp: go(0, -4),
    PageDown: go(0, 4),
    Home: jump ? go(0, -size().rows) : go(-7, 0),
    End: jump ? go(0, size().rows) : go(7, 0),
    " ": () => paint(),
    Enter: () => paint(),
    Delete: () => paint(false),
    Backspace: () => paint(false),
    Escape: () => onto(place, false),
    z: jump ? undo : undefined,
  }[event.key];
}

function press(event) {
  const cell = event.target.closest(".week-cell");
  const act = cell && actOn(event, placeOf(cell));
  if (!act) return;
  event.preventDefault();
  act();
}

// Whichever cell has the focus is the one that Tab comes back to.
function enter(event) {
  const cell = event.target.closest(".week-cell");
  if (!cell) return;
  grid.querySelector('.week-cell[tabindex="0"]')?.setAttribute("tabindex", "-1");
  cell.tabIndex = 0;
  here = placeOf(cell);
}

export function connect() {
  grid.addEventListener("keydown", press);
  grid.addEventListener("focusin", enter);
  grid.addEventListener("pointerdown", () => {
    anchor = null;
    select(null);
  });
}
