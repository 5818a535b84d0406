"""How each ambassador does: load, free time, how reliably chats take place. All people at once.

Chats are counted from the index that caps use, without a look at their rows.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from ambassadors.core.chats import COUNTED, Status
from ambassadors.core.free_time import minutes_left_this_week
from ambassadors.core.hours import week_of
from ambassadors.core.spans import minute_of
from ambassadors.models import (
    Ambassador,
    Chat,
    ChatChange,
    Feedback,
    HandOff,
    HandOffAsk,
    WeeklyHours,
    ambassador_interests,
)
from ambassadors.services.diary import load_diaries
from ambassadors.services.oversight.calendars import NO_CALENDAR, Freshness, freshness

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LOOKED_BACK = timedelta(weeks=26)  # for rates: half a year
TO_COME = text("chats.status IN ('held', 'confirmed')")  # as the index on live chats says it
# Said for the sake of SQLite, which then looks at the weeks meant and not at the years before.
OF_EVERYBODY = Chat.ambassador_id.in_(select(Ambassador.id))
KEPT = (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
DROPPED = text("chat_changes.action = 'cancelled' AND chat_changes.actor = 'ambassador'")


@dataclass(frozen=True)
class Figures:
    """Counts of chats: this week's against the cap, and all to come. Minutes free this week.
    Rates are of the last 26 weeks, 0 to 1: `acceptance`, the chats they did not cancel or
    hand off, and took over when asked;
    `show_rate`, those past that took place; None without any. `interests` and `hours` say
    whether matching can find them at all.
    """

    this_week: int
    to_come: int
    free_minutes: int
    acceptance: float | None
    show_rate: float | None
    interests: int
    hours: int
    rating: float | None = None
    calendar: Freshness = NO_CALENDAR


@dataclass(frozen=True)
class Kept:
    """Somebody's chats of the last 26 weeks that were not cancelled, and their mean rating."""

    confirmed: int = 0
    completed: int = 0
    no_show: int = 0
    rating: float | None = None


def read_figures(session: Session, zones: Mapping[int, str], now: datetime) -> dict[int, Figures]:
    """The figures of these ambassadors, whose zones are given; the same queries for any number."""
    weeks, counted = count_weeks(session, now), count_kept(session, now)
    dropped, ahead = count_dropped(session, now), count_ahead(session, now)
    dropped += count_declined(session, now)
    interests = count_rows(session, ambassador_interests.c.ambassador_id)
    hours = count_rows(session, WeeklyHours.ambassador_id)
    fresh = freshness(session, now)
    diaries = load_diaries(session, list(zones), now, now + WEEK, now)
    minute = minute_of(now)
    mondays = {zone: week_of(zone, minute) for zone in set(zones.values())}
    kept = {id: counted.get(id, Kept()) for id in zones}
    return {
        id: Figures(
            this_week=weeks.get((id, mondays[zone]), 0),
            to_come=ahead.get(id, 0),
            free_minutes=minutes_left_this_week(diaries[id], now) if id in diaries else 0,
            acceptance=acceptance(kept[id], dropped[id]),
            show_rate=show_rate(kept[id]),
            interests=interests.get(id, 0),
            hours=hours.get(id, 0),
            calendar=fresh.get(id, NO_CALENDAR),
            rating=kept[id].rating,
        )
        for id, zone in zones.items()
    }


def acceptance(kept: Kept, dropped: int) -> float | None:
    """The share of the chats they were counted on for that they had, or still have."""
    stayed = kept.confirmed + kept.completed + kept.no_show
    return stayed / (stayed + dropped) if stayed + dropped else None


def show_rate(kept: Kept) -> float | None:
    """The share of chats, of those marked, that took place."""
    marked = kept.completed + kept.no_show
    return kept.completed / marked if marked else None


def count_weeks(session: Session, now: datetime) -> dict[tuple[int, date], int]:
    """Chats that use up a cap, by ambassador and Monday, in the weeks around now."""
    around = (now - WEEK - DAY).date(), (now + DAY).date()
    rows = session.execute(
        select(Chat.ambassador_id, Chat.cap_week, func.count())
        .where(
            OF_EVERYBODY,
            Chat.cap_week.between(*around),
            Chat.status.in_([status.value for status in COUNTED]),
        )
        .group_by(Chat.ambassador_id, Chat.cap_week)
    )
    return {(id, monday): count for id, monday, count in rows}


def count_kept(session: Session, now: datetime) -> dict[int, Kept]:
    """Chats that were booked and not cancelled, with what prospects said of them.

    Counted in columns and grouped by person alone, in the order of the index: nothing is sorted.
    """
    rows = session.execute(
        select(
            Chat.ambassador_id,
            *(func.count().filter(Chat.status == one.value).label(one.value) for one in KEPT),
            func.avg(Feedback.rating).label("rating"),
        )
        .outerjoin(Feedback, Feedback.chat_id == Chat.id)
        .where(OF_EVERYBODY, Chat.cap_week >= (now - LOOKED_BACK).date())
        .group_by(Chat.ambassador_id)
    )
    return {
        row.ambassador_id: Kept(
            row.confirmed,
            row.completed,
            row.no_show,
            None if row.rating is None else float(row.rating),
        )
        for row in rows
    }


def count_dropped(session: Session, now: datetime) -> Counter[int]:
    """Chats that their ambassador cancelled."""
    rows = session.execute(
        select(Chat.ambassador_id, func.count())
        .join(ChatChange, ChatChange.chat_id == Chat.id)
        .where(DROPPED, ChatChange.at >= now - LOOKED_BACK)
        .group_by(Chat.ambassador_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def count_declined(session: Session, now: datetime) -> Counter[int]:
    """Chats they handed off, and those they were asked to take over and did not.

    A yes counts as the chat that is theirs since then.
    """
    since = now - LOOKED_BACK
    handed_off = select(HandOff.ambassador_id).where(
        HandOff.started_at >= since, HandOff.status != "withdrawn"
    )
    declined = select(HandOffAsk.ambassador_id).where(
        HandOffAsk.asked_at >= since, HandOffAsk.answer.in_(("no", "expired"))
    )
    return Counter(session.scalars(union_all(handed_off, declined)))


def count_ahead(session: Session, now: datetime) -> dict[int, int]:
    """Confirmed chats that are not over."""
    rows = session.execute(
        select(Chat.ambassador_id, func.count())
        .where(
            TO_COME,
            Chat.blocked_until > now,
            Chat.ends_at > now,
            Chat.status == Status.CONFIRMED.value,
        )
        .group_by(Chat.ambassador_id)
    )
    return {row[0]: row[1] for row in rows}


def count_rows(
    session: Session, column: ColumnElement[int] | InstrumentedAttribute[int]
) -> dict[int, int]:
    """How many rows of a table belong to each ambassador."""
    rows = session.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in rows}
