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

// Temporal knows at once; the first formatter of a page takes a phone a tenth of a second.
function detect() {
  const name =
    globalThis.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return RENAMED[name] ?? name;
}

// Four hundred cities lie in a noscript element as text, which costs a page nothing, until a reader
// opens what they are in.
function unpack(part) {
  const text = part.querySelector("noscript");
  if (!text) return;
  const later = text.nextElementSibling;
  const chosen = later.querySelector("input")?.value;
  text.replaceWith(parsed(text.textContent));
  later.remove();
  if (chosen) part.querySelector("select[name=zone]").value = chosen;
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// The label of a zone in the packed list; nothing when it is not there.
function labelOf(part, zone) {
  const text = part.querySelector("noscript")?.textContent ?? "";
  const [, after] = text.split(`<option value=${zone}>`);
  return after && parsed(after.split("<", 1)[0]).textContent;
}

// Inside a form: the zone is filled in, and the list put away behind one line.
function fill(field, zone, label) {
  field.querySelector("input[name=zone]").value = zone;
  const details = document.createElement("details");
  details.className = "zone";
  const summary = document.createElement("summary");
  const change = document.createElement("span");
  change.textContent = field.dataset.change;
  const city = label.split(", ").at(zone === "America/New_York" ? -1 : 0);
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

addEventListener("toggle", (event) => event.target.open && unpack(event.target), true);
document.querySelectorAll("details[open]").forEach(unpack); // opened before this came

const field = document.querySelector("[data-zone-fill]");
const asked = document.querySelector("[data-zone='']");
if (field ?? asked) {
  const zone = detect();
  const label = labelOf(field ?? asked, zone);
  if (!label) unpack(field ?? asked);
  else if (field) fill(field, zone, label);
  else ask(zone);
  delete field?.dataset.zoneFill;
}
