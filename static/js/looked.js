// Somebody looks at times: the service may ask the ambassador's calendars sooner. Nothing of who
// looks is sent, and nobody waits for it.
const times = document.querySelector("[data-looked]");
const tell = () => navigator.sendBeacon(times.dataset.looked);
if (times) (window.requestIdleCallback ?? setTimeout)(tell);
