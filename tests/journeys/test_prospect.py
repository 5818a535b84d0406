"""A prospect's whole way in a real browser: interests, match, slot, code, moved, cancelled."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service
from tests.mailbox import Letter

WAYS = [("desk", True), ("phone", True), ("desk", False)]
PLACE = re.compile(r"(LOCATION|URL)")


def is_code(letter: Letter) -> bool:
    return letter.subject.startswith("Your code")


def has_sequence(number: int, method: str):
    def check(letter: Letter) -> bool:
        return letter.method == method and int(letter.entry["SEQUENCE"]) == number

    return check


def wait_for_the_ambassador(service: Service, email: str, uid: str, number: int) -> None:
    """Until the other person's entry has come, too: what changes before that overtakes it."""

    def is_theirs(letter: Letter) -> bool:
        if letter.to == email or letter.calendar is None:
            return False
        return (str(letter.entry["UID"]), int(letter.entry["SEQUENCE"])) == (uid, number)

    service.post.wait_for(None, is_theirs)


def choose_interests(page: Page, service: Service, scripts: bool) -> None:
    page.goto(service.url + "/")
    for label in ("Thesis option", "Aerospace", "Institute for Experiential Robotics"):
        page.get_by_label(label, exact=True).check()
    page.get_by_label("Thesis option matters most", exact=True).check(force=True)
    if not scripts:
        page.get_by_label("Your time zone").select_option("Asia/Kolkata")
    page.get_by_role("button", name="See who fits").click()


def choose_first_slot(page: Page) -> datetime:
    """Goes to the best match's page and chooses a slot of their next free ones."""
    page.get_by_role("link", name=re.compile(r"^All times")).first.click()
    radio = page.locator("input[type=radio][name=start]").first
    start = radio.get_attribute("value")
    radio.check(force=True)
    page.get_by_role("button", name="Continue with this time").click()
    return datetime.fromisoformat(start)


def say_who_and_what(page: Page, email: str) -> None:
    page.get_by_label("Your name").fill("Priya Raman")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_label(re.compile("question|like to know|hear", re.I)).first.fill(
        "How did you find your thesis adviser?"
    )
    page.locator("form[method=post] button[type=submit], form[method=post] button").first.click()


def assert_entry(letter: Letter, start: datetime, sequence: int, uid: str | None) -> str:
    """One entry as RFC 5546 wants it for the one who reads it; its UID."""
    event = letter.entry
    assert event["DTSTART"].dt.astimezone(UTC) == start
    assert int(event["SEQUENCE"]) == sequence
    assert str(event["ATTENDEE"]).lower() == f"mailto:{letter.to}"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    if uid is not None:
        assert str(event["UID"]) == uid
    return str(event["UID"])


@pytest.mark.parametrize(("size", "scripts"), WAYS, ids=["desk", "phone", "without scripts"])
def test_a_prospect_finds_books_moves_and_cancels(open_page, service, size, scripts):
    page = open_page(size, java_script_enabled=scripts)
    email = f"priya-{size}-{scripts}@example.org".lower()
    choose_interests(page, service, scripts)
    expect(page.get_by_text("Times are shown for Kolkata").first).to_be_visible()
    expect(
        page.get_by_text("thesis option, which you marked as mattering most").first
    ).to_be_visible()
    start = choose_first_slot(page)
    expect(page.get_by_text("Kolkata").first).to_be_visible()
    say_who_and_what(page, email)

    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code from your mail")
    code = service.post.wait_for(email, is_code).code
    page.get_by_label("Six-digit code").fill(f"{(int(code) + 1) % 1_000_000:06d}")
    page.get_by_role("button", name="Confirm the chat").click()
    expect(page.get_by_text("You have 4 tries left.").first).to_be_visible()
    page.get_by_label("Six-digit code").fill(code)
    page.get_by_role("button", name="Confirm the chat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your chat is booked")
    expect(page.get_by_role("link", name=re.compile("Google"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Outlook"))).to_be_visible()

    invitation = service.post.wait_for(email, has_sequence(0, "REQUEST"))
    uid = assert_entry(invitation, start, 0, None)
    wait_for_the_ambassador(service, email, uid, 0)
    link = next(link for link in invitation.links if "/c/" in link)

    other = open_page(size, java_script_enabled=scripts)  # the link works in any browser
    other.goto(link)
    assert "/c/" not in other.url
    expect(other.get_by_role("heading", level=1)).to_have_text("Your chat is booked")
    other.get_by_role("link", name="Move it").click()
    radio = other.locator("input[type=radio][name=start]").last
    moved_to = datetime.fromisoformat(radio.get_attribute("value"))
    radio.check(force=True)
    other.get_by_role("button", name="Move to this time").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Your chat is booked")
    assert_entry(service.post.wait_for(email, has_sequence(1, "REQUEST")), moved_to, 1, uid)
    wait_for_the_ambassador(service, email, uid, 1)

    other.get_by_role("link", name="Cancel it").click()
    other.get_by_label("Why").fill("My plans changed.")
    other.get_by_role("button", name="Cancel the chat").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("This chat was cancelled")
    assert_entry(service.post.wait_for(email, has_sequence(2, "CANCEL")), moved_to, 2, uid)
    wait_for_the_ambassador(service, email, uid, 2)
    entries = [one for one in service.post.letters if one.calendar and str(one.entry["UID"]) == uid]
    assert sorted({one.to for one in entries} - {email})[0].endswith("@example.edu")
    assert len(entries) == 6


def test_a_mistyped_address_is_corrected_without_losing_the_time(open_page, service):
    page = open_page()
    choose_interests(page, service, True)
    choose_first_slot(page)
    say_who_and_what(page, "typo@example.org")
    page.get_by_text("The address is wrong").click()
    page.get_by_label("Your e-mail address").fill("right@example.org")
    page.get_by_role("button", name="Correct the address").click()
    code = service.post.wait_for("right@example.org", is_code).code
    page.get_by_label("Six-digit code").fill(code)
    page.get_by_role("button", name="Confirm the chat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your chat is booked")


def test_a_time_that_was_just_taken_is_said_and_nothing_typed_is_lost(open_page, service):
    first, second = open_page(), open_page()
    for page in (first, second):
        choose_interests(page, service, True)
        page.get_by_role("link", name=re.compile(r"^All times")).nth(1).click()
        page.locator("input[type=radio][name=start]").nth(3).check(force=True)
        page.get_by_role("button", name="Continue with this time").click()
    say_who_and_what(first, "quick@example.org")
    expect(first.get_by_role("heading", level=1)).to_have_text("Enter the code from your mail")
    say_who_and_what(second, "slow@example.org")
    expect(second.get_by_text("That time has just been taken.").first).to_be_visible()
    expect(second.get_by_label("Your name")).to_have_value("Priya Raman")
    expect(second.get_by_label("Your e-mail address")).to_have_value("slow@example.org")
    second.locator("button[name=start]").first.click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Enter the code from your mail")


def test_choosing_the_time_first_names_the_best_match_free_then(open_page, service):
    page = open_page()
    choose_interests(page, service, True)
    page.get_by_role("link", name="Soonest").click()
    expect(page.get_by_text("Times are shown for Kolkata").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/soonest"))
    expect(page.locator("main a[href*='/book?'], main input[type=radio]").first).to_be_visible()
