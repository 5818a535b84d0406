// A month in which a day gets other hours or none. It reads and writes the rows beside it; paging
// changes nothing.
import { readDay, sayAll } from "./clock.js";
import { inputs, read } from "./fields.js";
import { exceptions, timeOff } from "./rows.js";
import { remember } from "./undo.js";
import { fill, form, make, tell, words } from "./words.js";

const box = form.querySelector("[data-month]");
const today = form.dataset.today;
const MOST = 24; // months ahead
let month = today.slice(0, 7);
let chosen = null;

// Dates are texts (2026-12-09) and middays in UTC: no zone can move them.
const dateOf = (day) => new Date(`${day}T12:00:00Z`);
const textOf = (date) => date.toISOString().slice(0, 10);
const weekdayOf = (day) => (dateOf(day).getUTCDay() + 6) % 7;

function shift(day, days) {
  const date = dateOf(day);
  date.setUTCDate(date.getUTCDate() + days);
  return textOf(date);
}

function otherMonth(count) {
  const date = dateOf(`${month}-01`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return textOf(date).slice(0, 7);
}

function inWords(day) {
  const date = dateOf(day);
  const name = words.months[date.getUTCMonth()];
  return fill(words.date, { weekday: words.days[weekdayOf(day)], month: name, day: date.getUTCDate() });
}

// What holds on a day: its kind, and that in words.
function stateOf(day) {
  if (timeOff.values().some(([first, last]) => first <= day && day <= (last || first))) {
    return ["off", words.off];
  }
  const row = exceptions.values().find(([one]) => one === day);
  if (row) return row[1].trim() ? ["other", fill(words.other, { hours: hoursOf(row[1]) })] : ["shut", words.shut];
  const spans = read(weekdayOf(day));
  if (spans && !spans.length) return ["none", words.no_hours];
  return ["week", fill(words.as_week, { hours: hoursOf(inputs[weekdayOf(day)].value) })];
}

function hoursOf(text) {
  const spans = readDay(text);
  return spans ? sayAll(spans) : text;
}

function dayButton(day) {
  const [kind, said] = stateOf(day);
  const button = make("button", `month-date month-date--${kind}`, "", {
    type: "button",
    "data-day": day,
    "aria-pressed": String(day === chosen),
    tabindex: day === focusable() ? "0" : "-1",
  });
  button.append(
    make("span", "", String(Number(day.slice(8))), { "aria-hidden": "true" }),
    make("span", "visually-hidden", `${inWords(day)}: ${said}`),
  );
  if (day === today) button.setAttribute("aria-current", "date");
  button.disabled = day < today;
  return button;
}

const focusable = () =>
  chosen?.startsWith(month) ? chosen : today.startsWith(month) ? today : `${month}-01`;

function drawTable() {
  const table = make("table", "month-table");
  const head = table.createTHead().insertRow();
  for (const name of words.days) {
    const cell = make("th", "", name.slice(0, 2), { scope: "col" });
    cell.append(make("span", "visually-hidden", name.slice(2)));
    head.append(cell);
  }
  const body = table.createTBody();
  let day = shift(`${month}-01`, -weekdayOf(`${month}-01`));
  do {
    const row = body.insertRow();
    for (let count = 0; count < 7; count += 1, day = shift(day, 1)) {
      const cell = row.insertCell();
      if (day.startsWith(month)) cell.append(dayButton(day));
    }
  } while (day.startsWith(month));
  return table;
}

function pageButton(count, text) {
  const button = make("button", "month-page", count < 0 ? "‹" : "›", {
    type: "button", "aria-label": text, "data-page": count,
  });
  const there = otherMonth(count);
  button.disabled = there < today.slice(0, 7) || there > `${Number(today.slice(0, 4)) + MOST / 12}${today.slice(4, 7)}`;
  return button;
}

function drawHead() {
  const head = make("div", "month-head");
  const [year, number] = month.split("-");
  const title = make("h3", "month-title", `${words.months[number - 1]} ${year}`, { "aria-live": "polite" });
  head.append(pageButton(-1, words.earlier), title, pageButton(1, words.later));
  return head;
}

function drawChosen() {
  if (!chosen) return make("p", "hint", words.choose_day);
  const panel = make("div", "month-day", "", { role: "group", "aria-labelledby": "month-day" });
  const [kind, said] = stateOf(chosen);
  panel.append(make("h3", "", inWords(chosen), { id: "month-day" }), make("p", "small quiet", said));
  const acts = make("div", "row");
  for (const [act, text, on] of [
    ["week", words.keep_week, kind === "week" || kind === "none"],
    ["shut", words.set_shut, kind === "shut"],
    ["other", words.set_other, kind === "other"],
  ]) {
    acts.append(make("button", "toggle toggle--alone", text, { type: "button", "data-act": act, "aria-pressed": String(on) }));
  }
  panel.append(acts);
  if (kind === "off") panel.append(make("p", "small quiet", words.off_rules));
  return panel;
}

function draw(focus = "") {
  box.replaceChildren(drawHead(), drawTable(), drawChosen());
  if (focus) box.querySelector(focus)?.focus();
}

function set(act) {
  const row = exceptions.find(chosen);
  const note = row?.querySelectorAll("input")[2].value ?? "";
  if (act === "week" && row) exceptions.drop(row);
  if (act === "shut") exceptions.put([chosen, "", note]);
  const week = inputs[weekdayOf(chosen)].value || "09:00-12:00";
  const made = act === "other" && exceptions.put([chosen, row?.querySelectorAll("input")[1].value || week, note]);
  remember();
  tell(`${inWords(chosen)}: ${stateOf(chosen)[1]}`);
  if (made) made.querySelectorAll("input")[1].focus();
  else box.querySelector(`[data-act="${act}"]`)?.focus();
}

function choose(day) {
  chosen = day;
  month = day.slice(0, 7);
  draw(`[data-day="${day}"]`);
}

function press(event) {
  const day = event.target.closest("[data-day]")?.dataset.day;
  const forward = getComputedStyle(box).direction === "rtl" ? -1 : 1;
  const days = { ArrowLeft: -forward, ArrowRight: forward, ArrowUp: -7, ArrowDown: 7 }[event.key];
  if (!day || !days || shift(day, days) < today) return;
  event.preventDefault();
  const there = shift(day, days);
  if (!there.startsWith(month)) {
    month = there.slice(0, 7);
    draw();
  }
  box.querySelector('.month-date[tabindex="0"]')?.setAttribute("tabindex", "-1");
  const button = box.querySelector(`[data-day="${there}"]`);
  button.tabIndex = 0;
  button.focus();
}

export function connect() {
  draw();
  box.addEventListener("keydown", press);
  box.addEventListener("click", (event) => {
    const { day, act, page } = event.target.closest("button")?.dataset ?? {};
    if (day) choose(day);
    if (act) set(act);
    if (page) {
      month = otherMonth(Number(page));
      draw(`[data-page="${page}"]:not(:disabled), [data-page]:not(:disabled)`);
    }
  });
  form.addEventListener("input", () => draw());
}
