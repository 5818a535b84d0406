"""After a chat, in a real browser: a prospect's answers, and what a coordinator does about them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from playwright.sync_api import Page, expect

from ambassadors.core import tokens
from tests.journeys.conftest import Service
from tests.journeys.test_staff import sign_in

COORDINATOR = "coordinator@example.edu"
PAST = """SELECT uid, nonce, prospect_name FROM chats
    WHERE status = 'completed' ORDER BY starts_at DESC, id LIMIT 1"""


def past_chat(service: Service) -> tuple[str, str]:
    """The link to the questions about the latest chat that took place, and its prospect's name."""
    with closing(sqlite3.connect(service.folder / "journey.db")) as connection:
        uid, nonce, name = connection.execute(PAST).fetchone()
    secret = service.environment()["SECRET_KEY"]
    return f"{service.url}/feedback/{tokens.chat_token(secret, 'feedback', uid, nonce)}", name


def test_what_a_prospect_says_afterwards_reaches_a_coordinator_and_is_done(
    service: Service, open_page: Callable[..., Page]
) -> None:
    link, name = past_chat(service)
    prospect = open_page("phone")
    prospect.goto(link)
    prospect.get_by_label("We talked").check()
    prospect.get_by_label("4", exact=True).check()
    prospect.get_by_label("What is still open?").fill(
        "Which labs take students in their first term?"
    )
    prospect.get_by_label("Please have the admissions office contact me").check()
    prospect.get_by_text("Report something inappropriate").click()
    prospect.get_by_label("What happened?").fill("They asked for my private number.")
    prospect.get_by_role("button", name="Send").click()
    expect(prospect.get_by_role("heading", level=1)).to_contain_text("Thank you")

    page = open_page()
    sign_in(page, service, COORDINATOR)
    first = page.locator("[id^=need-]").first
    expect(first).to_contain_text(name)
    first.get_by_role("link", name=name).click()
    expect(page.get_by_text("They asked for my private number.")).to_be_visible()
    page.goto(f"{service.url}/coordinator/follow-ups")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("Which labs take students in their first term?")
    row.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row").filter(has_text=name)).to_have_count(0)
    page.goto(f"{service.url}/coordinator/reports")
    expect(page.get_by_role("table").first).to_contain_text("4.0")
