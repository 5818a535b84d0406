// The text fields of the seven days: they are the truth, everything else shows and changes them.
import { readDay, writeDay } from "./clock.js";
import { form } from "./words.js";

export const inputs = [...Array(7).keys()].map((day) => form.elements[`day-${day}`]);

// The spans of a weekday (0 is Monday); null when its text cannot be read.
export const read = (day) => readDay(inputs[day].value);

export function write(day, spans) {
  setText(day, writeDay(spans));
}

export function setText(day, text) {
  if (inputs[day].value === text) return;
  inputs[day].value = text;
  inputs[day].dispatchEvent(new Event("input", { bubbles: true }));
}
