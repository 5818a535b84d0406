// While a plan is made, its part of the page is fetched again every second; when that part is gone,
// the plan has come to an end, and the page is asked for anew. Without this the page reloads itself.
const PAUSE = 1000;
const part = (root) => root.querySelector("[data-progress]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!part(page)) return location.reload();
    if (part(page).textContent !== part(document).textContent) part(document).replaceChildren(...part(page).children);
  } catch {
    // The network is gone for a moment: look again.
  }
  setTimeout(look, PAUSE);
}

if (part(document)) setTimeout(look, PAUSE);
