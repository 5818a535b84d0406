"""Pages hold in forced colours, read from right to left, and weigh little on the wire."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.looking_over import WIDER
from tests.journeys.test_staff import sign_in

WISH = "interest=track/thesis&most=track/thesis&interest=industry/aerospace&zone=Asia/Kolkata"
# Every control in turn; those without a ring. A key was pressed before, so that rings are shown.
RINGLESS = """() => {
  const stand = (one) => Number(getComputedStyle(one).opacity) === 0
    ? one.closest("label") ?? one.labels[0] : one;
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => one.checkVisibility() && !one.disabled)
    .filter((one) => {
      one.focus({preventScroll: true});
      const look = getComputedStyle(stand(one));
      return one === document.activeElement &&
        (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2);
    }).map((one) => one.outerHTML.slice(0, 120));
}"""
# All of how something looks that is not a colour of its own: lines, their kind and width.
LINES = """(one) => {
  const look = getComputedStyle(one);
  const plain = getComputedStyle(document.body).backgroundColor;
  const edge = (side) => look[`border${side}Color`] === plain ? "unseen"
    : `${look[`border${side}Style`]} ${look[`border${side}Width`]}`;
  return [...["Top", "Bottom", "Left", "Right"].map(edge), look.outlineStyle, look.outlineWidth,
    look.textDecorationLine, look.maskImage, getComputedStyle(one, "::before").maskImage].join();
}"""
# The star of an interest is drawn in a colour that is not the page's own.
STARS = """() => [...document.querySelectorAll(".pick-star")].filter((one) =>
  one.checkVisibility() && getComputedStyle(one, "::before").backgroundColor ===
  getComputedStyle(document.body).backgroundColor).length"""
# The words of an interest lie beside its box, not under it.
COVERED = """() => [...document.querySelectorAll(".pick")].filter((one) => {
  const words = document.createRange();
  words.selectNodeContents(one.querySelector("label"));
  const box = one.querySelector("input").getBoundingClientRect();
  return [...words.getClientRects()].some((line) =>
    line.left < box.right && line.right > box.left &&
    line.top < box.bottom && line.bottom > box.top);
}).map((one) => one.innerText)"""
# What is chosen, and what is not: they look different without a colour.
PAIRS = {
  "home": [(".pick:has(input:checked)", ".pick:not(:has(:checked))"),
           (".pick-most:checked + .pick-star", ".pick-most:not(:checked) + .pick-star"),
           (".languages [aria-current]", ".languages button:not([aria-current])")],
  "matches": [(".tabs [aria-current]", ".tabs a:not([aria-current])"),
              (".lengths [aria-current]", ".lengths a:not([aria-current])")],
  "ambassador": [(".slot:has(:checked)", ".slot:not(:has(:checked))")],
  "book": [],
  "today": [(".nav [aria-current]", ".nav a:not([aria-current])")],
  "coverage": [(".map .cell--gap a, .map .cell--gap-wide a", ".map .cell--tight a"),
               (".map .cell--tight a", ".map .cell--free-1 a"),
               (".map .cell--free-1 a", ".map .cell--free-2 a"),
               (".map .cell--free-2 a", ".map .cell--free-3 a"),
               (".map-legend .cell--gap", ".map-legend .cell--tight"),
               (".map-legend .cell--tight", ".map-legend .cell--free-2")],
  "hours": [(".toggle[aria-pressed=true]", ".toggle[aria-pressed=false]"),
            (".month-date--week:enabled", ".month-date--none:enabled")],
}  # fmt: skip


def look_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page in forced colours, and from right to left in two widths."""
    page.keyboard.press("Tab")
    found = [f"no ring: {one}" for one in page.evaluate(RINGLESS)]
    for chosen, other in PAIRS[name]:
        lines = [page.locator(one).first.evaluate(LINES) for one in (chosen, other)]
        if lines[0] == lines[1]:
            found.append(f"{chosen} looks like {other}: {lines[0]}")
    if page.evaluate(STARS):
        found.append("a star is not seen")
    page.evaluate("document.documentElement.dir = 'rtl'")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {one}" for one in page.evaluate(WIDER)]
        found += [f"{width} px, under its box: {one}" for one in page.evaluate(COVERED)]
    return [f"{name}: {one}" for one in found]


def test_a_prospects_pages_hold_in_forced_colours_and_from_right_to_left(
    open_page: Callable[..., Page], service: Service
) -> None:
    page = open_page("desk", forced_colors="active")
    page.goto(f"{service.url}/?{WISH}")
    found = look_at(page, "home")
    page.goto(f"{service.url}/matches?{WISH}")
    found += look_at(page, "matches")
    page.get_by_role("link", name="All times").first.click()
    page.locator("input[name=start]").nth(1).check(force=True)
    found += look_at(page, "ambassador")
    page.get_by_role("button", name="Continue with this time").click()
    expect(page.get_by_label("Your name")).to_be_visible()  # the form stands: no page between two
    assert [*found, *look_at(page, "book")] == []


def test_pages_of_staff_hold_in_forced_colours_and_from_right_to_left(
    open_page: Callable[..., Page], service: Service
) -> None:
    page = open_page("desk", forced_colors="active")
    sign_in(page, service, "coordinator@example.edu")
    found = look_at(page, "today")
    page.goto(f"{service.url}/coordinator/coverage")
    found += look_at(page, "coverage")
    other = open_page("desk", forced_colors="active")
    sign_in(other, service, "maya.okafor@example.edu")
    other.goto(f"{service.url}/ambassador/hours")
    other.locator(".month-page").last.click()  # a month with all its days to come
    assert [*found, *look_at(other, "hours")] == []


@pytest.mark.parametrize("path", ["/", f"/matches?{WISH}"], ids=["home", "matches"])
def test_a_first_page_weighs_at_most_60_kb_on_the_wire_and_asks_no_other_host(
    open_page: Callable[..., Page], service: Service, path: str
) -> None:
    page = open_page("phone")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    weights: list[float] = []
    asked: list[str] = []
    session.on("Network.loadingFinished", lambda one: weights.append(one["encodedDataLength"]))
    session.on("Network.requestWillBeSent", lambda one: asked.append(one["request"]["url"]))
    answer = page.goto(service.url + path, wait_until="networkidle")
    page.evaluate("fetch(document.querySelector('link[rel=icon]').href).then((one) => one.text())")
    assert answer is not None
    assert answer.headers["content-encoding"] == "gzip"
    assert {urlsplit(one).netloc for one in asked} == {urlsplit(service.url).netloc}
    for _ in range(50):  # the browser says a little later that something has come whole
        if len(weights) == len(asked):
            break
        page.wait_for_timeout(100)
    assert len(weights) == len(asked)
    assert sum(weights) <= 60_000


@pytest.mark.parametrize("path", ["/?", f"/matches?{WISH}", f"/request?{WISH}"])
def test_letters_twice_as_large_fit_on_the_narrowest_phone_in_each_language(
    service: Service, open_page: Callable[..., Page], path: str
) -> None:
    page, widths = open_page("phone"), {}
    page.set_viewport_size({"width": 320, "height": 780})
    for language in ("en", "es", "zh", "hi"):
        page.goto(f"{service.url}{path}&lang={language}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        widths[page.locator("html").get_attribute("lang")] = page.evaluate(
            "document.documentElement.scrollWidth"
        )
    assert widths == {"en": 320, "es": 320, "zh-Hans": 320, "hi": 320}


def test_times_of_matches_are_as_high_as_buttons(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    page.goto(f"{service.url}/matches?{WISH}")
    high = "(all) => all.map((one) => one.getBoundingClientRect().height)"
    assert set(page.locator(".match:first-child .time").evaluate_all(high)) == {40}
