"""Reports and timesheets as pages and files."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.guarding import pay_week
from ambassadors.core.reporting import Figures
from ambassadors.models import Ambassador
from ambassadors.services import booking
from ambassadors.services.writing import write
from ambassadors.web.charts import draw
from tests.web.browser import open_page, read
from tests.web.staff import DAY, as_ambassador, as_coordinator, booked, press


def held(session: Session, ana: Ambassador, start: datetime, status: str = "completed") -> None:
    chat = booked(session, ana, start, "Wei Chen", email=f"{start:%d%H}@example.org")
    actor = Actor("ambassador", ana.user_id)
    write(session, lambda s: booking.finish(s, chat.uid, status, actor, datetime.now(UTC)))


@pytest.fixture
def week(session: Session, ana: Ambassador) -> str:
    """The first day of a pay week with a chat that took place and a no-show."""
    first = pay_week(datetime.now(UTC).date() - 8 * DAY)
    noon = datetime(first.year, first.month, first.day, 17, tzinfo=UTC) + DAY
    held(session, ana, noon)
    held(session, ana, noon + timedelta(hours=2), "no_show")
    return first.isoformat()


@pytest.mark.parametrize("by", ["week", "term", "track", "country", "zone", "ambassador"])
def test_a_report_has_a_chart_a_table_and_a_file(
    client: FlaskClient, session: Session, week: str, by: str
) -> None:
    desk = as_coordinator(client, session)
    page = open_page(desk, f"/coordinator/reports?by={by}")
    assert (page.status, page.html.count("<rect"), "<desc" in page.html) == (200, 2, True)
    lines = desk.get(page.links_to("/coordinator/reports/table.csv")[0]).text.splitlines()
    assert "2,1,1,0" in [",".join(line.split(",")[-7:-3]) for line in lines]


def test_dates_that_make_no_sense_are_said(client: FlaskClient, session: Session) -> None:
    desk = as_coordinator(client, session)
    page = open_page(desk, "/coordinator/reports?first=2026-02-01&last=2026-01-01")
    assert (page.status, "Choose dates in order" in page.text) == (422, True)
    assert open_page(desk, "/coordinator/reports?first=soon").status == 422
    assert "Nobody asked" in open_page(desk, "/coordinator/reports").text


def test_a_timesheet_has_a_line_for_each_chat_with_its_reason(
    app: Flask, client: FlaskClient, session: Session, ana: Ambassador, week: str
) -> None:
    own = as_ambassador(app.test_client(), ana)
    page = open_page(own, f"/ambassador/timesheet?week={week}")
    assert "45 min in all." in page.text
    assert "Waited for a prospect who did not come" in page.text
    rows = own.get(f"/ambassador/timesheet/week.csv?week={week}").text.splitlines()
    assert [row.split(",")[4:6] for row in rows[1:]] == [
        ["30", "Chat held"],
        ["15", "Waited for a prospect who did not come"],
    ]
    desk = as_coordinator(client, session)
    page = open_page(desk, f"/coordinator/timesheets?week={week}")
    assert "45 min" in page.text
    page = open_page(desk, page.link("Ana Almeida"))
    assert "45 min in all." in page.text


def test_who_works_too_much_elsewhere_is_warned_and_seen(
    app: Flask, client: FlaskClient, session: Session, ana: Ambassador, week: str
) -> None:
    own = as_ambassador(app.test_client(), ana)
    page = open_page(own, "/ambassador/timesheet")
    assert press(own, page, "/ambassador/timesheet", other_hours="many").status == 422
    page = press(own, page, "/ambassador/timesheet", other_hours="20")
    assert "Noted." in page.text
    assert "20 h 45 min in this week" in open_page(own, f"/ambassador/timesheet?week={week}").text
    desk = as_coordinator(client, session)
    assert "Over 20 h" in open_page(desk, f"/coordinator/timesheets?week={week}").text


def test_a_chart_adds_up_to_what_was_booked() -> None:
    rows = [Figures("a", "A", booked=10, held=6, no_shows=1), Figures("b", "B", booked=5, held=5)]
    bars = draw(rows, in_time=False).boxes
    columns = draw(rows, in_time=True).boxes
    for boxes, size in ((bars, "width"), (columns, "height")):
        lengths = [getattr(box, size) for box in boxes]
        assert [box.kind for box in boxes] == ["held", "missed", "rest", "held"]
        assert round(sum(lengths[:3]) / lengths[3], 2) == 2.0


def test_no_file_is_made_of_what_is_no_report(client: FlaskClient, session: Session) -> None:
    desk = as_coordinator(client, session)
    assert read(desk.get("/coordinator/reports/table.csv?by=shoe")).status == 422
