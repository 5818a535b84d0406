"""An ambassador's calendars as pages: added in three ways, seen, changed, removed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors import jobs
from ambassadors.models import Ambassador
from ambassadors.services import calendars
from tests.calendars import add, elsewhere, meeting
from tests.core.calendar_texts import calendar
from tests.counting import counted
from tests.remote.caldav_servers import PASSWORD, USER, radicale
from tests.web.browser import open_page
from tests.web.staff import DAY, HOUR, as_ambassador, as_coordinator, booked, press

LIST = "/ambassador/calendars"
BAD = "BEGIN:VEVENT\nUID:bad\nSUMMARY:Secret\nDTSTART:never\nEND:VEVENT"


@pytest.fixture
def own(client: FlaskClient, ana: Ambassador) -> FlaskClient:
    return as_ambassador(client, ana)


@pytest.fixture
def tick(app: Flask, session: Session) -> Callable[[], None]:
    def one() -> None:
        session.rollback()
        jobs.tick(app, steps=jobs.OUTSIDE)

    return one


def soon() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 2 * DAY


def test_an_address_is_added_read_and_shown_with_what_could_not_be_read(own, tick):
    page = open_page(own, f"{LIST}/add")
    with elsewhere(meeting(soon()), BAD) as there:
        page = press(own, page, f"{LIST}/add/address", address=there.url, name="Work")
        assert page.url == LIST
        assert "Reading Work… This takes a few seconds; the page renews itself." in page.text
        assert ("meta", {"http-equiv": "refresh", "content": "3"}) in page.tags
        tick()
    page = open_page(own, LIST)
    assert "Address at 127.0.0.1" in page.text
    assert "1 span from 2 events" in page.text
    assert "1 thing could not be read" in page.text
    assert "Event 2" in page.text
    assert "Secret" not in page.text
    assert "renews itself" not in page.text


def test_what_is_no_address_is_refused_with_a_sentence_and_what_was_typed_stays(own):
    page = open_page(own, f"{LIST}/add")
    page = press(own, page, f"{LIST}/add/address", address="ftp://x.example.org", name="Work")
    assert page.status == 422
    assert "The address must begin with https:// or webcal://." in page.text
    form = page.form(f"{LIST}/add/address")
    assert {("address", "ftp://x.example.org"), ("name", "Work")} <= set(form.fields)


def test_a_calendar_of_an_account_is_chosen_in_two_steps(own, tick, tmp_path):
    with radicale(tmp_path) as server:
        server.add_calendar("home", "Home")
        server.put("home", "one", meeting(soon(), uid="one"))
        page = open_page(own, f"{LIST}/add?way=account")
        typed = {"address": server.url(), "user": USER, "password": PASSWORD}
        page = press(own, page, f"{LIST}/add/account", **typed)
        assert "Choose a calendar" in page.text
        assert PASSWORD not in page.html
        page = press(own, page, f"{LIST}/add/calendar", calendar="0")
        tick()
        assert "1 span from 1 event" in open_page(own, LIST).text


def test_an_account_that_does_not_answer_is_said_and_the_password_forgotten(own):
    page = open_page(own, f"{LIST}/add?way=account")
    typed = {"address": "http://127.0.0.1:9/", "user": "ana", "password": "hunter2 hunter2"}
    page = press(own, page, f"{LIST}/add/account", **typed)
    assert page.status == 422
    assert "hunter2" not in page.html


def test_a_choice_that_was_tampered_with_is_none(own):
    page = open_page(own, f"{LIST}/add?way=account")
    [(_, token)] = [
        field for field in page.form(f"{LIST}/add/account").fields if "csrf" in field[0]
    ]
    answer = own.post(
        f"{LIST}/add/calendar", data={"csrf_token": token, "account": "x", "calendar": "0"}
    )
    assert answer.status_code == 422
    assert "Please sign in to the calendar account again." in answer.text


def upload(own: FlaskClient, data: bytes, name: str = "classes.ics") -> str:
    page = open_page(own, f"{LIST}/add?way=file")
    fields = dict(page.form(f"{LIST}/add/file").fields)
    answer = own.post(
        f"{LIST}/add/file", data={**fields, "file": (BytesIO(data), name)}, follow_redirects=True
    )
    return answer.text


def test_a_file_is_read_at_once_and_says_how_far_it_reaches(own):
    text = upload(own, calendar(meeting(soon())))
    assert "“classes” is added: 1 busy times. The file itself is not kept." in text
    assert "upload it again before then" in text
    assert "Choose a calendar file (.ics)." in upload(own, b"")
    assert "This is a web page, not a calendar" in upload(own, b"<!doctype html><p>Hello")
    assert "in your list already" in upload(own, calendar(meeting(soon())))


def test_a_calendar_is_renamed_paused_gone_on_with_and_removed(own, session, ana, tick):
    with elsewhere(meeting(soon())) as there:
        source = add(session, ana, there.url, datetime.now(UTC))
        tick()
    address = f"{LIST}/{source}"
    page = press(own, open_page(own, LIST), f"{address}/rename", name="Lectures")
    assert "The calendar is called “Lectures” now." in page.text
    assert press(own, page, f"{address}/rename", name=" ").status == 422
    page = press(own, page, f"{address}/pause")
    assert "Paused" in page.text
    page = press(own, page, f"{address}/resume")
    page = press(own, page, f"{address}/read")
    assert "“Lectures” is read again." in page.text
    page = press(own, page, f"{address}/remove")
    assert "“Lectures” is removed, and nothing of it is kept." in page.text
    assert "No calendars yet" in page.text


def test_a_calendar_that_cannot_be_read_says_why(own, session, ana, tick):
    with elsewhere() as there:
        there.status = 404
        add(session, ana, there.url, datetime.now(UTC))
        tick()
    text = open_page(own, LIST).text
    assert "127.0.0.1 has no calendar at that address." in text
    assert "Cannot be read" in text


def test_a_clash_is_shown_at_home_on_the_chat_and_to_coordinators(own, app, session, ana, tick):
    start = soon()
    chat = booked(session, ana, start, "Priya Raman")
    with elsewhere(meeting(start - HOUR, 2 * HOUR)) as there:
        add(session, ana, there.url, datetime.now(UTC))
        tick()
    assert "Something has come to lie on a booked chat" in open_page(own, "/ambassador").text
    assert "Your calendar is busy from" in open_page(own, f"/ambassador/chats/{chat.uid}").text
    desk = as_coordinator(app.test_client(), session)
    page = open_page(desk, f"/coordinator/chats/{chat.uid}")
    assert "Ana Almeida’s calendar is busy from" in page.text


def test_the_hours_page_shows_what_is_busy(own, session, ana, tick):
    with elsewhere(meeting(soon(), timedelta(hours=3))) as there:
        add(session, ana, there.url, datetime.now(UTC))
        tick()
    page = open_page(own, "/ambassador/hours")
    assert "busy in your calendars" in page.text
    assert [one for _, one in page.tags if one.get("class") == "given-busy"] != []


def test_a_coordinator_sees_a_calendar_that_is_stale(app, session, ana):
    add(session, ana, "http://127.0.0.1:9/a.ics", datetime.now(UTC) - 2 * DAY)
    desk = as_coordinator(app.test_client(), session)
    page = open_page(desk, f"/coordinator/ambassadors/{ana.id}")
    assert "1 connected; “Work” could not be read so far" in page.text


def test_the_list_asks_as_much_for_one_calendar_as_for_five(own, session, ana):
    numbers = []
    for count in (1, 4):
        for _ in range(count):
            url = f"http://127.0.0.1:9/{len(calendars.list_own(session, ana.id))}.ics"
            add(session, ana, url, datetime.now(UTC))
        with counted() as statements:
            open_page(own, LIST)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
