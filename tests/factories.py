"""Rows for tests: only what a test does not name gets a default."""

import itertools
import secrets
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.hours import parse_weekly
from ambassadors.core.programme_file import parse_programme
from ambassadors.models import Ambassador, Chat, Family, Interest, Prospect, User, WeeklyHours
from ambassadors.services import booking, programme
from ambassadors.services.booking import Order
from ambassadors.services.writing import write

numbers = itertools.count(1)
WORKING_WEEK = "Mon 09:00-17:00; Tue 09:00-17:00; Wed 09:00-17:00; Thu 09:00-17:00; Fri 09:00-17:00"
LONG_AGO = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
SECRET = "a secret of the tests, long enough to be taken"

VOCABULARY: dict[str, Any] = {
    "programme": {"name": "MS in Testing", "short": "TEST", "time_zone": "America/New_York"},
    "family": [
        {
            "key": "research-center",
            "label": "Research center",
            "role": "core",
            "items": [
                {"key": "kostas", "label": "Kostas Research Center"},
                {"key": "robotics", "label": "Institute for Experiential Robotics"},
            ],
        },
        {
            "key": "track",
            "label": "Track",
            "role": "core",
            "items": [
                {"key": "thesis", "label": "Thesis option"},
                {"key": "project", "label": "Project option"},
            ],
        },
        {
            "key": "industry",
            "label": "Industry",
            "role": "core",
            "items": [
                {"key": "aerospace", "label": "Aerospace"},
                {"key": "automotive", "label": "Automotive"},
            ],
        },
        {
            "key": "topic",
            "label": "Topic",
            "role": "detail",
            "items": [{"key": "additive", "label": "Additive manufacturing (3D printing)"}],
        },
    ],
}


def load_vocabulary(session: Session) -> None:
    """A small vocabulary, once."""
    assert parse_programme(VOCABULARY)
    if session.scalar(select(Family.id).limit(1)) is None:
        write(session, lambda s: programme.load(s, VOCABULARY, LONG_AGO))


def make_user(session: Session, role: str = "coordinator", **values: Any) -> User:
    """Somebody with an account, without a password unless one is given as `password_hash`."""
    number = next(numbers)
    user = User(
        **{
            "email": f"{role}-{number}@example.edu",
            "name": f"{role.title()} {number}",
            "role": role,
            "session_key": secrets.token_urlsafe(16),
            "created_at": LONG_AGO,
            **values,
        }
    )
    write(session, lambda s: s.add(user))
    return user


def make_ambassador(
    session: Session,
    name: str = "Ana Almeida",
    hours: str = WORKING_WEEK,
    interests: Iterable[str] = ("track/thesis", "research-center/kostas", "industry/aerospace"),
    **values: Any,
) -> Ambassador:
    """An active ambassador in Boston, Monday to Friday nine to five."""
    load_vocabulary(session)
    user = make_user(session, "ambassador", name=name)
    wanted = set(interests)

    def work(session: Session) -> Ambassador:
        known = session.scalars(select(Interest).join(Family))
        row = Ambassador(
            **{
                "user_id": user.id,
                "status": "active",
                "time_zone": "America/New_York",
                "languages": ["en"],
                "meeting_url": "https://meet.example.edu/ana",
                "feed_secret": secrets.token_urlsafe(32),
                "created_at": LONG_AGO,
                **values,
            }
        )
        row.interests = [one for one in known if f"{one.family.key}/{one.key}" in wanted]
        row.weekly_hours = [
            WeeklyHours(weekday=span.weekday, start_minute=span.start, end_minute=span.end)
            for span in parse_weekly(hours)
        ]
        session.add(row)
        session.flush()
        return row

    return write(session, work)


def order(ambassador: Ambassador, start: datetime, **values: Any) -> Order:
    """What a prospect in Kolkata asks to book."""
    number = next(numbers)
    return Order(
        **{
            "ambassador_id": ambassador.id,
            "start": start,
            "minutes": 30,
            "name": "Priya Raman",
            "email": f"priya-{number}@example.org",
            "zone": "Asia/Kolkata",
            "interests": ("track/thesis",),
            "question": "How does one find a thesis adviser?",
            **values,
        }
    )


def make_chat(
    session: Session, ambassador: Ambassador, start: datetime, now: datetime, **values: Any
) -> Chat:
    """A confirmed chat, booked at `now`."""
    return write(
        session, lambda s: booking.hold(s, order(ambassador, start, **values), now, verify=False)
    )


def make_hold(
    session: Session, ambassador: Ambassador, start: datetime, now: datetime, **values: Any
) -> Chat:
    """A hold, made at `now`."""
    return write(
        session, lambda s: booking.hold(s, order(ambassador, start, **values), now, verify=True)
    )


def make_prospect(session: Session, email: str = "pat@example.org") -> Prospect:
    """A prospect, as a booking would make one."""
    row = Prospect(email=email, name="Pat", time_zone="Asia/Kolkata", created_at=LONG_AGO)
    write(session, lambda s: s.add(row))
    return row


def any_uid() -> str:
    """The UID of no chat."""
    return str(uuid.uuid4())
