// Weeks and lengths of the same list change in place: the part marked with data-swap is fetched and
// exchanged, the address follows, a chosen time stays chosen. Without this the links work as links.
const name = document.querySelector("[data-swap]")?.dataset.swap;
const part = (root) => root.querySelector(`[data-swap="${name}"]`);

function addressOf(link) {
  const address = new URL(link.href);
  const chosen = part(document).querySelector("input[name=start]:checked");
  if (chosen) address.searchParams.set("start", chosen.value);
  return address;
}

async function show(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  part(document).replaceWith(part(page));
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-swap] :is(.paging, .lengths) a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const address = addressOf(link);
  try {
    await show(address);
    history.pushState(null, "", address);
    document.getElementById(name).focus({ preventScroll: true });
    part(document).scrollIntoView({ block: "nearest" });
  } catch {
    location.assign(address);
  }
});

addEventListener("popstate", () => name && location.reload());
