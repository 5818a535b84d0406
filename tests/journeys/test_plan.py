"""A coordinator makes a plan and watches it come, with scripts and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

A_FEW_TICKS = 30_000  # milliseconds


@pytest.mark.parametrize(("size", "scripts"), [("desk", True), ("phone", False)])
def test_a_plan_is_made_and_shows_itself_when_it_is_ready(
    service: Service, open_page: Callable[..., Page], size: str, scripts: bool
) -> None:
    page = open_page(size, java_script_enabled=scripts)
    sign_in(page, service, "coordinator@example.edu")
    page.goto(f"{service.url}/coordinator/requests")
    page.get_by_role("link", name="Match everybody").click()
    page.get_by_role("button", name="Make a plan").click()
    expect(page.get_by_role("heading", name="Making the plan")).to_be_visible()
    heading = page.get_by_role("heading", name="Who gets whom")
    expect(heading).to_be_visible(timeout=A_FEW_TICKS)
    page.locator("td a[href*='/lines/']").first.click()
    page.get_by_role("button", name="Leave them out of this plan").click()
    expect(page.get_by_text("You left them out of this plan.")).to_be_visible()
    page.get_by_role("link", name="The plan").click()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_role("status")).to_contain_text("Nobody was told anything.")
