// Two or three students can be compared: once three are marked the others rest. What is marked stays
// marked while the list changes.
const MOST = 3;
const boxes = () => [...document.querySelectorAll("input[name=with][form=compare]")];

let marked = new Set();

function settle() {
  const full = boxes().filter((box) => box.checked).length >= MOST;
  for (const box of boxes()) box.disabled = full && !box.checked;
}

addEventListener("change", ({ target }) => {
  if (target.name !== "with") return;
  marked = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  settle();
});

addEventListener("swapped", () => {
  for (const box of boxes()) box.checked = marked.has(box.value);
  settle();
});

addEventListener("pageshow", settle);
