"""People to do faults to: ambassadors who are always open, and chats booked with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.extensions import db
from ambassadors.models import Chat
from config import Settings
from tests.factories import make_ambassador, make_chat

ALWAYS = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)
A_DAY, DAYS = 5, 4  # chats that one ambassador is given
HOURS_APART = 3


@contextmanager
def service(settings: Settings) -> Iterator[Flask]:
    """The app in this process, its context pushed."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def soon(now: datetime) -> datetime:
    """A full hour, two days ahead: no reminder of a chat then is due yet."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=50)


def add_ambassador(session: Session, number: int) -> int:
    """One who is open day and night; the id."""
    name = f"Ambassador {number}"
    return make_ambassador(session, name, ALWAYS, daily_cap=24, weekly_cap=100).id


def book_chats(session: Session, count: int, now: datetime) -> list[Chat]:
    """Chats booked at `now`: two mails are due for each, its reminders later."""
    chats = []
    while len(chats) < count:
        who = make_ambassador(session, f"Ana {len(chats)}", ALWAYS, daily_cap=24, weekly_cap=100)
        for number in range(min(A_DAY, count - len(chats))):
            start = soon(now) + number * timedelta(hours=HOURS_APART)
            chats.append(make_chat(session, who, start, now))
    session.rollback()
    return chats


def places(session: Session, count: int, now: datetime) -> list[tuple[int, datetime]]:
    """As many (ambassador, start) as there are bookings to come; no two in each other's way."""
    found: list[tuple[int, datetime]] = []
    while len(found) < count:
        who = add_ambassador(session, len(found))
        found += [
            (who, soon(now) + timedelta(days=day, hours=HOURS_APART * hour))
            for day in range(DAYS)
            for hour in range(A_DAY)
        ]
    session.rollback()
    return found[:count]


def body_of(place: tuple[int, datetime], number: int) -> dict[str, object]:
    """What a client posts to book."""
    return {
        "ambassador": place[0],
        "start": place[1].astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "minutes": 30,
        "prospect": {
            "name": "Priya Raman",
            "email": f"booked-{number}@example.org",
            "time_zone": "Asia/Kolkata",
        },
        "interests": ["track/thesis"],
    }


def database_file(settings: Settings) -> Path:
    """Where SQLite keeps it."""
    return Path(settings.database_url.removeprefix("sqlite:///"))
