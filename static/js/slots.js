// Times by keyboard: up and down go from time to time, left and right from day to day (to the time
// of day that is nearest), Home and End to the ends of the day, with Ctrl of the week, Page Up and
// Page Down from week to week. And what is chosen is said beside the button, by both clocks.
const RADIOS = ".slots input[name=start]";
const WEEK = 7 * 24 * 3600 * 1000;

const dayOf = (radio) => radio.closest(".slots-day");
const inDay = (day) => [...day.querySelectorAll("input[name=start]")];
const daysOf = (radio) => [...radio.closest(".slots").querySelectorAll(".slots-day:has(input)")];

function nearest(radios, moment) {
  const far = (radio) => Math.abs(Date.parse(radio.value) - moment);
  return radios.reduce((best, one) => (far(one) < far(best) ? one : best));
}

function beside(radio, step) {
  const days = daysOf(radio);
  const at = days.indexOf(dayOf(radio));
  const next = days[at + step];
  if (!next) return radio;
  const apart = Date.parse(next.id.slice(3)) - Date.parse(dayOf(radio).id.slice(3));
  return nearest(inDay(next), Date.parse(radio.value) + apart);
}

function target(radio, { key, ctrlKey }) {
  const all = [...radio.closest(".slots").querySelectorAll("input[name=start]")];
  const some = ctrlKey ? all : inDay(dayOf(radio));
  const forward = getComputedStyle(radio).direction === "rtl" ? -1 : 1;
  switch (key) {
    case "ArrowDown": return all[all.indexOf(radio) + 1] ?? radio;
    case "ArrowUp": return all[all.indexOf(radio) - 1] ?? radio;
    case "ArrowRight": return beside(radio, forward);
    case "ArrowLeft": return beside(radio, -forward);
    case "Home": return some[0];
    case "End": return some.at(-1);
  }
}

function choose(radio) {
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

// The week is paged as its link would, and the focus goes where it was, a week away.
function turn(radio, rel) {
  const link = radio.closest("form").querySelector(`.paging [rel=${rel}]`);
  if (!link) return;
  const wanted = Date.parse(radio.value) + (rel === "next" ? WEEK : -WEEK);
  addEventListener("swapped", () => {
    const radios = [...document.querySelectorAll(RADIOS)];
    if (radios.length) nearest(radios, wanted).focus();
  }, { once: true });
  link.click();
}

addEventListener("keydown", (event) => {
  const radio = event.target.closest?.(RADIOS);
  if (!radio || event.altKey || event.metaKey || event.shiftKey) return;
  const rel = { PageDown: "next", PageUp: "prev" }[event.key];
  const next = rel ? null : target(radio, event);
  if (!rel && !next) return;
  event.preventDefault();
  if (rel) turn(radio, rel);
  else if (next !== radio || !radio.checked) choose(next);
});

function say() {
  for (const line of document.querySelectorAll(".go-chosen")) {
    const radio = line.closest("form").querySelector("input[name=start]:checked");
    line.hidden = !radio;
    if (!radio) continue;
    const all = radio.getAttribute("aria-label");
    const theirs = radio.parentElement.querySelector(".slot-there")?.textContent ?? "";
    const split = theirs && all.endsWith(theirs);
    line.firstElementChild.textContent = split
      ? all.slice(0, -theirs.length).replace(/[\s,،、，]+$/u, "")
      : all;
    line.lastElementChild.textContent = split ? theirs : "";
  }
}

addEventListener("change", say);
addEventListener("swapped", say);
addEventListener("pageshow", () => (window.requestIdleCallback ?? setTimeout)(say));
