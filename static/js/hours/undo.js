// Takes back the last change of the week or of the exceptions, one after another.
import { inputs, setText } from "./fields.js";
import { exceptions } from "./rows.js";
import { form, tell, words } from "./words.js";

const button = form.querySelector("[data-undo]");
const kept = [];
let now = look();

function look() {
  return JSON.stringify({ days: inputs.map((input) => input.value), rows: exceptions.values() });
}

// Called after a change that is complete: a drag, a copy, a field that was left.
export function remember() {
  const next = look();
  if (next === now) return;
  kept.push(now);
  now = next;
  button.disabled = false;
}

export function undo() {
  remember();
  if (!kept.length) return;
  now = kept.pop();
  const state = JSON.parse(now);
  state.days.forEach((text, day) => setText(day, text));
  exceptions.setValues(state.rows);
  button.disabled = !kept.length;
  tell(words.undone);
}

export function connect() {
  form.addEventListener("change", remember);
  button.addEventListener("click", undo);
}
