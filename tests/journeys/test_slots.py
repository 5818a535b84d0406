"""Matches and times in a real browser: filtered, compared, chosen by keyboard, on both sizes."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service

WISH = "interest=track/thesis&interest=industry/aerospace&zone=Asia/Kolkata&minutes=30"


def focused(page: Page) -> datetime:
    """The time that the focus is on."""
    return datetime.fromisoformat(page.evaluate("document.activeElement.value"))


def press(page: Page, key: str) -> datetime:
    """Presses a key on a time; the time that the focus is on then."""
    page.keyboard.press(key)
    return focused(page)


def free_starts(page: Page) -> list[datetime]:
    """The times of the week shown, in order."""
    values = page.locator(".slots input[name=start]").evaluate_all("all => all.map(a => a.value)")
    return [datetime.fromisoformat(value) for value in values]


def local_days(starts: list[datetime]) -> list[list[datetime]]:
    """The same by date in Kolkata."""
    days: dict[object, list[datetime]] = {}
    for start in starts:
        days.setdefault((start + timedelta(hours=5, minutes=30)).date(), []).append(start)
    return list(days.values())


def chosen(page: Page) -> list[str]:
    """What the form would send as the start."""
    return page.locator("input[name=start]:checked").evaluate_all("all => all.map(a => a.value)")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_times_are_chosen_by_keyboard_and_the_choice_outlives_other_weeks(
    open_page, service: Service, size: str
) -> None:
    page = open_page(size)
    page.goto(f"{service.url}/ambassadors/1?{WISH}")
    page.get_by_role("link", name="Later").click()
    page.wait_for_url("**week=*")  # the address follows the exchange
    expect(page.locator("[rel=next]")).to_be_focused()
    starts = free_starts(page)
    days = local_days(starts)
    page.locator(".slots input[name=start]").first.focus()
    assert press(page, "ArrowDown") == starts[1]
    assert press(page, "End") == days[0][-1]
    assert press(page, "ArrowDown") == days[1][0]
    assert press(page, "ArrowUp") == days[0][-1]
    assert press(page, "Home") == starts[0]
    beside = press(page, "ArrowRight")
    wanted = starts[0] + timedelta(days=1)
    assert beside == min(days[1], key=lambda one: abs(one - wanted))
    assert press(page, "ArrowLeft") in days[0]
    assert press(page, "Control+End") == starts[-1]
    assert press(page, "Control+Home") == starts[0]
    assert chosen(page) == [starts[0].isoformat().replace("+00:00", "Z")]
    expect(page.locator(".go-chosen")).to_contain_text("in Boston")

    kept = chosen(page)
    page.keyboard.press("PageDown")
    expect(page.get_by_text("Your choice, in another week")).to_be_visible()
    assert focused(page) - starts[0] > timedelta(days=3)
    assert chosen(page) == kept
    if size == "phone":  # the days of the week lead to their times, and change nothing else
        page.locator(".slots-strip a").last.click()
        assert page.evaluate("location.hash").startswith("#on-")
    assert chosen(page) == kept
    page.get_by_role("link", name="45 min").click()
    expect(page.locator(".lengths [aria-current]")).to_have_text("45 min")
    expect(page.locator(".lengths [aria-current]")).to_be_focused()
    page.go_back()
    expect(page.locator(".lengths [aria-current]")).to_have_text("30 min")
    assert chosen(page) == kept
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    page.get_by_role("button", name="Continue with this time").click()
    expect(page.get_by_label("Your name")).to_be_visible()
    expect(page.locator("input[name=start]")).to_have_value(kept[0])


def test_a_chosen_time_taken_meanwhile_is_said_on_coming_back(open_page, service: Service) -> None:
    page = open_page()
    page.goto(f"{service.url}/ambassadors/2?{WISH}")
    radio = page.locator(".slots input[name=start]").nth(4)
    taken = radio.get_attribute("value")
    radio.check(force=True)
    answer = page.request.post(
        f"{service.url}/api/v1/chats",
        data={
            "ambassador": 2,
            "start": taken,
            "minutes": 30,
            "prospect": {"name": "Kai", "email": "kai@example.org", "time_zone": "UTC"},
            "interests": ["track/thesis"],
        },
    )
    assert answer.status == 201
    page.evaluate("Date.now = () => performance.timeOrigin + performance.now() + 120_000")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    expect(page.get_by_text("is not free any more. These are the times near it:")).to_be_visible()
    assert chosen(page) == []
    near = page.locator(".notice .time")
    assert near.count() == 3
    near.first.click()
    expect(page.locator("input[name=start]:checked")).to_have_count(1)
    expect(page.get_by_text("is not free any more")).to_have_count(0)


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_matches_are_filtered_in_place_and_three_of_them_compared(
    open_page, service: Service, size: str
) -> None:
    page = open_page(size)
    page.goto(f"{service.url}/matches?{WISH}")
    page.evaluate("window.same = true")
    before = page.locator(".match").count()
    page.locator("#speaking summary").click()
    page.get_by_label("Spanish").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#speaking > summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Spanish").check()
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_text("Speaks Spanish").first).to_be_visible()
    expect(page.locator("#speaking > summary")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("and ha")
    assert "language=es" in page.url
    assert page.locator(".match").count() < before
    page.get_by_role("link", name="Soonest").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The soonest times")
    expect(page.get_by_role("link", name="Soonest")).to_be_focused()
    page.get_by_role("link", name="20 min").click()
    expect(page.locator(".lengths [aria-current]")).to_have_text("20 min")
    page.evaluate("history.go(-3)")
    expect(page.locator(".match")).to_have_count(before)
    assert "language" not in page.url
    assert page.evaluate("window.same") is True  # the page was never loaded again

    page.get_by_text("Why not higher?").first.click()
    expect(page.get_by_text("What you chose shares 100 points").first).to_be_visible()
    boxes = page.get_by_label("Compare ")
    for place in (0, 1, 2):
        boxes.nth(place).check()
    expect(boxes.nth(3)).to_be_disabled()
    page.get_by_role("button", name="Compare them").click()
    expect(page.locator(".compare thead th")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    page.locator(".compare .time").last.click()
    expect(page.locator("input[name=start]:checked")).to_have_count(1)
