// Says that changes wait to be saved, and asks before they are left behind.
import { form } from "./words.js";

const ASIDE = ["why-day", "why-time", "minutes", "copy-from", "copy-to", "csrf_token"];
const bar = form.querySelector("[data-save]");
const note = form.querySelector("[data-unsaved-note]");
let leaving = false;

function look() {
  const fields = [...new FormData(form)].filter(([name, value]) => value && !ASIDE.includes(name));
  return JSON.stringify(fields);
}

export function connect() {
  const saved = "unsaved" in form.dataset ? "" : look();
  // A page that came back with what is wrong shows that first: nothing stands over it.
  const check = (happened) => {
    const waiting = look() !== saved;
    if (happened) bar.classList.toggle("is-waiting", waiting);
    note.hidden = !waiting;
    return waiting;
  };
  check();
  for (const what of ["input", "change"]) form.addEventListener(what, check);
  form.addEventListener("submit", () => (leaving = true));
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (!leaving && check()) event.preventDefault();
  });
}
