"""Prospects look after a chat that is booked: from their own browser, or by the mailed link."""

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from tests.factories import SECRET, any_uid, make_ambassador, make_chat
from tests.web.browser import open_page, send
from tests.web.test_prospect_booking import choose, confirm, hold, only_chat


def test_another_browser_sees_nothing_of_a_chat(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    make_ambassador(session)
    confirm(client, session, hold(client))
    uid = only_chat(session).uid
    other = app.test_client()
    for path in ("", "/code", "/move", "/cancel"):
        page = open_page(other, f"/chats/{uid}{path}")
        assert (page.status, "Priya" in page.html) == (404, False)
    assert open_page(client, f"/chats/{any_uid()}").status == 404


def test_the_mailed_link_opens_the_chat_anywhere_and_no_other_does(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    ambassador = make_ambassador(session)
    start = datetime.fromisoformat(dict(choose(client).form("/book").fields)["start"])
    chat = make_chat(session, ambassador, start, datetime.now(UTC))
    token = tokens.chat_token(SECRET, "manage", chat.uid, chat.nonce)
    page = open_page(app.test_client(), f"/c/{token}")
    assert (page.url, "Your chat is booked" in page.text) == (f"/chats/{chat.uid}", True)
    feedback = tokens.chat_token(SECRET, "feedback", chat.uid, chat.nonce)
    flipped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    for wrong in (feedback, flipped, "x", token + "A", "%00"):
        assert open_page(app.test_client(), f"/c/{wrong}").status == 404


def test_the_invitation_can_be_downloaded(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    booked = confirm(client, session, hold(client))
    answer = client.get(booked.link("File (.ics)"))
    chat = only_chat(session)
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert (str(event["UID"]), event["DTSTART"].dt) == (chat.uid, chat.starts_at)
    assert answer.headers["Content-Type"].startswith("text/calendar")


def test_a_held_time_has_no_calendar_entry(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    hold(client)
    chat = only_chat(session)
    token = tokens.chat_token(SECRET, "manage", chat.uid, chat.nonce)
    assert open_page(client, f"/chats/{token}/invite.ics").status == 404


def test_moving_to_a_time_that_was_taken_offers_others(
    client: FlaskClient, session: Session
) -> None:
    ambassador = make_ambassador(session)
    booked = confirm(client, session, hold(client))
    page = open_page(client, booked.link("Move it"))
    form = page.forms[-1]
    wanted = form.choices["start"][-1]
    make_chat(session, ambassador, datetime.fromisoformat(wanted), datetime.now(UTC))
    taken = send(client, page, form, start=wanted)
    assert (taken.status, "That time has just been taken." in taken.text) == (409, True)
    assert len([one for one in taken.forms[-1].buttons if one[1] == "start"]) == 3


def test_a_cancelled_chat_cannot_be_moved(client: FlaskClient, session: Session) -> None:
    make_ambassador(session)
    booked = confirm(client, session, hold(client))
    page = open_page(client, booked.link("Cancel it"))
    send(client, page, page.forms[-1])
    refused = open_page(client, booked.link("Move it"))
    assert (refused.status, "was cancelled, so it cannot be changed" in refused.text) == (409, True)
