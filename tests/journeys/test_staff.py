"""Staff in a real browser: from an invitation by mail to hours that give slots; a hand-over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service

DEMO_PASSWORD = "try-the-demo"
PASSWORD = "one horse, one battery"


def sign_in(page: Page, service: Service, email: str) -> None:
    page.goto(f"{service.url}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def invite(page: Page, service: Service, email: str) -> str:
    """Invites somebody; the link in the mail that they get."""
    sign_in(page, service, "coordinator@example.edu")
    page.goto(f"{service.url}/coordinator/ambassadors/invite")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Name", exact=True).fill("Nora Newcomer")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status")).to_contain_text("Nora Newcomer is invited")
    letter = service.post.wait_for(email, lambda one: "account" in one.subject)
    return next(link for link in letter.links if "/invitation/" in link)


@pytest.mark.parametrize(("size", "scripts"), [("desk", True), ("phone", False)])
def test_somebody_invited_gets_ready_to_be_booked(
    service: Service, open_page: Callable[..., Page], size: str, scripts: bool
) -> None:
    email = f"nora-{size}@example.edu"
    link = invite(open_page(), service, email)
    page = open_page(size, java_script_enabled=scripts)
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Prospects cannot find you yet")).to_be_visible()
    page.get_by_role("link", name="Choose your interests").click()
    page.get_by_label("Thesis option").check()
    page.get_by_label("Meeting link").fill("https://meet.example.edu/nora")
    page.get_by_role("button", name="Save the profile").click()
    page.goto(f"{service.url}/ambassador/hours")
    given = page.locator("#given")
    expect(given).to_contain_text("Nothing can be booked in the next two weeks.")
    for day in ("Monday", "Wednesday"):
        page.get_by_label(day).fill("9am-12pm, 14:00-15:00")
    if not scripts:
        page.get_by_role("button", name="Show").click()
    expect(given).to_contain_text("9:00 am to 11:30 am; 2:00 pm to 2:30 pm")
    page.get_by_role("button", name="Save the hours").click()
    page.goto(f"{service.url}/ambassador")
    expect(page.get_by_role("heading", name="No chats to come")).to_be_visible()
    expect(page.get_by_text("Prospects cannot find you yet")).to_have_count(0)


def test_the_box_says_why_and_a_row_more_comes_when_one_is_filled(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    sign_in(page, service, "maya.okafor@example.edu")
    page.goto(f"{service.url}/ambassador/hours")
    rows = page.locator("[name=exception-day]")
    before, there = rows.count(), [row.input_value() for row in rows.all()]
    ahead = [(datetime.now(UTC) + timedelta(days=n)).date().isoformat() for n in range(5, 9)]
    day = next(one for one in ahead if one not in there)
    rows.last.fill(day)
    page.get_by_role("heading", name="Rules").click()  # leaves the field
    expect(rows).to_have_count(before + 1)
    page.get_by_text("Why is a time not offered?").click()
    page.locator("#why-day").fill(day)
    page.locator("#why-time").fill("10:00")
    page.get_by_role("button", name="Why?").click()
    expect(page.locator("#given")).to_contain_text("There are no hours on")
    page.get_by_label("Monday").fill("nine to five")
    expect(page.locator("#given")).to_contain_text("cannot be read")
    page.reload()
    expect(rows).to_have_count(before)  # nothing was saved
