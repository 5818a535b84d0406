"""An ambassador who cannot make it, by the mailed link alone; the one who is asked says yes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Service

EMAIL, NAME, ZONE = "nadia@example.org", "Nadia Haddad", "Asia/Amman"
INTERESTS = ["track/thesis"]


def find_shared_start(page: Page, service: Service) -> tuple[int, str]:
    """An ambassador, and a start in the coming days at which another one is free as well."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    window = {
        "from": f"{today + timedelta(days=4):%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{today + timedelta(days=14):%Y-%m-%dT%H:%M:%SZ}",
        "minutes": "30",
        "time_zone": ZONE,
    }
    api = f"{service.url}/api/v1"
    asked = {"interests": INTERESTS, "time_zone": ZONE, "limit": 10}
    matches = page.request.post(f"{api}/matches", data=asked).json()["matches"]
    free = {
        who: {slot["start"] for slot in answer.json()["slots"]}
        for who in (match["ambassador"]["id"] for match in matches)
        for answer in [page.request.get(f"{api}/ambassadors/{who}/slots", params=window)]
    }
    return next(
        (who, min(starts & others))
        for who, starts in free.items()
        for other, others in free.items()
        if other != who and starts & others
    )


def book(page: Page, service: Service) -> None:
    """A confirmed chat of Nadia's."""
    ambassador, start = find_shared_start(page, service)
    body: dict[str, Any] = {
        "ambassador": ambassador,
        "start": start,
        "minutes": 30,
        "prospect": {"name": NAME, "email": EMAIL, "time_zone": ZONE},
        "interests": INTERESTS,
        "question": "Is the thesis worth it?",
    }
    chats = f"{service.url}/api/v1/chats"
    token = page.request.post(chats, data=body).json()["chat"]["token"]
    code = service.post.wait_for(EMAIL, lambda one: one.subject.startswith("Your code")).code
    assert page.request.post(f"{chats}/{token}/confirm", data={"code": code}).ok


def test_the_chat_goes_to_whoever_says_yes_and_stays_the_prospects_entry(
    service: Service, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    book(page, service)
    before = service.post.wait_for(EMAIL, lambda one: one.method == "REQUEST")
    mine = service.post.wait_for(
        None, lambda one: one.to != EMAIL and one.method == "REQUEST" and NAME in one.text
    )
    page.goto(next(link for link in mine.links if "/cannot/" in link))
    expect(page.get_by_role("heading")).to_contain_text(f"the chat with {NAME}?")
    page.get_by_label("Reason").fill("My exam was moved.")
    page.get_by_role("button", name="I can’t make it").click()
    expect(page.get_by_text("We are asking somebody else")).to_be_visible()
    service.post.wait_for(EMAIL, lambda one: "we are asking somebody else" in one.subject)
    asked = service.post.wait_for(
        None,
        lambda one: one.subject.startswith("Can you take this chat over?") and NAME in one.text,
    )
    other = open_page("desk")
    other.goto(next(link for link in asked.links if "/take-over/" in link))
    other.get_by_role("button", name="Yes, I take it").click()
    expect(other.get_by_text("The chat is yours now.")).to_be_visible()
    sequence = int(before.entry["SEQUENCE"]) + 1
    after = service.post.wait_for(
        EMAIL, lambda one: one.method == "REQUEST" and int(one.entry["SEQUENCE"]) == sequence
    )
    assert str(after.entry["UID"]) == str(before.entry["UID"])
    assert after.entry["DTSTART"].dt == before.entry["DTSTART"].dt
    assert str(after.entry["SUMMARY"]) != str(before.entry["SUMMARY"])
    assert "talks with you in place of" in after.text
    page.goto(next(link for link in mine.links if "/cannot/" in link))
    expect(page.get_by_text("not valid")).to_be_visible()
