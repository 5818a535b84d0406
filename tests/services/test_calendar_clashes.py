"""Calendars elsewhere that become busy at a booked chat."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors import jobs
from ambassadors.models import Notice
from ambassadors.services import booking, calendars
from ambassadors.services.diary import slots_of
from ambassadors.services.writing import write
from tests.calendars import HALF_HOUR, add, elsewhere, find, meeting
from tests.factories import make_ambassador, make_chat

WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEN = 10 * MINUTES


def read(app: Flask, now: datetime) -> dict[str, int]:
    return jobs.tick(app, now, steps=(jobs.read_calendars,))


def free(session: Session, who: int, now: datetime) -> list[str]:
    found = slots_of(session, who, WEDNESDAY, WEDNESDAY + 2 * HOURS, 30, now)
    session.rollback()
    return [f"{start:%H:%M}" for start in found]


def mails(session: Session, kind: str) -> list[Notice]:
    session.rollback()
    return list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def test_a_booked_chat_stays_when_a_calendar_becomes_busy_and_is_told_once(app, session, now):
    ana = make_ambassador(session)
    chat = make_chat(session, ana, WEDNESDAY, now)
    with elsewhere() as there:
        add(session, ana, there.url, now)
        assert read(app, now)["clashes"] == 0
        there.events.append(meeting(WEDNESDAY - HALF_HOUR, HOURS))
        assert read(app, now + TEN)["clashes"] == 1
        there.events.clear()
        assert read(app, now + 2 * TEN)["clashes"] == 0
        there.events.append(meeting(WEDNESDAY))
        assert read(app, now + 3 * TEN)["clashes"] == 0
    found = calendars.clashes(session, now)
    assert [(one.chat.uid, one.start, one.end) for one in found] == [
        (chat.uid, WEDNESDAY, WEDNESDAY + HALF_HOUR)
    ]
    assert (chat.status, chat.starts_at) == ("confirmed", WEDNESDAY)
    jobs.tick(app, now + 3 * TEN, steps=jobs.STEPS)
    [letter] = mails(session, "calendar-clash")
    assert letter.headline.startswith("You are busy at your chat with Priya Raman")


def test_a_clash_that_is_over_before_its_mail_leaves_is_not_mailed(app, session, now):
    ana = make_ambassador(session)
    make_chat(session, ana, WEDNESDAY, now)
    with elsewhere(meeting(WEDNESDAY)) as there:
        add(session, ana, there.url, now)
        read(app, now)
        there.events.clear()
        read(app, now + TEN)
    jobs.tick(app, now + TEN, steps=jobs.STEPS)
    assert [one.state for one in mails(session, "calendar-clash")] == ["void"]


def test_our_own_chats_that_come_back_from_a_calendar_are_neither_busy_nor_clash(app, session, now):
    ana = make_ambassador(session)
    chat = make_chat(session, ana, WEDNESDAY, now)
    with elsewhere(meeting(WEDNESDAY, uid=chat.uid.upper())) as there:
        source = add(session, ana, there.url, now)
        assert read(app, now)["clashes"] == 0
    assert (find(session, source).events, find(session, source).busy) == (0, 0)
    write(session, lambda s: booking.cancel(s, chat.uid, booking.door.PROSPECT, now))
    assert free(session, ana.id, now)[0] == "15:00"
