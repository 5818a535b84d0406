"""Somebody looks at times: calendars that are stale are read sooner."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, CalendarSource
from ambassadors.services.writing import write
from tests.calendars import add
from tests.factories import make_ambassador
from tests.web.browser import open_page

MINUTE = timedelta(minutes=1)


def make_source(session: Session, ambassador: Ambassador, tried: timedelta) -> datetime:
    """A calendar that was tried so long ago; when it is due."""
    now = datetime.now(UTC)
    add(session, ambassador, "https://calendar.example.org/secret.ics", now)

    def work(session: Session) -> datetime:
        source = session.scalars(select(CalendarSource)).one()
        source.tried_at, source.next_at = now - tried, now + 10 * MINUTE - tried
        return source.next_at

    return write(session, work)


def due(session: Session) -> datetime:
    session.rollback()
    return session.scalars(select(CalendarSource.next_at)).one()


def look(client: FlaskClient, ambassador: Ambassador) -> int:
    return client.post(f"/ambassadors/{ambassador.id}/looked").status_code


def test_a_calendar_that_is_stale_is_read_at_once(client, session):
    ana = make_ambassador(session)
    make_source(session, ana, 3 * MINUTE)
    assert look(client, ana) == 204
    assert due(session) <= datetime.now(UTC)


def test_one_that_was_read_just_now_is_left_alone(client, session):
    ana = make_ambassador(session)
    planned = make_source(session, ana, MINUTE)
    assert look(client, ana) == 204
    assert due(session) == planned


def test_getting_the_page_changes_nothing_but_its_script_knows_where_to_say_so(client, session):
    ana = make_ambassador(session)
    planned = make_source(session, ana, 3 * MINUTE)
    page = open_page(client, f"/ambassadors/{ana.id}")
    assert f'data-looked="/ambassadors/{ana.id}/looked"' in page.html
    assert due(session) == planned


def test_looking_at_nobody_is_nothing(client):
    assert client.post("/ambassadors/999/looked").status_code == 204
    assert client.post("/ambassadors/99999999999999999999/looked").status_code == 404
