"""A coordinator in a real browser: other times for reminders, looked at first, then undone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in


@pytest.mark.parametrize("size", ["phone"])
def test_times_of_reminders_are_changed_with_a_preview_and_undone(
    service: Service, open_page: Callable[..., Page], size: str
) -> None:
    page = open_page(size, java_script_enabled=False)
    sign_in(page, service, "coordinator@example.edu")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Change the reminders").click()
    page.get_by_label("First reminder").select_option("2 days before")
    page.get_by_role("button", name="See what would happen").click()
    foreseen = page.get_by_role("region", name="What will happen")
    expect(foreseen).to_contain_text("Reminders come 2 days before and an hour before")
    expect(foreseen).to_contain_text("booked chats get other reminders")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Reminders: saved.")
    page.get_by_role("link", name="What was changed").click()
    page.get_by_role("link", name="Undo").first.click()
    expect(page.get_by_role("region", name="What will happen")).to_contain_text(
        "Reminders come a day before and an hour before"
    )
    page.get_by_role("button", name="Undo the change").click()
    expect(page.get_by_role("status")).to_contain_text("Reminders: undone.")
    page.goto(f"{service.url}/coordinator/settings")
    expect(page.get_by_text("a day before and an hour before")).to_be_visible()
