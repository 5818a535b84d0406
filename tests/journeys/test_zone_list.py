"""The list of time zones: packed away until somebody opens it, there for all who need it."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Service

WISH = "interest=track/thesis&interest=industry/aerospace&zone=Asia/Kolkata&minutes=30"


def choose_zone(page: Page, now: str, other: str) -> None:
    """Opens the line that says whose clock it is, and chooses another one."""
    page.get_by_text(now).click()
    page.get_by_label("Your time zone").select_option(other)


def zones_sent(page: Page, form: str) -> list[str]:
    """What a form would send as the zone."""
    return page.eval_on_selector(form, "form => new FormData(form).getAll('zone')")


@pytest.mark.parametrize(
    "path", ["/", f"/?{WISH}", f"/matches?{WISH}", f"/ambassadors/1?{WISH}", f"/soonest?{WISH}"]
)
def test_a_page_has_no_list_of_cities_before_somebody_opens_it(
    open_page, service: Service, path: str
) -> None:
    page = open_page("phone")
    page.goto(service.url + path)
    folded = page.locator("details.zone", has_text=re.compile("Times (are|will be) shown for Kol"))
    expect(folded).to_have_count(1)
    assert page.locator("option[value*='/']").count() == 0
    folded.locator("summary").click()
    expect(page.get_by_label("Your time zone")).to_have_value("Asia/Kolkata")


def test_the_form_sends_the_zone_once_whether_its_list_is_opened_or_not(
    open_page, service: Service
) -> None:
    page = open_page()
    page.goto(f"{service.url}/")
    expect(page.get_by_text("Times will be shown for Kolkata")).to_be_visible()
    assert zones_sent(page, "#interests") == ["Asia/Kolkata"]
    choose_zone(page, "Times will be shown for Kolkata", "Europe/Berlin")
    assert zones_sent(page, "#interests") == ["Europe/Berlin"]


def test_a_booking_sends_the_zone_once_and_another_one_keeps_what_was_typed(
    open_page, service: Service
) -> None:
    page = open_page("phone")
    page.goto(f"{service.url}/ambassadors/1?{WISH}")
    page.locator("input[type=radio][name=start]").first.check(force=True)
    page.get_by_role("button", name="Continue with this time").click()
    page.get_by_label("Your name").fill("Priya Raman")
    assert zones_sent(page, "#booking") == ["Asia/Kolkata"]
    choose_zone(page, "Times are shown for Kolkata", "Europe/Berlin")
    assert zones_sent(page, "#booking") == ["Europe/Berlin"]
    page.get_by_role("button", name="Show these times").click()
    expect(page.get_by_text("Times are shown for Berlin")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Priya Raman")


def test_the_list_is_there_after_a_part_of_the_page_was_exchanged(
    open_page, service: Service
) -> None:
    page = open_page()
    page.goto(f"{service.url}/matches?{WISH}")
    page.get_by_role("link", name="45 min").click()
    page.wait_for_url("**minutes=45**")
    assert page.locator("option[value*='/']").count() == 0
    choose_zone(page, "Times are shown for Kolkata", "Europe/Berlin")
    page.get_by_role("button", name="Show these times").click()
    expect(page.get_by_text("Times are shown for Berlin").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"zone=Europe%2FBerlin|zone=Europe/Berlin"))


def test_a_line_that_is_opened_before_the_script_comes_has_its_list_then(
    open_page, service: Service
) -> None:
    page = open_page("phone")
    held: list[Route] = []
    page.route(re.compile(r"/js/zone\.js"), lambda route: held.append(route))
    page.goto(f"{service.url}/matches?{WISH}", wait_until="commit")
    page.get_by_text("Times are shown for Kolkata").click()
    expect(page.get_by_role("link", name="Choose the nearest city…")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_label("Your time zone")).to_have_value("Asia/Kolkata")


@pytest.mark.parametrize("path", ["/", "/matches?interest=track/thesis"])
def test_a_link_leads_to_the_list_when_its_script_never_comes(
    open_page, service: Service, path: str
) -> None:
    page = open_page("phone")
    # An empty one: the browser says of a lost one that it is lost, which no page may cause here.
    page.route(
        re.compile(r"/js/zone\.js"), lambda route: route.fulfill(content_type="text/javascript")
    )
    page.goto(service.url + path)
    page.get_by_role("link", name="Choose the nearest city…").click()
    page.get_by_label("Your time zone").select_option("Asia/Kolkata")
    if path == "/":
        assert zones_sent(page, "#interests") == ["Asia/Kolkata"]
        return
    page.get_by_role("button", name="Show these times").click()
    expect(page.get_by_text("Times are shown for Kolkata").first).to_be_visible()


def test_a_clock_that_no_list_knows_is_asked_for(open_page, service: Service) -> None:
    page = open_page("phone", timezone_id="Etc/GMT+5")
    page.goto(f"{service.url}/")
    expect(page.get_by_label("Your time zone")).to_be_visible()
    assert zones_sent(page, "#interests") == [""]
