// Somebody looks at times: the service may ask the ambassador's calendars sooner. Nothing of who
// looks is sent.
const times = document.querySelector("[data-looked]");
if (times) navigator.sendBeacon(times.dataset.looked);
