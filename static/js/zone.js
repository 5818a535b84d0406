// The reader's time zone, as their browser knows it. Browsers still send some old names (CLDR's);
// they are put right here, so that they are found in the list.
const RENAMED = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "Europe/Kiev": "Europe/Kyiv",
  "Africa/Asmera": "Africa/Asmara",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Etc/UTC": "UTC",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

function detect() {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return RENAMED[name] ?? name;
}

const optionFor = (part, zone) =>
  [...part.querySelector("select").options].find((one) => one.value === zone);

// Inside a form: the list is filled in and put away behind one line.
function fill(field, zone) {
  optionFor(field, zone).selected = true;
  const details = document.createElement("details");
  details.className = "zone";
  const summary = document.createElement("summary");
  const change = document.createElement("span");
  change.textContent = field.dataset.change;
  const city = optionFor(field, zone).text.split(", ").at(zone === "America/New_York" ? -1 : 0);
  summary.append(`${field.dataset.said.replace("{city}", city)} `, change);
  field.replaceWith(details);
  details.append(summary, field);
}

// On a page with times that nobody's zone is known for: asked for again by the reader's own clock.
function ask(zone) {
  const address = new URL(location.href);
  if (address.searchParams.get("zone")) return;
  address.searchParams.set("zone", zone);
  location.replace(address);
}

const zone = detect();
const field = document.querySelector("[data-zone-fill]");
const page = document.querySelector("[data-zone]");
if (field && optionFor(field, zone)) fill(field, zone);
delete field?.dataset.zoneFill;
if (page?.dataset.zone === "" && optionFor(page, zone)) ask(zone);
