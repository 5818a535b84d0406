// What is said, in the page's language; and said aloud to those who hear the page.
export const form = document.getElementById("hours");
export const words = JSON.parse(form.dataset.words);

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const spoken = form.querySelector("[data-said]");

export function tell(text, values = {}) {
  spoken.textContent = "";
  setTimeout(() => (spoken.textContent = fill(text, values)), 50);
}

// An element of a class with a text.
export function make(tag, name = "", text = "", attributes = {}) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
