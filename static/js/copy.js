// Copies a field's text; the button is of use only where that can be done.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    const told = document.querySelector("[data-copied]");
    told.textContent = told.dataset.copied;
    setTimeout(() => (button.textContent = label), 2000);
  });
}
