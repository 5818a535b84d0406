// Parts of a page change in place: what is marked with data-swap is fetched and exchanged, the
// address follows, and the reader's place (focus, scroll, a chosen time, what stands open) is kept.
// Links and forms that do so stand in it; without this they work as links and forms.
const LINKS = ":is(.paging, .lengths, .tabs, .strip, .refine, .slots-none, .notice) a";
const FORMS = "form.swaps";
const STALE = 60_000;

const here = () => location.pathname + location.search;

let shown = here();
let shownAt = Date.now();
let asked = 0;

// Whatever is asked for last wins; what was asked for before is forgotten when it comes.
const partOf = (name, root = document) => root.querySelector(`[data-swap="${name}"]`);

function withChoice(href, part) {
  const address = new URL(href, location.href);
  const chosen = part.querySelector("input[name=start]:checked");
  if (chosen) address.searchParams.set("start", chosen.value);
  return address;
}

// What the focus is on, so that it is found again in the new part.
function tokenOf(element, part) {
  if (!element || !part.contains(element)) return null;
  const folded = element.closest("details[id]");
  const row = element.closest(".lengths, .tabs, .strip");
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name === "start") return `input[value="${element.value}"]`;
  if (element.rel) return `.paging [rel=${element.rel}]`;
  if (row) return `.${row.className} [aria-current]`;
  return folded && `#${CSS.escape(folded.id)} > summary`;
}

function exchange(part, page) {
  const name = part.dataset.swap;
  const fresh = partOf(name, page);
  const active = document.activeElement;
  const inside = part.contains(active);
  const token = tokenOf(active, part);
  const top = inside ? active.getBoundingClientRect().top : 0;
  part.replaceWith(fresh);
  document.title = page.title;
  if (!inside) return;
  const place = (token && fresh.querySelector(token)) || fresh.querySelector("[tabindex='-1']");
  place?.focus({ preventScroll: true });
  if (place && token) scrollBy(0, place.getBoundingClientRect().top - top);
}

async function fetchPage(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // It reads as if there were no scripts; here such parts are text (see zone.js).
  for (const one of page.querySelectorAll("noscript")) one.textContent = one.innerHTML;
  return page;
}

async function show(name, address, { remember }) {
  const mine = ++asked;
  partOf(name).setAttribute("aria-busy", "true");
  const page = await fetchPage(address);
  if (mine !== asked) return; // something newer was asked for
  exchange(partOf(name), page);
  shownAt = Date.now();
  if (remember) history.pushState(null, "", address);
  shown = here();
  announce(partOf(name));
  dispatchEvent(new Event("swapped"));
}

// What a reader should hear of the change: the part says it itself.
function announce(part) {
  const words = part.querySelector("[data-says]")?.dataset.says;
  if (!words) return;
  let line = document.getElementById("said");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "said", className: "visually-hidden" });
    line.setAttribute("aria-live", "polite");
    document.body.append(line);
  }
  line.textContent = "";
  setTimeout(() => { line.textContent = words; }, 50);
}

function go(part, address) {
  show(part.dataset.swap, address, { remember: true }).catch(() => location.assign(address));
}

addEventListener("click", (event) => {
  const link = event.target.closest?.(LINKS);
  const part = link?.closest("[data-swap]");
  if (!part || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const away = link.pathname !== location.pathname && !link.closest(".tabs");
  if (link.origin !== location.origin || away) return;
  event.preventDefault();
  go(part, link.matches(".time") ? new URL(link.href) : withChoice(link.href, part));
});

addEventListener("submit", (event) => {
  const form = event.target.closest?.(FORMS);
  const part = form?.closest("[data-swap]");
  if (!part || new URL(form.action).pathname !== location.pathname) return;
  event.preventDefault();
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form, event.submitter));
  go(part, address);
});

// Whoever comes back after a while sees what is free now; their choice stays if it still is.
addEventListener("visibilitychange", () => {
  const part = partOf("times");
  if (document.hidden || !part || Date.now() - shownAt < STALE) return;
  show("times", withChoice(location.href, part), { remember: false }).catch(() => {});
}, true);

// What is folded out over the page goes away with Escape, and the focus back to its word.
addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.(".refine details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// Back and forward; a step to another place of the same page is none of ours.
addEventListener("popstate", () => {
  const part = document.querySelector("[data-swap]");
  if (!part || here() === shown) return;
  show(part.dataset.swap, location.href, { remember: false }).catch(() => location.reload());
});
