"""Many chats at once, saved filters, and the ledger's pages, as a coordinator uses them."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors import jobs
from ambassadors.models import Ambassador, Bulk, Chat, Notice, SavedFilter
from tests.web.browser import open_page, send
from tests.web.staff import DAY, booked, press

HOUR = timedelta(hours=1)


@pytest.fixture
def two(session: Session, ana: Ambassador, today: datetime) -> list[Chat]:
    return [booked(session, ana, today + n * DAY, f"Prospect {n}") for n in (1, 2)]


def test_a_filter_is_saved_renamed_and_deleted(
    session: Session, desk: FlaskClient, two: list[Chat]
) -> None:
    page = open_page(desk, "/coordinator/chats?status=confirmed&page=1")
    page = press(desk, page, "/coordinator/filters", name="Booked")
    assert "The filter is saved" in page.text
    row = session.scalars(select(SavedFilter)).one()
    assert (row.name, row.query) == ("Booked", "status=confirmed")
    page = press(desk, page, "/coordinator/filters", name="Booked")
    assert (page.status, page.text.count("There is a filter called “Booked” already.")) == (409, 2)
    page = press(desk, page, f"/coordinator/filters/{row.id}", name="All booked")
    assert page.link("All booked") == "/coordinator/chats?status=confirmed"
    session.expire_all()
    assert row.name == "All booked"
    page = press(desk, page, f"/coordinator/filters/{row.id}", act="remove")
    session.expire_all()
    assert session.scalars(select(SavedFilter)).all() == []
    assert "The filter “All booked” is gone." in page.text
    press(desk, page, "/coordinator/filters")  # The first form that goes there is the undo.
    row = session.scalars(select(SavedFilter)).one()
    assert (row.name, row.query) == ("All booked", "status=confirmed")


def test_chosen_chats_are_looked_at_then_cancelled_by_the_scheduler(
    app: Flask, session: Session, desk: FlaskClient, two: list[Chat]
) -> None:
    page = open_page(desk, "/coordinator/chats")
    query = f"uid={two[0].uid}&uid={two[1].uid}&action=cancel&reason=A+storm"
    page = open_page(desk, f"/coordinator/bulk?{query}")
    assert ("Cancel 2 chats?" in page.text, "4 mails will go out" in page.text) == (True, True)
    session.expire_all()
    assert {chat.status for chat in two} == {"confirmed"}
    page = press(desk, page, "/coordinator/bulk")
    assert "Waiting to be started" in page.text
    session.rollback()
    jobs.tick(app)
    session.rollback()
    page = open_page(desk, page.url)
    assert "2 done, 0 left as they were." in page.text
    session.expire_all()
    assert {chat.status for chat in two} == {"cancelled"}


def test_all_of_a_list_can_be_chosen(session: Session, desk: FlaskClient, two: list[Chat]) -> None:
    page = open_page(desk, "/coordinator/chats?q=prospect")
    form = page.form("/coordinator/bulk")
    page = send(desk, page, form, all="1", action="move", hours="1.5")
    assert ("Move 2 chats?" in page.text, "To " in page.text) == (True, True)
    press(desk, page, "/coordinator/bulk")
    assert session.scalars(select(Bulk.shift_minutes)).all() == [90]


def test_a_mail_is_shown_as_it_was_sent_and_exported(
    app: Flask, session: Session, desk: FlaskClient, two: list[Chat]
) -> None:
    session.rollback()
    jobs.tick(app)
    session.rollback()
    number = session.scalars(
        select(Notice.id).where(Notice.state == "sent", Notice.recipient == "prospect")
    ).first()
    page = open_page(desk, f"/coordinator/mail/{number}")
    for words in ("As it was sent", "Message-ID", "METHOD:REQUEST", "Accepted", "xxxxxxxx"):
        assert words in page.text
    links = page.links_to(f"/coordinator/mail/{number}/")
    shown = desk.get(links[0])
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    raw = desk.get(links[1])
    assert (raw.mimetype, b"Message-ID:" in raw.data) == ("message/rfc822", True)
    lines = desk.get("/coordinator/mail.csv?kind=invitation").text.splitlines()
    assert (len(lines), lines[0].split(",")[:3]) == (5, ["due", "sent", "mail"])
