// Copies one day's hours over others; without scripts the server does the same.
import { inputs, setText } from "./fields.js";
import { remember } from "./undo.js";
import { form, tell, words } from "./words.js";

export function connect() {
  const box = form.querySelector("[data-copy]");
  box.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const source = Number(box.querySelector("select").value);
    const onto = [...box.querySelectorAll("input:checked")].map((one) => Number(one.value));
    if (!onto.length) return tell(words.copy_which);
    for (const day of onto) setText(day, inputs[source].value);
    for (const one of box.querySelectorAll("input:checked")) one.checked = false;
    remember();
    tell(words.copied, { day: words.days[source] });
  });
}
