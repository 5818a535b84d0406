"""A file of ambassadors: looked at, brought in by the tick, or not at all."""

import io
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, RosterImport, User
from ambassadors.services import importing, matching
from ambassadors.services.assignment import Runner
from ambassadors.services.writing import write
from tests.factories import load_vocabulary
from tests.web.browser import Page, open_page, read
from tests.web.staff import press

ROSTER = "/coordinator/ambassadors"
HEADER = "name,email,time_zone,hours,weekly_cap,track"


def found(session: Session) -> set[str]:
    """Whom matching finds."""
    session.rollback()
    return {one.name for one in matching.load_profiles(session)}


def upload(desk: FlaskClient, page: Page, text: str) -> Page:
    """Sends a file with the form for files."""
    fields = dict(page.form(f"{ROSTER}/import", "POST").fields)
    data = {**fields, "file": (io.BytesIO(text.encode()), "people.csv")}
    return read(desk.post(f"{ROSTER}/import", data=data, follow_redirects=True))


def rows(count: int, bad: dict[int, str] | None = None) -> str:
    """A file of so many people; `bad` are other lines, by their number."""
    lines = [HEADER] + [
        f"Person {n},person-{n}@example.edu,America/New_York,Mon 09:00-12:00,8,thesis"
        for n in range(2, count + 2)
    ]
    for number, line in (bad or {}).items():
        lines[number - 1] = line
    return "\n".join(lines) + "\n"


def test_five_thousand_rows_with_three_bad_ones_name_them_and_import_nobody(
    session: Session, desk: FlaskClient
) -> None:
    load_vocabulary(session)
    bad = {
        17: "Mars,mars@example.edu,Mars/Olympus,,8,thesis",
        2500: "Nobody,no address,America/New_York,,8,thesis",
        4999: "Late,late@example.edu,America/New_York,Mon 12:00-09:00,8,thesis",
    }
    page = upload(desk, open_page(desk, f"{ROSTER}/import"), rows(5000, bad))
    assert (page.status, "Nothing was imported: 3 rows are bad" in page.text) == (422, True)
    for words in ("17 time_zone", "2500 email", "4999 hours"):
        assert words in page.text
    assert session.scalars(select(Ambassador.id)).all() == []
    assert session.scalars(select(RosterImport.id)).all() == []


def test_a_good_file_is_looked_at_and_brought_in_by_the_tick(
    session: Session, desk: FlaskClient, today: datetime
) -> None:
    load_vocabulary(session)
    page = upload(desk, open_page(desk, f"{ROSTER}/import"), rows(3))
    assert ("3 new, 0 updated." in page.text, "Person 2" in page.text) == (True, True)
    page = press(desk, page, f"{page.url}/start")
    assert "Waiting to be started" in page.text
    assert importing.run_queued(session, Runner("a test", today)) == 1
    page = open_page(desk, page.url)
    assert "people.csv: 3 added, 0 updated." in page.text
    kept = session.scalars(select(RosterImport)).one()
    assert (kept.status, kept.content, len(found(session))) == ("done", b"", 3)


def test_a_file_that_no_longer_fits_fails_with_a_sentence_and_imports_nobody(
    session: Session, desk: FlaskClient, today: datetime
) -> None:
    load_vocabulary(session)
    page = upload(desk, open_page(desk, f"{ROSTER}/import"), rows(3))
    page = press(desk, page, f"{page.url}/start")
    session.add(
        User(
            email="person-3@example.edu",
            name="A coordinator",
            role="coordinator",
            session_key="k",
            created_at=today,
        )
    )
    session.commit()
    importing.run_queued(session, Runner("a test", today))
    page = open_page(desk, page.url)
    assert "line 3, email: This address has an account that is no ambassador's." in page.text
    assert found(session) == set()


def test_an_import_whose_process_died_twice_has_failed(
    session: Session, desk: FlaskClient, today: datetime
) -> None:
    load_vocabulary(session)
    page = upload(desk, open_page(desk, f"{ROSTER}/import"), rows(3))
    press(desk, page, f"{page.url}/start")
    later = Runner("a test", today, clock=lambda: today + timedelta(days=2))
    for _ in range(2):  # two processes that claim it, and are never heard of again
        assert write(session, lambda s: importing.claim(s, later)) == 1
        row = importing.find(session, 1)
        row.lease_until = today
        session.commit()
    importing.run_queued(session, later)
    assert importing.STOPPED_TWICE in open_page(desk, page.url).text
