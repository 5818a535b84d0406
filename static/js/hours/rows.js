// Rows of fields that come several times: there is always an empty one, and each can be removed.
import { fill, form, make, words } from "./words.js";

function rowsOf(box) {
  const all = () => [...box.querySelectorAll(".dated")];
  const valuesOf = (row) => [...row.querySelectorAll("input")].map((input) => input.value);

  // The number for the next row's fields: removed ones leave no second of a name behind.
  let number = all().length;

  function grow() {
    const last = all().at(-1);
    if (!last.querySelector("input").value) return;
    const row = last.cloneNode(true);
    number += 1;
    for (const field of row.querySelectorAll("input")) {
      const id = field.id.replace(/\d+$/, number);
      row.querySelector(`label[for="${field.id}"]`).htmlFor = id;
      field.id = id;
      field.value = "";
    }
    box.append(row);
    name(row);
  }

  function name(row) {
    if (box.dataset.rows !== "exception") return;
    const day = row.querySelector("input").value;
    row.querySelector("legend").textContent = day ? fill(words.exception_on, { day }) : words.another;
  }

  function fillIn(row, values) {
    row.querySelectorAll("input").forEach((input, index) => (input.value = values[index]));
    name(row);
  }

  const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));

  function put(values) {
    const row = all().find((one) => valuesOf(one)[0] === values[0]) ?? all().at(-1);
    fillIn(row, values);
    grow();
    changed();
    return row;
  }

  function drop(row) {
    if (row === all().at(-1)) fillIn(row, valuesOf(row).map(() => ""));
    else row.remove();
    changed();
  }

  function setValues(rows) {
    if (JSON.stringify(rows) === JSON.stringify(values())) return;
    for (const row of all().slice(1)) row.remove();
    fillIn(all()[0], all()[0] && valuesOf(all()[0]).map(() => ""));
    for (const one of rows) {
      fillIn(all().at(-1), one);
      grow();
    }
    changed();
  }

  const values = () => all().map(valuesOf).filter(([first]) => first);
  const find = (day) => all().find((row) => valuesOf(row)[0] === day);

  box.addEventListener("change", (event) => {
    grow();
    name(event.target.closest(".dated"));
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    drop(button.closest(".dated"));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  for (const row of all()) {
    const button = make("button", "button button--link button--small dated-drop", words.remove, { type: "button", "data-drop": "" });
    row.append(button);
  }
  return { box, values, setValues, put, drop, find };
}

export const exceptions = rowsOf(form.querySelector('[data-rows="exception"]'));
export const timeOff = rowsOf(form.querySelector('[data-rows="off"]'));
