"""Somebody at the weekly limit is kept out of a chat; a coordinator makes an exception for it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

WHY = "The international office agrees in writing."


def open_hand_over(page: Page, service: Service) -> str:
    """The first booked chat that somebody else could take: the best match's name."""
    page.goto(f"{service.url}/coordinator/chats")
    links = page.locator("main td a[href^='/coordinator/chats/']").all()
    addresses = [link.get_attribute("href") for link in links]
    for address in addresses:  # who is free when depends on the day
        page.goto(f"{service.url}{address}/hand-over")
        takers = page.get_by_role("radio")
        if takers.count():
            break
    label = page.locator(f"label[for='{takers.first.get_attribute('id')}']")
    return label.inner_text().splitlines()[0]


def address_of(page: Page, service: Service, name: str) -> str:
    """An ambassador's e-mail address, from the roster."""
    page.goto(f"{service.url}/coordinator/ambassadors")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    found = re.search(r"\S+@\S+", row.inner_text())
    assert found
    return found[0]


def state_hours(page: Page, service: Service, hours: str) -> None:
    """How long the ambassador works elsewhere on campus."""
    page.goto(f"{service.url}/ambassador/timesheet")
    page.get_by_label("Hours a week elsewhere on campus").fill(hours)
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Hours a week elsewhere on campus")).to_have_value(hours)


def test_a_chat_goes_to_somebody_at_the_limit_with_a_reason_that_its_story_keeps(
    service: Service, open_page: Callable[..., Page]
) -> None:
    desk, theirs = open_page(), open_page("phone")
    sign_in(desk, service, "coordinator@example.edu")
    name = open_hand_over(desk, service)
    here = desk.url
    sign_in(theirs, service, address_of(desk, service, name))
    expect(theirs).to_have_url(re.compile("/ambassador$"))
    state_hours(theirs, service, "20")
    desk.goto(here)
    kept_out = desk.get_by_text("Not offered because of the weekly limit of hours:")
    expect(kept_out).to_contain_text(name)
    desk.get_by_text("Make an exception for this chat").click()
    desk.get_by_label(f"I know: {name} would work").check()
    desk.get_by_label("Why this chat goes ahead all the same").fill(WHY)
    desk.get_by_role("button", name="Hand over as an exception").click()
    expect(desk.get_by_text("The chat is handed over.")).to_be_visible()
    expect(
        desk.get_by_text(f"made an exception from the weekly limit of hours for {name}")
    ).to_be_visible()
    expect(desk.get_by_text(WHY)).to_be_visible()
    state_hours(theirs, service, "0")
