"""The hours editor in a real browser: painted, typed, copied, by the month, and never lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Dialog, Locator, Page, expect

from ambassadors.core.refused import Refused
from ambassadors.web.forms.hours import format_day, parse_day
from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

TEXTS = (
    *("", "09:10–11:25", "9-12", "9am-5pm", "9:00 am – 5:30 p.m.", "1-5pm", "9-12pm", "12am-12pm"),
    *("8pm-12am", "0:00-24:00", "14 to 17; 9.30 until 10.15 and 11-12", "9-12, 11-13", "9-5"),
    *("morning", "9:75-12", "9-25", "13pm-2pm", "9:00-9:00", "٩-١٢"),
)


def day_field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def cell(page: Page, day: int, clock: str) -> Locator:
    """The step of a weekday (0 is Monday) that begins then."""
    begins = page.locator(f'.week-cell[data-day="{day}"]')
    return begins.filter(has_text=f", {clock} to ")


def drag(page: Page, start: Locator, end: Locator) -> None:
    for place, press in ((start, page.mouse.down), (end, page.mouse.up)):
        box = place.bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        press()


def read_here(text: str) -> str | None:
    """The text as the server reads and writes it."""
    try:
        return format_day(parse_day(text, "Hours", "day"))
    except Refused:
        return None


def test_the_browser_reads_hours_like_the_server(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.goto(f"{service.url}/sign-in")
    found = page.evaluate(
        """async (texts) => {
          const { readDay, writeDay } = await import("/static/js/hours/clock.js");
          return texts.map(readDay).map((spans) => spans && writeDay(spans));
        }""",
        list(TEXTS),
    )
    assert dict(zip(TEXTS, found, strict=True)) == {text: read_here(text) for text in TEXTS}


def test_a_week_is_painted_typed_copied_and_saved(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    sign_in(page, service, "maya.okafor@example.edu")
    page.goto(f"{service.url}/ambassador/hours")
    page.get_by_role("button", name="Clear the week").click()
    given, monday, friday = page.locator("#given"), day_field(page, "Monday"), 4
    expect(monday).to_have_value("")
    # By pointer: an area is added, a part of it is taken back
    drag(page, cell(page, 0, "9:00 am"), cell(page, 1, "11:30 am"))
    expect(monday).to_have_value("09:00-12:00")
    drag(page, cell(page, 1, "10:00 am"), cell(page, 1, "10:30 am"))
    expect(day_field(page, "Tuesday")).to_have_value("09:00-10:00, 11:00-12:00")
    # Exact times are drawn, and stay as they are when something else is painted
    monday.fill("09:10–11:25")
    drag(page, cell(page, 0, "2:00 pm"), cell(page, 0, "2:30 pm"))
    expect(monday).to_have_value("09:10-11:25, 14:00-15:00")
    expect(cell(page, 0, "11:00 am")).to_contain_text("in part: 9:10 am – 11:25 am")
    # By keyboard, in steps of a quarter of an hour
    page.get_by_role("button", name="15 min").click()
    cell(page, friday, "1:00 pm").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    said = page.locator("[data-said]")
    expect(said).to_have_text("Friday, 1:00 pm to 1:45 pm selected")
    page.keyboard.press("Space")
    expect(said).to_have_text("Friday, 1:00 pm to 1:45 pm added")
    expect(day_field(page, "Friday")).to_have_value("13:00-13:45")
    page.keyboard.press("Delete")
    expect(day_field(page, "Friday")).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(day_field(page, "Friday")).to_have_value("13:00-13:45")
    # What cannot be read is painted over by nobody
    day_field(page, "Sunday").fill("late")
    cell(page, 6, "1:00 pm").press("Enter")
    expect(said).to_contain_text("The text of Sunday cannot be read.")
    day_field(page, "Sunday").fill("")
    page.get_by_text("Copy a day").click()
    for name in ("Wed", "Thu"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(day_field(page, "Thursday")).to_have_value("09:10-11:25, 14:00-15:00")
    expect(given).to_contain_text("9:10 am to 10:55 am; 2:00 pm to 2:30 pm")
    asked: list[str] = []
    page.on("dialog", lambda dialog: leave_not(dialog, asked))
    page.get_by_role("link", name="Calendars", exact=True).click(no_wait_after=True)
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_role("status").first).to_contain_text("Your hours are saved.")
    assert (monday.input_value(), asked) == ("09:10-11:25, 14:00-15:00", ["beforeunload"])


def leave_not(dialog: Dialog, asked: list[str]) -> None:
    """Stays on the page."""
    asked.append(dialog.type)
    dialog.dismiss()


def test_a_finger_scrolls_taps_and_paints_when_told(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone", has_touch=True, is_mobile=True)
    sign_in(page, service, "maya.okafor@example.edu")
    page.goto(f"{service.url}/ambassador/hours")
    page.get_by_role("button", name="Clear the week").click()
    cell(page, 2, "9:00 am").tap()
    expect(day_field(page, "Wednesday")).to_have_value("09:00-09:30")
    grid = page.get_by_role("grid", name="Hours of every week")
    expect(grid).to_have_css("touch-action", "auto")  # the page scrolls
    page.get_by_role("button", name="Paint with a finger").click()
    expect(grid).to_have_css("touch-action", "none")
    start, end = (cell(page, 2, clock).bounding_box() for clock in ("10:00 am", "11:30 am"))
    assert start is not None
    assert end is not None
    touch = page.context.new_cdp_session(page)
    for kind, box in (("touchStart", start), ("touchMove", end), ("touchEnd", None)):
        points = [{"x": box["x"] + 9, "y": box["y"] + 9}] if box else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(day_field(page, "Wednesday")).to_have_value("09:00-09:30, 10:00-12:00")
    page.evaluate("window.scrollTo(0, 0)")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_single_days_are_set_by_the_month(service: Service, open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, service, "maya.okafor@example.edu")
    page.goto(f"{service.url}/ambassador/hours")
    rows = page.locator("[name=exception-day]")
    there = [row.input_value() for row in rows.all()]
    today = date.fromisoformat(page.locator("#hours").get_attribute("data-today") or "")
    ahead = (datetime.now(UTC).date() + timedelta(days=n) for n in range(40, 60))
    day = next(one.isoformat() for one in ahead if one.isoformat() not in there)
    month = page.locator("[data-month]")
    for _ in range((int(day[:4]) - today.year) * 12 + int(day[5:7]) - today.month):
        month.get_by_role("button", name="Later month").click()
    month.locator(f'[data-day="{day}"]').click()
    month.get_by_role("button", name="Other hours").click()
    page.locator("[name=exception-hours]:focus").fill("10:05-11:35")
    expect(month.locator(f'[data-day="{day}"]')).to_contain_text("10:05 am – 11:35 am")
    month.get_by_role("button", name="Earlier month").click()
    month.get_by_role("button", name="Later month").click()
    page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_role("status").first).to_contain_text("Your hours are saved.")
    saved = dict(zip(
        [row.input_value() for row in rows.all()],
        [row.input_value() for row in page.locator("[name=exception-hours]").all()],
        strict=True,
    ))  # fmt: skip
    assert (saved[day], set(there) - set(saved)) == ("10:05-11:35", set())
