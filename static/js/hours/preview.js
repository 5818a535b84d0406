// Shows what the hours give while they change: the form goes to its preview address, and the slots
// come back as they stand on the page.
import { form, words } from "./words.js";

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
    if (fault.name !== "AbortError") given.textContent = words.failed;
  }
}

export function connect() {
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
}
