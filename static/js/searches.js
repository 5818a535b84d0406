// A search that found nobody is told to the service once a visit, so that coordinators see what is
// missing. What is sent is the search as the service signed it, nothing of who looks.
function tell() {
  const vain = document.querySelector("[data-vain]");
  if (!vain) return;
  const search = vain.dataset.vain;
  const key = `vain:${search.slice(0, 32)}`;
  try {
    if (!sessionStorage.getItem(key)) {
      sessionStorage.setItem(key, "1");
      navigator.sendBeacon("/searches", new URLSearchParams({ search }));
    }
  } catch {
    // Without storage a search could be counted twice, so it is not counted.
  }
}

(window.requestIdleCallback ?? setTimeout)(tell); // nobody waits for it
addEventListener("swapped", tell);
