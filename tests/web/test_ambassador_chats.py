"""An ambassador's chats as pages: to come, to be marked, moved, cancelled; and the feed."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.models import Ambassador, Chat
from ambassadors.services import booking, oversight
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_hold
from tests.web.browser import open_page, read, send
from tests.web.staff import ALWAYS, DAY, as_ambassador, booked


@pytest.fixture
def ana(session: Session) -> Ambassador:
    return make_ambassador(session, hours=ALWAYS, notice_minutes=0, daily_cap=9, horizon_days=60)


@pytest.fixture
def own(client: FlaskClient, ana: Ambassador) -> FlaskClient:
    return as_ambassador(client, ana)


def fresh(session: Session, chat: Chat) -> Chat:
    session.expire_all()
    return session.get_one(Chat, chat.id)


def test_the_first_page_shows_what_is_to_come_with_question_and_both_clocks(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    start = today + 3 * DAY
    booked(session, ana, start, "Priya Raman", question="Which lab?", zone="Asia/Kolkata")
    page = open_page(own, "/ambassador")
    assert page.status == 200
    for words in ("Priya Raman", "Which lab?", "Boston", "Kolkata", "30 minutes"):
        assert words in page.text


def test_holds_are_nobodys_yet(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    held = make_hold(session, ana, today + DAY, datetime.now(UTC), name="Secret Holder")
    assert "Secret Holder" not in open_page(own, "/ambassador").text
    assert open_page(own, f"/ambassador/chats/{held.uid}").status == 404


def test_nothing_to_come_says_so(own: FlaskClient) -> None:
    assert "No chats to come" in open_page(own, "/ambassador").text
    assert "No past chats" in open_page(own, "/ambassador/chats").text


@pytest.mark.parametrize(
    ("button", "status", "said"),
    [
        ("Completed", "completed", "Marked as completed."),
        ("No-show", "no_show", "Marked as a no-show."),
    ],
)
def test_a_chat_that_is_over_is_marked_from_the_first_page(
    session: Session,
    own: FlaskClient,
    ana: Ambassador,
    today: datetime,
    button: str,
    status: str,
    said: str,
) -> None:
    chat = booked(session, ana, today - DAY, "Wei Chen")
    page = open_page(own, "/ambassador")
    page = send(own, page, page.form(f"/ambassador/chats/{chat.uid}/finish"), button)
    assert (page.url, said in page.text, "How did it go?" in page.text) == (
        "/ambassador",
        True,
        False,
    )
    assert fresh(session, chat).status == status
    past = open_page(own, "/ambassador/chats")
    assert "Wei Chen" in past.text


def test_a_wrong_mark_is_corrected_on_the_chats_own_page(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today - DAY, "Wei Chen")
    address = f"/ambassador/chats/{chat.uid}"
    for button, status in (("Completed", "completed"), ("No-show", "no_show")):
        page = open_page(own, address)
        page = send(own, page, page.form(f"{address}/finish"), button)
        assert (page.url, fresh(session, chat).status) == (address, status)


def test_a_chat_to_come_cannot_be_marked(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + DAY, "Wei Chen")
    page = open_page(own, f"/ambassador/chats/{chat.uid}")
    address = f"/ambassador/chats/{chat.uid}/finish"
    assert address not in [form.action for form in page.forms]
    token = dict(page.form("/sign-out").fields)["csrf_token"]
    refused = read(own.post(address, data={"csrf_token": token, "status": "completed"}))
    assert (refused.status, fresh(session, chat).status) == (409, "confirmed")


def test_a_chat_is_moved_with_a_reason(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Wei Chen")
    address = f"/ambassador/chats/{chat.uid}"
    page = open_page(own, f"{address}/move?week={(today + 9 * DAY).date()}")
    form = page.form(f"{address}/move")
    start = form.choices["start"][3]
    page = send(own, page, form, start=start, reason="A lecture came up.")
    moved = fresh(session, chat)
    assert (page.url, moved.starts_at, moved.sequence) == (
        address,
        datetime.fromisoformat(start),
        1,
    )
    assert "A lecture came up." in page.text
    change = oversight.tell_story(session, chat.uid).changes[-1]
    assert (change.action, change.actor, change.user_id) == ("moved", "ambassador", ana.user_id)


@pytest.mark.parametrize(
    ("start", "status", "sentence"),
    [
        ("", 422, "Choose a time from the list."),
        ("2027-02-31T10:00:00Z", 422, "Choose a time from the list."),
        ("2027-03-01T10:00:00", 422, "That time has no time zone"),
        ("2020-03-01T10:00:00Z", 422, "That time has passed."),
        ("2199-03-01T10:00:00Z", 422, "Chats can be booked at most 60 days ahead."),
    ],
)
def test_a_start_that_is_none_is_refused_with_the_reason_typed_kept(
    session: Session,
    own: FlaskClient,
    ana: Ambassador,
    today: datetime,
    start: str,
    status: int,
    sentence: str,
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Wei Chen")
    address = f"/ambassador/chats/{chat.uid}/move"
    page = open_page(own, f"{address}?week={(today + 9 * DAY).date()}")
    page = send(own, page, page.form(address), start=start, reason="A lecture.")
    assert (page.status, sentence in page.text) == (status, True)
    assert fresh(session, chat).version == 1


def test_a_taken_time_is_refused_with_others_near_it(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + 2 * DAY, "Wei Chen")
    booked(session, ana, today + 3 * DAY, "Priya Raman")
    address = f"/ambassador/chats/{chat.uid}/move"
    page = open_page(own, f"{address}?week={(today + 9 * DAY).date()}")
    taken = (today + 3 * DAY).isoformat()
    page = send(own, page, page.form(address), start=taken, reason="A lecture.")
    assert page.status == 409
    assert "That time has just been taken." in page.text
    assert "Free near it:" in page.text


def test_a_chat_is_cancelled_with_a_reason(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + DAY, "Wei Chen")
    address = f"/ambassador/chats/{chat.uid}"
    page = open_page(own, f"{address}/cancel")
    too_long = send(own, page, page.form(f"{address}/cancel"), reason="x" * 1001)
    assert (too_long.status, "longer than 1000" in too_long.text) == (422, True)
    page = send(own, page, page.form(f"{address}/cancel"), reason="I am ill.")
    assert (page.url, fresh(session, chat).status) == (address, "cancelled")
    assert "I am ill." in page.text
    assert open_page(own, f"{address}/move").status == 409


def test_an_ambassador_never_sees_a_prospects_address(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + DAY, "Wei Chen", email="wei@example.org")
    for address in ("", f"/chats/{chat.uid}", f"/chats/{chat.uid}/cancel", "/chats"):
        assert "wei@example.org" not in open_page(own, f"/ambassador{address}").html


def test_a_chat_that_was_handed_over_is_gone(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    bo = make_ambassador(session, "Bo Li", hours=ALWAYS, notice_minutes=0)
    chat = booked(session, ana, today + DAY, "Wei Chen")
    page = open_page(own, f"/ambassador/chats/{chat.uid}/cancel")
    now = datetime.now(UTC)
    write(session, lambda s: booking.hand_over(s, chat.uid, bo.id, Actor("service"), now))
    form = page.form(f"/ambassador/chats/{chat.uid}/cancel")
    assert send(own, page, form).status == 404
    assert fresh(session, chat).status == "confirmed"


def test_typed_text_is_shown_as_text(
    session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today + DAY, "Wei Chen", question="<script>alert(1)</script>")
    assert "<script>alert(1)" not in open_page(own, "/ambassador").html


def test_somebody_paused_is_told_so(session: Session, own: FlaskClient, ana: Ambassador) -> None:
    ana.status = "inactive"
    session.commit()
    assert "has paused your profile" in open_page(own, "/ambassador").text


def test_somebody_new_is_told_what_is_missing(session: Session, client: FlaskClient) -> None:
    new = make_ambassador(session, "Nora New", hours="", interests=[], meeting_url="")
    page = open_page(as_ambassador(client, new), "/ambassador")
    assert page.links_to("/ambassador/profile#")[:2] == [
        "/ambassador/profile#interests",
        "/ambassador/profile#meeting_url",
    ]


def feed_address(own: FlaskClient) -> str:
    page = open_page(own, "/ambassador/feed")
    address = next(tag["value"] for name, tag in page.tags if tag.get("id") == "address")
    return str(address).removeprefix("http://localhost")


def test_the_feed_holds_booked_chats_and_answers_304_until_something_changes(
    app: Flask, session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    chat = booked(session, ana, today + DAY, "Wei Chen", email="wei@example.org")
    off = booked(session, ana, today + 2 * DAY, "Priya Raman")
    now = datetime.now(UTC)
    write(session, lambda s: booking.cancel(s, off.uid, Actor("service"), now))
    make_hold(session, ana, today + 3 * DAY, now)
    address = feed_address(own)
    stranger = app.test_client()
    answer = stranger.get(address)
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [(str(e["UID"]), str(e["SUMMARY"]), e.start) for e in events] == [
        (chat.uid, "Chat with Wei Chen (prospective student)", chat.starts_at)
    ]
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert b"wei@example.org" not in answer.data
    again = stranger.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    write(session, lambda s: booking.cancel(s, chat.uid, Actor("service"), now))
    changed = stranger.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (changed.status_code, Calendar.from_ical(changed.data).walk("VEVENT")) == (200, [])


def test_an_unchanged_feed_has_the_same_bytes(
    app: Flask, session: Session, own: FlaskClient, ana: Ambassador, today: datetime
) -> None:
    booked(session, ana, today + DAY, "Wei Chen")
    address = feed_address(own)
    assert app.test_client().get(address).data == app.test_client().get(address).data


def test_a_renewed_feed_has_another_address_and_the_old_one_is_none(
    own: FlaskClient, ana: Ambassador
) -> None:
    before = feed_address(own)
    page = open_page(own, "/ambassador/feed")
    send(own, page, page.form("/ambassador/feed"))
    after = feed_address(own)
    assert [own.get(one).status_code for one in (before, after)] == [404, 200]
