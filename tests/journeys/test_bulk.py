"""A coordinator keeps a filter, cancels two chats at once, and reads the mails that went out."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

A_FEW_TICKS = 30_000  # milliseconds


def test_two_chats_are_cancelled_at_once_and_the_mails_are_there_as_they_were_sent(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page("desk")
    sign_in(page, service, "coordinator@example.edu")
    page.goto(f"{service.url}/coordinator/chats?when=upcoming")
    page.get_by_label("State").select_option("confirmed")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("Saved filters").click()
    page.get_by_label("Save what is shown now as").fill("Booked, to come")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved filters").click()
    page.get_by_role("link", name="Booked, to come").click()
    boxes = page.locator("input[name=uid]")
    for place in (-1, -2):
        boxes.nth(place).check()
    page.get_by_label("Do", exact=True).select_option("cancel")
    page.get_by_label("Reason").fill("The campus is closed.")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_text("4 mails will go out")).to_be_visible()
    page.get_by_role("button", name="Cancel these 2").click()
    done = page.get_by_text("2 done, 0 left as they were.")
    expect(done).to_be_visible(timeout=A_FEW_TICKS)
    page.locator("td a[href^='/coordinator/chats/']").first.click()
    expect(page.get_by_text("The campus is closed.")).to_be_visible()
    page.get_by_role("link", name="Cancellation to").first.click()
    for _ in range(30):
        if page.get_by_role("heading", name="As it was sent").is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_text("METHOD:CANCEL")).to_be_visible()
