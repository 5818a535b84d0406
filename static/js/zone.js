// The reader's time zone, as their browser knows it. The service understands old names too; a
// few that browsers still send are put right here, so that they are found in the list.
const RENAMED = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "Europe/Kiev": "Europe/Kyiv",
  "Africa/Asmera": "Africa/Asmara",
};

function detect() {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return RENAMED[name] ?? name;
}

// Inside a form: the list is filled in and put away behind one line.
function fill(field, zone) {
  const select = field.querySelector("select");
  const option = [...select.options].find((one) => one.value === zone);
  if (!option) return;
  option.selected = true;
  const details = document.createElement("details");
  details.className = "zone";
  const summary = document.createElement("summary");
  const change = document.createElement("span");
  change.textContent = "change";
  const city = zone === "America/New_York" ? "Boston" : zone.split("/").pop().replaceAll("_", " ");
  summary.append(`Times will be shown for ${city} `, change);
  field.replaceWith(details);
  details.append(summary, field);
}

// On a page with times: it is asked for again, once, by the reader's own clock.
function ask(zone) {
  const address = new URL(location.href);
  if (address.searchParams.get("zone") || sessionStorage.getItem("zone-asked") === zone) return;
  sessionStorage.setItem("zone-asked", zone);
  address.searchParams.set("zone", zone);
  location.replace(address);
}

const zone = detect();
const field = document.querySelector("[data-zone-fill]");
const page = document.querySelector("[data-zone]");
if (zone && field) fill(field, zone);
if (zone && page?.dataset.zone === "") ask(zone);
