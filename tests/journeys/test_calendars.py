"""An ambassador adds a calendar in a real browser, and what it says is busy cannot be booked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.calendars import elsewhere, meeting
from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in


def test_a_calendar_is_added_and_its_times_vanish_by_themselves(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    sign_in(page, service, "maya.okafor@example.edu")
    page.goto(f"{service.url}/ambassador/hours")
    given = page.locator("#given")
    expect(given).to_contain_text("in the next two weeks. They begin at:")
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with elsewhere(meeting(today, timedelta(days=20))) as there:
        page.get_by_role("link", name="Calendars", exact=True).click()
        page.get_by_role("link", name="Add a calendar").click()
        page.get_by_label("Secret address").fill(there.url)
        page.get_by_label("Name").fill("Expedition")
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_text("1 span from 1 event")).to_be_visible(timeout=20_000)
    page.goto(f"{service.url}/ambassador/hours")
    expect(given).to_contain_text("Nothing can be booked in the next two weeks.")
    page.goto(f"{service.url}/ambassador/calendars")
    page.get_by_text("Change or remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status")).to_contain_text("“Expedition” is removed")
    page.goto(f"{service.url}/ambassador/hours")
    expect(given).to_contain_text("They begin at:")
