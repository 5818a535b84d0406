"""Whole journeys with nothing but a keyboard; after every key the focus is seen."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import SIZES, Service
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_prospect import is_code
from tests.journeys.test_staff import DEMO_PASSWORD


def choose_time(keys: Keyboard, button: str) -> None:
    """To the times, by arrows to another than the first, and on; a step back on the way."""
    while keys.page.evaluate("document.activeElement.name") != "start":
        keys.press("Tab")
    for key in ("Space", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowUp"):
        keys.press(key)
    keys.go_to(button)
    keys.press("Shift+Tab")
    keys.follow(button)


def test_a_prospect_books_moves_and_cancels_by_keyboard_alone(
    open_page: Callable[..., Page], service: Service
) -> None:
    keys = Keyboard(open_page("phone"))
    page, email = keys.page, "keys@example.org"
    heading = page.get_by_role("heading", level=1)
    page.goto(service.url)
    for interest in ("Thesis option", "Thesis option matters most", "Aerospace"):
        keys.go_to(interest)
        keys.press("Space")
    keys.follow("See who fits")
    keys.follow("All times")
    choose_time(keys, "Continue with this time")
    keys.fill("Your name", "Priya Raman")
    keys.fill("Your e-mail address", email)
    keys.fill("What would you like to know?", "How did you find your adviser?")
    keys.go_to("Your name", "Shift+Tab")
    keys.follow("Hold this time")
    expect(heading).to_have_text("Enter the code from your mail")
    keys.fill("Six-digit code", service.post.wait_for(email, is_code).code)
    keys.follow("Confirm the chat")
    expect(heading).to_have_text("Your chat is booked")
    page.set_viewport_size(SIZES["desk"])  # type: ignore[arg-type]
    keys.follow("Move it")
    choose_time(keys, "Move to this time")
    expect(heading).to_have_text("Your chat is booked")
    keys.follow("Cancel it")
    keys.fill("Why", "My plans changed.")
    keys.follow("Cancel the chat")
    expect(heading).to_have_text("This chat was cancelled")
    assert keys.faults == []


def test_a_coordinator_matches_a_request_by_keyboard_alone(
    open_page: Callable[..., Page], service: Service
) -> None:
    keys = Keyboard(open_page("desk"))
    page = keys.page
    page.goto(f"{service.url}/sign-in")
    keys.fill("E-mail address", "coordinator@example.edu")
    keys.fill("Password", DEMO_PASSWORD)
    keys.follow("Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    name = page.locator("#need-requests .need-lines a").last.inner_text()
    keys.follow(name)
    keys.follow("Match with")
    expect(page.get_by_role("status")).to_contain_text(f"{name} is matched with")
    assert keys.faults == []
