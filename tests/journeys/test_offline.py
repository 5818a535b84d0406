"""Today's chats without a network: kept when asked for, for one person, until they sign out."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

KEPT = """async () => [
  (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length,
]"""


def kept(page: Page) -> list[int]:
    """How many caches and workers this browser has of ours."""
    found: list[int] = page.evaluate(KEPT)
    return found


def test_todays_chats_are_read_offline_and_gone_after_signing_out(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    sign_in(page, service, "maya.okafor@example.edu")
    expect(page.get_by_role("link", name="Join the chat").first).to_be_visible()
    name = page.locator(".chat--soon h3").first.inner_text()
    assert kept(page) == [0, 0]  # nothing, unless asked for
    page.get_by_role("button", name="Keep today’s chats here").click()
    expect(page.get_by_role("button", name="Stop keeping them")).to_be_visible()
    assert kept(page) == [1, 1]
    page.context.set_offline(True)
    page.goto(f"{service.url}/ambassador")
    expect(page.get_by_role("heading", name="Today’s chats")).to_be_visible()
    expect(page.get_by_text("you are offline.")).to_be_visible()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    styled = "[...document.styleSheets].map((sheet) => sheet.cssRules.length > 0)"
    assert page.evaluate(styled) == [True, True]
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="Hello, Maya")).to_be_visible()
    page.locator(".nav-more summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{service.url}/")
    assert kept(page) == [0, 0]


def test_nobody_else_on_the_same_device_gets_the_page(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    sign_in(page, service, "maya.okafor@example.edu")
    page.get_by_role("button", name="Keep today’s chats here").click()
    expect(page.get_by_role("button", name="Stop keeping them")).to_be_visible()
    page.context.clear_cookies()  # the session ends, as when a week is over
    sign_in(page, service, "daniel.brandt@example.edu")
    expect(page.get_by_role("button", name="Keep today’s chats here")).to_be_visible()
    assert kept(page) == [0, 0]
