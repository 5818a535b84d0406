// Shows what the hours give while they are typed: the form goes to its preview address and the
// slots come back as they stand on the page.
const form = document.querySelector("form[data-preview]");
const given = document.getElementById("given");
let waiting = 0;
let running = new AbortController();

async function refresh() {
  running.abort();
  running = new AbortController();
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Part": "slots" },
      signal: running.signal,
    });
    if (answer.redirected) location.reload();
    else given.innerHTML = await answer.text();
  } catch (fault) {
    if (fault.name !== "AbortError") given.textContent = "The slots cannot be shown at this moment.";
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 350);
});

for (const button of form.querySelectorAll("button[formaction]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    refresh();
  });
}

// A row more as soon as the last one is filled in.
for (const rows of form.querySelectorAll("[data-rows]")) {
  rows.addEventListener("change", () => {
    const last = rows.lastElementChild;
    if (!last.querySelector("input").value) return;
    const row = last.cloneNode(true);
    const number = rows.children.length + 1;
    for (const field of row.querySelectorAll("input")) {
      const id = field.id.replace(/\d+$/, number);
      row.querySelector(`label[for="${field.id}"]`).htmlFor = id;
      field.id = id;
      field.value = "";
    }
    rows.append(row);
  });
}
