"""Coordinators' long lists on a phone: short rows, filters folded away until one is used."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

MAIL = "/coordinator/mail"
ROSTER = "/coordinator/ambassadors"
CHATS = "/coordinator/chats"
TALLEST = 150  # CSS pixels; a block of one fact a line had 400 for an ambassador, 235 for a mail
ROWS = "tr => tr.map((one) => one.getBoundingClientRect().height)"


def open_list(page: Page, service: Service, address: str) -> Page:
    sign_in(page, service, "coordinator@example.edu")
    page.goto(f"{service.url}{address}")
    return page


@pytest.mark.parametrize("address", [ROSTER, MAIL, CHATS])
def test_half_of_the_rows_are_short_and_no_page_is_wider_than_its_phone(
    service: Service, open_page: Callable[..., Page], address: str
) -> None:
    page = open_list(open_page("phone"), service, address)
    heights = sorted(page.locator("tbody tr").evaluate_all(ROWS))
    assert (len(heights) > 10, heights[len(heights) // 2] < TALLEST) == (True, True)
    page.set_viewport_size({"width": 320, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("address", [ROSTER, MAIL, CHATS])
def test_filters_open_by_key_without_scripts_and_stay_open_while_one_is_used(
    service: Service, open_page: Callable[..., Page], address: str
) -> None:
    page = open_list(open_page("phone", java_script_enabled=False), service, address)
    state = page.get_by_label("State")
    expect(state).not_to_be_visible()
    page.get_by_label("Search").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(state).to_be_visible()
    state.select_option(index=2)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(state).to_be_visible()


def test_a_phone_sorts_the_roster_from_its_filters(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_list(open_page("phone"), service, ROSTER)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("link", name="Hours left").click()
    expect(page.locator(".sorts [aria-current]")).to_have_text("Hours left ↓")


def test_nothing_is_folded_away_on_a_desk(service: Service, open_page: Callable[..., Page]) -> None:
    page = open_list(open_page("desk"), service, ROSTER)
    expect(page.get_by_label("State")).to_be_visible()
    expect(page.get_by_text("Filters", exact=True)).not_to_be_visible()
    expect(page.locator(".sorts")).not_to_be_visible()
