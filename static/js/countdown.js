// Counts down to the end of a hold. Seen every second, said once a minute; at the end the page
// is asked for again and says what happened. Counts from the server's clock, not the reader's.
const box = document.querySelector("[data-countdown]");
if (box) {
  const shown = box.querySelector("[data-left]");
  const said = box.querySelector("[data-said]");
  const total = Date.parse(box.dataset.countdown) - Date.parse(box.dataset.now);
  const begun = performance.now();
  let lastMinute = Math.ceil(total / 60000);

  box.querySelector("[data-about]").hidden = true;
  shown.hidden = false;

  const step = () => {
    const left = Math.max(0, total - (performance.now() - begun));
    const seconds = Math.ceil(left / 1000);
    shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const minute = Math.floor(seconds / 60);
    if (seconds % 60 === 0 && minute < lastMinute && minute > 0) {
      lastMinute = minute;
      said.textContent = minute === 1 ? box.dataset.minute : box.dataset.minutes.replace("{count}", minute);
    }
    if (left === 0) location.assign(box.dataset.then);
    else setTimeout(step, 250);
  };
  step();
}
