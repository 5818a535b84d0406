"""After the chat as pages: the ambassador's note and report, the coordinators' lists."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, Chat
from ambassadors.services import concerns, feedback, follow_ups
from ambassadors.services.feedback import Said
from ambassadors.services.writing import write
from tests.counting import counted
from tests.factories import make_user
from tests.web.browser import open_page
from tests.web.staff import DAY, as_ambassador, booked, press, sign_in


def past(session: Session, ana: Ambassador, days: int = 1, **values: object) -> Chat:
    today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return booked(session, ana, today - days * DAY, "Wei Chen", **values)


def say(session: Session, chat: Chat, said: Said) -> None:
    write(session, lambda s: feedback.answer(s, chat.uid, said, datetime.now(UTC)))


def test_an_ambassador_notes_what_was_talked_about_and_a_coordinator_reads_it(
    app: Flask, session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    chat = past(session, ana)
    own = as_ambassador(app.test_client(), ana)
    page = open_page(own, f"/ambassador/chats/{chat.uid}")
    page = press(own, page, f"/ambassador/chats/{chat.uid}/note", note="On the thesis option.")
    assert "Your note is kept." in page.text
    assert "On the thesis option." in page.html
    assert "On the thesis option." in open_page(desk, f"/coordinator/chats/{chat.uid}").text
    admissions = sign_in(app.test_client(), make_user(session, "admissions"))
    assert "thesis option." not in open_page(admissions, f"/coordinator/chats/{chat.uid}").text


def test_an_ambassadors_report_leads_to_a_block_with_the_chats_to_cancel(
    app: Flask, session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    chat = past(session, ana, email="wei@example.org")
    booked(session, ana, chat.starts_at + 3 * DAY, "Wei Chen", email="wei+2@example.org")
    own = as_ambassador(app.test_client(), ana)
    page = open_page(own, f"/ambassador/chats/{chat.uid}")
    press(own, page, f"/ambassador/chats/{chat.uid}/report", concern="He shouted.")
    page = open_page(desk, "/coordinator/concerns")
    assert "He shouted." in page.text
    page = open_page(desk, page.link("Block Wei Chen…"))
    assert dict(page.form("/coordinator/blocks", "POST").fields)["email"] == "wei@example.org"
    page = press(desk, page, "/coordinator/blocks", reason="Shouted at Ana.")
    assert (page.url, "wei+2@example.org" in page.text) == ("/coordinator/blocks/1", True)
    page = press(desk, page, "/coordinator/blocks/1/lift")
    assert "Let in again" in page.text
    page = open_page(desk, "/coordinator/concerns")
    page = press(desk, page, "/coordinator/concerns/1/close", note="Blocked for a day.")
    assert "Nothing waits to be looked into." in page.text
    closed = open_page(desk, "/coordinator/concerns?state=closed")
    assert "Blocked for a day." in closed.text


def test_what_a_prospect_reports_is_never_shown_to_the_ambassador(
    app: Flask, session: Session, ana: Ambassador
) -> None:
    chat, now = past(session, ana), datetime.now(UTC)
    say(session, chat, Said("talked", 2, "A secret wish"))
    write(session, lambda s: concerns.report(s, chat, "prospect", "She was rude", now))
    page = open_page(as_ambassador(app.test_client(), ana), f"/ambassador/chats/{chat.uid}")
    assert [words in page.html for words in ("A secret wish", "She was rude")] == [False, False]
    assert "answered the questions afterwards" in page.text


def test_where_both_sides_differ_a_coordinator_decides(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    chat = past(session, ana)
    say(session, chat, Said("ambassador-missed"))
    page = open_page(desk, "/coordinator/concerns")
    assert "Did they talk?" in page.text
    form = page.form(f"/coordinator/chats/{chat.uid}/settle")
    page = press(desk, page, form.action, verdict="talked")
    assert "Did they talk?" not in page.text
    session.expire_all()
    assert session.get_one(Chat, chat.id).status == "completed"
    assert "Decided they talked" in open_page(desk, f"/coordinator/chats/{chat.uid}").text


def test_follow_ups_are_done_one_by_one_and_exported(
    session: Session, desk: FlaskClient, ana: Ambassador
) -> None:
    chat = past(session, ana)
    say(session, chat, Said("talked", 5, "=How much is it?"))
    write(session, lambda s: follow_ups.ask_for(s, chat, True, datetime.now(UTC)))
    page = open_page(desk, "/coordinator/follow-ups")
    assert "=How much is it?" in page.text
    assert "'=How much is it?" in desk.get("/coordinator/follow-ups.csv?state=open").text
    page = press(desk, page, "/coordinator/follow-ups/1/done")
    assert "Nobody waits to be written to." in page.text
    assert "Wei Chen" in open_page(desk, "/coordinator/follow-ups?state=done").text


@pytest.mark.parametrize("address", ["/coordinator/follow-ups", "/coordinator/concerns"])
def test_a_list_of_three_asks_as_much_as_a_list_of_one(
    session: Session, desk: FlaskClient, ana: Ambassador, address: str
) -> None:
    asked = []
    for days in ((1,), (2, 3)):
        for day in days:
            chat = past(session, ana, day, email=f"p{day}@example.org")
            say(session, chat, Said("ambassador-missed"))
            now = datetime.now(UTC)
            write(session, lambda s, c=chat, n=now: follow_ups.ask_for(s, c, True, n))
            write(session, lambda s, c=chat, n=now: concerns.report(s, c, "prospect", "Hm.", n))
        session.expire_all()
        with counted() as statements:
            open_page(desk, address)
        asked.append(len(statements))
    assert asked[0] == asked[1]
