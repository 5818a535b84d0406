"""A coordinator in a real browser: a graduate's chats roll over; a file with a bad row."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

MAY_LEAVE = (
    "Hannah Fischer",
    "Omar Haddad",
    "Lena Vogt",
    "Elena Petrova",
    "Samuel Adeyemi",
    "Yuki Tanaka",
)
A_FEW_TICKS = 30_000  # milliseconds
GOOD = "name,email,time_zone,track\nNew Person,new-person@example.edu,America/New_York,thesis\n"
BAD = GOOD + "Lost Person,lost@example.edu,Mars/Olympus,thesis\n"


def choose_who_leaves(page: Page, service: Service, *names: str) -> None:
    """From the roster to the page that shows whom their chats would go to."""
    page.goto(f"{service.url}/coordinator/ambassadors")
    page.get_by_role("link", name="Graduation").click()
    for name in names:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Next: their chats").click()
    expect(page.get_by_role("heading", name="Deactivate 2 ambassadors?")).to_be_visible()


def test_a_graduates_chats_roll_over_and_all_are_told(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    sign_in(page, service, "coordinator@example.edu")
    hand_over = page.get_by_role("button", name="Hand over as chosen, then deactivate")
    for name in MAY_LEAVE:  # who is free when depends on the day; somebody's chats can be taken
        choose_who_leaves(page, service, name, "Kwame Mensah")
        if hand_over.count():
            break
    hand_over.click()
    expect(page.get_by_text("Everybody concerned is told by mail.").first).to_be_visible()
    expect(page.get_by_text("prospects do not find them any more")).to_be_visible()
    page.goto(f"{service.url}/coordinator/ambassadors?status=inactive")
    expect(page.get_by_role("link", name="Kwame Mensah")).to_be_visible()


def test_a_file_with_a_bad_row_names_it_and_the_corrected_one_comes_in(
    service: Service, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page, file = open_page("phone", java_script_enabled=False), tmp_path / "new.csv"
    sign_in(page, service, "coordinator@example.edu")
    page.goto(f"{service.url}/coordinator/ambassadors/import")
    file.write_text(BAD, "utf-8")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported: 1 row is bad")
    expect(page.get_by_text("“Mars/Olympus” is not a time zone")).to_be_visible()
    file.write_text(GOOD, "utf-8")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("1 new, 0 updated.")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    done = page.get_by_role("heading", name="Imported")
    expect(done).to_be_visible(timeout=A_FEW_TICKS)
