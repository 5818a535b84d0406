"""Several schedulers read calendars on a real PostgreSQL: each once, by whoever was first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models import CalendarSource, Notice
from ambassadors.remote.guard import DEVELOPMENT
from ambassadors.services import calendars
from ambassadors.services.calendars import Reader
from ambassadors.services.diary import slots_of
from ambassadors.services.offerings import OFFERINGS
from ambassadors.services.versions import data_version
from config import Settings
from tests.calendars import SEALER, add, elsewhere, meeting
from tests.factories import make_ambassador, make_chat

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


def test_racing_schedulers_read_each_calendar_once_and_tell_each_clash_once(
    postgres_settings: Settings, now: datetime
) -> None:
    app = create_app(postgres_settings)

    def run(at: datetime, owner: str) -> tuple[int, int]:
        with app.app_context():
            session = db.session()
            reader = Reader(owner, at, SEALER, DEVELOPMENT)
            read, told = calendars.refresh_due(session, reader), calendars.tell_clashes(session, at)
            db.session.remove()
            return read, told

    with app.app_context(), elsewhere(meeting(WEDNESDAY)) as there:
        session = db.session()
        people = [make_ambassador(session, f"Ana {n}") for n in range(6)]
        for who in people:
            make_chat(session, who, WEDNESDAY, now)
            add(session, who, there.url, now)
        with ThreadPoolExecutor(3) as pool:
            counts = list(pool.map(lambda owner: run(now, owner), "abc"))
        assert [sum(column) for column in zip(*counts, strict=True)] == [6, 6]
        assert len(there.asked) == 6
        kinds = select(Notice).where(Notice.kind == "calendar-clash")
        assert len(session.scalars(kinds).all()) == 6
        assert slots_of(session, people[0].id, WEDNESDAY, WEDNESDAY + TEN, 30, now) == []
        version, kept = data_version(session), OFFERINGS.read(session)
        session.rollback()
        run(now + TEN, "d")
        assert (data_version(session), OFFERINGS.read(session)) == (version, kept)
        session.rollback()
        calendars.pause(session, people[0].id, session.scalars(select(CalendarSource.id)).first())
        session.commit()
        assert data_version(session) > version
        db.session.remove()
        db.engine.dispose()
