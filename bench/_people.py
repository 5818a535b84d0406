"""A database to measure on: migrated, with the AIM vocabulary, ambassadors and chats to come."""

import contextlib
import random
import secrets
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors import create_app
from ambassadors.cli.setting_up import VOCABULARY
from ambassadors.core.hours import parse_weekly
from ambassadors.core.slots import starts
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.extensions import db
from ambassadors.models import Ambassador, Chat, Interest, Prospect, User, WeeklyHours
from ambassadors.services import programme
from ambassadors.services.booking.places import place_of
from ambassadors.services.diary import load_diaries
from ambassadors.services.writing import write
from config import ROOT, read_settings

ZONES = (
    *("America/New_York", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Europe/Berlin", "Asia/Kolkata", "Asia/Shanghai"),
)
SPOKEN = (["en"], ["en", "hi"], ["en", "zh"], ["en", "es"], ["en", "de"], ["en", "pt"])
RARE = "certificate/engineering-leadership"  # what exactly so many of them have
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALWAYS = "; ".join(f"{day} 00:00-24:00" for day in WEEKDAYS)
HORIZON = 30


@contextlib.contextmanager
def service(database_url: str, folder: Path) -> Iterator[Flask]:
    """The app on a database, in this process, its context pushed."""
    env = {"DATABASE_URL": database_url, "SECRET_KEY": "a secret of the benchmarks, long enough"}
    app = create_app(read_settings(env, instance=folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def prepare(database_url: str, folder: Path) -> None:
    """Migrations and the vocabulary."""
    with service(database_url, folder):
        upgrade(str(ROOT / "migrations"))
        document = tomllib.loads(VOCABULARY.read_text("utf-8"))
        write(db.session(), lambda session: programme.load(session, document, datetime.now(UTC)))


def add_ambassadors(session: Session, count: int, rare: int) -> None:
    """Split weeks in several zones, seven interests each, three chats to come; `rare` share one."""
    chance = random.Random(2026)
    known = {f"{one.family.key}/{one.key}": one for one in session.scalars(select(Interest))}
    special = known.pop(RARE)
    holders = set(chance.sample(range(count), rare))
    for number in range(count):
        row = make_ambassador(number, split_week(chance), chance.choice(ZONES))
        row.languages = chance.choice(SPOKEN)
        row.interests = chance.sample(list(known.values()), 7)
        row.interests += [special] if number in holders else []
        session.add(row)
    session.flush()
    add_chats(session, session.scalars(select(Ambassador)).all(), chance)


def split_week(chance: random.Random) -> str:
    """Five days; a morning each, and on some an afternoon."""
    spans = []
    for day in chance.sample(WEEKDAYS, 5):
        begin = chance.randrange(8, 11)
        spans.append(f"{day} {begin:02}:00-{begin + 2:02}:30")
        if chance.random() < 0.6:
            spans.append(f"{day} {begin + 4:02}:00-{begin + 7:02}:00")
    return "; ".join(spans)


def make_ambassador(number: int, hours: str, zone: str, **values: int) -> Ambassador:
    """One active ambassador, not yet added."""
    user = User(
        email=f"ambassador-{number}@example.edu", name=f"Ambassador Number {number}",
        role="ambassador", session_key=secrets.token_urlsafe(16), created_at=datetime.now(UTC),
    )  # fmt: skip
    row = Ambassador(
        user=user, status="active", time_zone=zone, horizon_days=HORIZON,
        bio="I came from industry and like to talk about the thesis, the lab and co-op.",
        meeting_url=f"https://meet.example.edu/{number}", feed_secret=secrets.token_urlsafe(32),
        created_at=datetime.now(UTC), **values,
    )  # fmt: skip
    row.weekly_hours = [
        WeeklyHours(weekday=span.weekday, start_minute=span.start, end_minute=span.end)
        for span in parse_weekly(hours)
    ]
    return row


def add_chats(session: Session, people: Iterable[Ambassador], chance: random.Random) -> None:
    """Three confirmed chats to come for each; without mail, which nobody here sends."""
    now = datetime.now(UTC)
    end = now + timedelta(days=HORIZON)
    diaries = load_diaries(session, None, now, end, now)
    for one in people:
        free = starts(diaries[one.id], minute_of(now), minute_of(end), 30, now)
        for start in chance.sample(free[::7], 3):  # so far apart that none touches another
            session.add(make_chat(one, moment_of(start), now))
    session.flush()


def make_chat(ambassador: Ambassador, start: datetime, now: datetime) -> Chat:
    """A confirmed chat, not yet added."""
    prospect = Prospect(
        email=f"{uuid.uuid4()}@example.org", name="Pat", time_zone="Asia/Kolkata", created_at=now
    )
    return Chat(
        uid=str(uuid.uuid4()), nonce=secrets.token_urlsafe(32), ambassador=ambassador,
        prospect=prospect, status="confirmed", prospect_name="Pat", prospect_zone="Asia/Kolkata",
        created_at=now, changed_at=now, **vars(place_of(ambassador, start, 30)),
    )  # fmt: skip
