"""Somebody who has a keyboard and nothing else, and looks where the focus is after every key."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

# What stands for the focused element on the screen: its label where the element itself cannot be
# seen. Its ring must be seen, its middle and corners must lie in the window with nothing over them.
LOOK = """() => {
  const box = document.activeElement;
  if (!box || box === document.body) return {name: "", faults: []};
  const unseen = (one) => Number(getComputedStyle(one).opacity) === 0;
  const stands = unseen(box) ? box.closest("label") ?? box.labels[0] : box;
  const name = (box.getAttribute("aria-label") ?? box.labels?.[0]?.innerText ?? box.innerText ?? "")
    .replace(/\\s+/g, " ").trim();
  const said = `<${box.localName} ${box.type ?? ""}> “${name.slice(0, 50)}”`;
  const faults = [];
  const look = getComputedStyle(stands);
  if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2)
    faults.push(`${said}: no ring (${look.outlineStyle}, ${look.outlineWidth})`);
  const area = stands.getClientRects()[0];
  if (!area || area.width < 2 || area.height < 2)
    return {name, faults: [...faults, `${said}: no size`]};
  const [wide, high] = [document.documentElement.clientWidth, innerHeight];
  const fits = area.height <= high;
  if (fits && (area.top < -1 || area.bottom > high + 1 || area.left < -1 || area.right > wide + 1))
    faults.push(`${said}: out of the window (${area.top} to ${area.bottom})`);
  const within = (value, most) => Math.min(Math.max(value, 1), most - 1);
  for (const [x, y] of [[0.5, 0.5], [0.5, 0.1], [0.5, 0.9]]) {
    const across = within(area.left + area.width * x, wide);
    const down = within(area.top + area.height * y, high);
    const over = document.elementFromPoint(across, down);
    const own = over && (stands.contains(over) || over.contains(stands) || over === box ||
      over.closest("label") === stands);
    if (!own) faults.push(`${said}: under <${over?.localName} class="${over?.className}">`);
  }
  return {name, faults};
}"""


@dataclass
class Keyboard:
    """The keys of one page; what was wrong with the focus is kept in `faults`."""

    page: Page
    name: str = ""
    faults: list[str] = field(default_factory=list)

    def press(self, key: str) -> str:
        """Presses a key; the name of what has the focus then."""
        self.page.keyboard.press(key)
        seen = self.page.evaluate(LOOK)
        where = self.page.url.split("/", 3)[3].partition("?")[0]
        self.faults += [f"/{where}, {key}: {fault}" for fault in seen["faults"]]
        self.name = seen["name"]
        return self.name

    def go_to(self, name: str, key: str = "Tab", most: int = 120) -> None:
        """Tab by Tab to what is named so."""
        for _ in range(most):
            if self.press(key).startswith(name):
                return
        raise AssertionError(f"no “{name}” after {most} times {key} on {self.page.url}")

    def follow(self, name: str) -> None:
        """Goes to a link or button and presses Enter; the new page stands then."""
        self.go_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, name: str, words: str) -> None:
        """Goes to a field and types."""
        self.go_to(name)
        self.page.keyboard.type(words)
