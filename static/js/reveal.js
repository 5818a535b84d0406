// Adds a button to each password field that shows what was typed.
for (const box of document.querySelectorAll("[data-reveal]")) {
  const field = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--link";
  button.textContent = "Show the password";
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = shown ? "Show the password" : "Hide the password";
    field.focus();
  });
  field.after(button);
}
