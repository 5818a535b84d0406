// Light or dark, as the reader chose in the foot of a page; otherwise as their device has it. Runs
// before the page is drawn, so that it never shows in the wrong colours first. The choice itself comes
// when all else has: showing it lays the page out once more.
(() => {
  const root = document.documentElement;
  const kept = () => {
    try {
      return localStorage.getItem("theme") ?? "";
    } catch {
      return ""; // Without storage the choice holds for this page only.
    }
  };
  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  show(kept());

  const offer = () => {
    const box = document.querySelector("[data-theme-choice]");
    const choice = box?.querySelector("select");
    if (!choice) return;
    box.hidden = false;
    if (kept()) choice.value = kept();
    choice.addEventListener("change", () => {
      show(choice.value);
      try {
        localStorage.setItem("theme", choice.value);
      } catch {
        // As above.
      }
    });
  };
  addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(offer));
})();
