"""A coordinator in a real browser: from Today to done; from a gap of the map to its people."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

COORDINATOR = "coordinator@example.edu"


def test_a_request_is_done_with_two_clicks_from_today(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    sign_in(page, service, COORDINATOR)
    need = page.locator("#need-requests")
    waiting = need.locator(".need-lines a")
    name = waiting.first.inner_text()
    waiting.first.click()
    page.get_by_role("button", name="Match with").first.click()
    expect(page.get_by_role("status")).to_contain_text(f"{name} is matched with")
    page.goto(f"{service.url}/coordinator")
    expect(need.get_by_role("link", name=name)).to_have_count(0)


def test_a_search_in_vain_becomes_a_gap_and_the_map_leads_to_its_people(
    service: Service, open_page: Callable[..., Page]
) -> None:
    prospect = open_page("phone")
    with prospect.expect_request("**/searches") as told:
        prospect.goto(f"{service.url}/matches?interest=track/thesis&language=is")
    assert told.value.method == "POST"
    prospect.reload()  # the same search of the same visit counts once
    page = open_page()
    sign_in(page, service, COORDINATOR)
    page.get_by_role("link", name="Coverage").click()
    page.get_by_role("rowheader").get_by_role("link", name="Thesis option").click()
    cell = page.get_by_role("link", name="Tuesday 9–12:")
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thesis option, Tuesday 9–12")
    searched = page.get_by_role("row").filter(has_text="Icelandic")
    expect(searched).to_contain_text("Thesis option")
    expect(searched.locator("[data-label='How often']")).to_have_text("1")
    page.locator("#able ~ .table-frame a").first.click()
    expect(page).to_have_url(re.compile(r"/coordinator/ambassadors/\d+$"))
