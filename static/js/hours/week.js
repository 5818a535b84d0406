// The week as a grid of steps. It draws the exact spans of the fields and changes them by areas.
import { say, sayAll } from "./clock.js";
import { inputs, read, write } from "./fields.js";
import { add, cover, DAY, remove } from "./spans.js";
import { fill, form, make, tell, words } from "./words.js";
import { remember } from "./undo.js";

const side = form.querySelector("[data-week]");
const ahead = Number(form.dataset.ahead);
const box = make("div", "week-box");
const grid = make("div", "week", "", {
  role: "grid",
  "aria-label": words.week,
  "aria-multiselectable": "true",
  "aria-describedby": "week-help",
});
const drawn = make("div", "week-spans", "", { "aria-hidden": "true" });
const shown = { step: 30, from: 7 * 60, to: 22 * 60, whole: false };
let cells = [];

export { grid };
export const size = () => ({ rows: cells.length, days: 7 });
export const cellAt = (day, row) => cells[row]?.[day];
export const placeOf = (cell) => ({ day: Number(cell.dataset.day), row: Number(cell.dataset.row) });

// Two corners as an area: first and last day, and minutes from when until when.
export function areaOf(one, other) {
  const [top, bottom] = [one.row, other.row].sort((a, b) => a - b);
  const [first, last] = [one.day, other.day].sort((a, b) => a - b);
  return { first, last, start: begin(top), end: begin(bottom) + shown.step };
}

const begin = (row) => shown.from + row * shown.step;
const daysOf = ({ first, last }) => inputs.map((_, day) => day).slice(first, last + 1);

export function cellsOf(area) {
  return cells
    .filter((_, row) => begin(row) >= area.start && begin(row) < area.end)
    .flatMap((row) => row.slice(area.first, area.last + 1));
}

export const isFull = (area) =>
  daysOf(area).every((day) => cover(read(day) ?? [], area.start, area.end) === "all");

// Whether hours lie at a point of a cell; part: how far down in it, 0 to 1.
export function holds(place, part) {
  const minute = begin(place.row) + Math.min(shown.step - 1, Math.floor(part * shown.step));
  return cover(read(place.day) ?? [], minute, minute + 1) === "all";
}

export function sayArea(text, area) {
  const names = [...new Set([area.first, area.last])].map((day) => words.days[day]);
  const days = names.length < 2 ? names[0] : fill(words.through, { first: names[0], last: names[1] });
  tell(text, { days, from: say(area.start), to: say(area.end) });
}

// Adds the area to the hours, or takes it from them; what lies outside of it stays exactly as it is.
export function change(area, adding) {
  const unread = daysOf(area).find((day) => read(day) === null);
  if (unread !== undefined) return tell(words.cannot, { day: words.days[unread] });
  for (const day of daysOf(area)) {
    write(day, (adding ? add : remove)(read(day), area.start, area.end));
  }
  remember();
  sayArea(adding ? words.added : words.taken, area);
}

function label(cell, day, row) {
  const start = begin(row);
  const end = start + shown.step;
  const spans = read(day);
  const covered = spans && cover(spans, start, end);
  const kind = spans ? { all: "open", some: "part", none: "closed" }[covered] : "unread";
  const values = { day: words.days[day], from: say(start), to: say(end) };
  if (kind === "part") values.spans = sayAll(spans.filter(([a, b]) => a < end && b > start));
  cell.firstChild.textContent = fill(words[kind], values);
  cell.classList.toggle("is-open", kind === "open");
}

// The exact spans, as blocks over the cells.
function drawSpans(day) {
  const column = drawn.children[day];
  const spans = read(day);
  column.replaceChildren();
  column.classList.toggle("is-unread", spans === null);
  for (const [from, to] of spans ?? []) {
    const block = make("span", "week-span", to - from >= 60 ? `${say(from)} – ${say(to)}` : "");
    block.style.top = `${((from - shown.from) / (shown.to - shown.from)) * 100}%`;
    block.style.height = `${((to - from) / (shown.to - shown.from)) * 100}%`;
    column.append(block);
  }
}

function drawDay(day) {
  const spans = read(day) ?? [];
  if (spans.some(([from, to]) => from < shown.from || to > shown.to)) return build();
  drawSpans(day);
  cells.forEach((row, index) => label(row[day], day, index));
}

function timeOf(minute, name) {
  const text = minute % 60 ? "" : say(minute).replace(":00", "");
  const head = make("span", `week-time ${name}`, text, { role: "rowheader", "aria-label": say(minute) });
  if (!text) head.append(make("span", "visually-hidden", say(minute)));
  return head;
}

function buildCell(day, row) {
  const cell = make("span", "week-cell", "", {
    role: "gridcell", tabindex: "-1", "aria-selected": "false", "data-day": day, "data-row": row,
  });
  cell.append(make("span", "visually-hidden"));
  return cell;
}

function buildRow(row) {
  const line = make("div", "week-row", "", { role: "row" });
  line.classList.toggle("week-row--hour", begin(row) % 60 === 0);
  const made = inputs.map((_, day) => buildCell(day, row));
  line.append(timeOf(begin(row), "week-time--here"), ...made);
  if (ahead) {
    const there = timeOf((begin(row) + ahead + 2 * DAY) % DAY, "week-time--there");
    if (begin(row) % 60 === 0) there.textContent = there.getAttribute("aria-label").replace(":00", "");
    there.setAttribute("aria-hidden", "true");
    there.setAttribute("role", "presentation");
    line.append(there);
  }
  return [line, made];
}

function buildHead() {
  const line = make("div", "week-row week-head", "", { role: "row" });
  const corner = make("span", "week-time", "", { role: "columnheader" });
  corner.append(make("span", "visually-hidden", words.time));
  line.append(corner);
  for (const name of words.days) {
    const head = make("span", "week-day", name.slice(0, 3), { role: "columnheader" });
    head.append(make("span", "visually-hidden", name.slice(3)));
    line.append(head);
  }
  if (ahead) line.append(make("span", "week-time week-time--there", words.boston, { "aria-hidden": "true" }));
  return line;
}

// All of it anew: with another step, or more of the day.
export function build() {
  const spans = inputs.flatMap((_, day) => read(day) ?? []);
  const floor = (minute) => Math.floor(minute / 60) * 60;
  shown.from = shown.whole ? 0 : Math.min(shown.from, ...spans.map(([from]) => floor(from)));
  shown.to = shown.whole ? DAY : Math.max(shown.to, ...spans.map(([, to]) => floor(to + 59)));
  const focused = document.activeElement?.closest(".week-cell") && placeOf(document.activeElement);
  const made = [...Array((shown.to - shown.from) / shown.step).keys()].map(buildRow);
  cells = made.map(([, row]) => row);
  grid.replaceChildren(buildHead(), ...made.map(([line]) => line));
  grid.classList.toggle("week--there", ahead !== 0);
  drawn.classList.toggle("week-spans--there", ahead !== 0);
  for (const day of inputs.keys()) {
    drawSpans(day);
    cells.forEach((row, index) => label(row[day], day, index));
  }
  const cell = focused && cellAt(focused.day, Math.min(focused.row, cells.length - 1));
  (cell ?? cells[0][0]).tabIndex = 0;
  cell?.focus();
}

function choose(step) {
  shown.step = step;
  for (const button of side.querySelectorAll("[data-step]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.step) === step));
  }
  build();
}

function toggleWhole(event) {
  shown.whole = !shown.whole;
  if (!shown.whole) [shown.from, shown.to] = [7 * 60, 22 * 60];
  event.target.setAttribute("aria-pressed", String(shown.whole));
  build();
}

export function connect() {
  drawn.append(...inputs.map(() => make("div", "week-column")));
  const inner = make("div", "week-inner");
  inner.append(grid, drawn);
  box.append(inner);
  side.append(box);
  side.querySelector("[data-week-bar]").hidden = false;
  build();
  inputs.forEach((input, day) => input.addEventListener("input", () => drawDay(day)));
  side.querySelector("[data-all-day]").addEventListener("click", toggleWhole);
  side.querySelector("[data-clear]").addEventListener("click", () => {
    inputs.forEach((_, day) => write(day, []));
    remember();
    tell(words.cleared);
  });
  for (const button of side.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => choose(Number(button.dataset.step)));
  }
}
