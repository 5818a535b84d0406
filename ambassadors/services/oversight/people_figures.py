"""How ambassadors do: load, free time, how reliably chats take place. Many people at once.

Chats are counted from the index that caps use, without a look at their rows.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

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
Column: TypeAlias = "ColumnElement[int] | InstrumentedAttribute[int]"
LOOKED_BACK = timedelta(weeks=26)  # for rates: half a year
TO_COME = text("chats.status IN ('held', 'confirmed')")  # as the index on live chats says it
FEW = 200  # people at most who are named one by one in a query
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

    this_week: int = 0
    to_come: int = 0
    free_minutes: int = 0
    acceptance: float | None = None
    show_rate: float | None = None
    interests: int = 0
    hours: int = 0
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
    weeks, minutes = this_week(session, zones, now), free_this_week(session, zones, now)
    stood_by, ahead = reliability(session, zones, now), count_ahead(session, now, zones)
    interests = count_rows(session, ambassador_interests.c.ambassador_id, zones)
    hours = count_rows(session, WeeklyHours.ambassador_id, zones)
    fresh = freshness(session, now)
    return {
        id: replace(
            stood_by[id],
            this_week=weeks[id],
            to_come=ahead.get(id, 0),
            free_minutes=minutes[id],
            interests=interests.get(id, 0),
            hours=hours.get(id, 0),
            calendar=fresh.get(id, NO_CALENDAR),
        )
        for id in zones
    }


def figures_to_sort_by(
    session: Session, sort: str, zones: Mapping[int, str], now: datetime
) -> dict[int, Figures]:
    """Of each of these ambassadors only what a column of the roster, by its key, is sorted by."""
    if sort == "load":
        weeks = this_week(session, zones, now)
        return {id: Figures(this_week=weeks[id]) for id in zones}
    if sort == "free":
        minutes = free_this_week(session, zones, now)
        return {id: Figures(free_minutes=minutes[id]) for id in zones}
    if sort == "calendar":
        fresh = freshness(session, now)
        return {id: Figures(calendar=fresh.get(id, NO_CALENDAR)) for id in zones}
    if sort in ("accepted", "shown", "rating"):
        return reliability(session, zones, now)
    return dict.fromkeys(zones, Figures())


def this_week(session: Session, zones: Mapping[int, str], now: datetime) -> dict[int, int]:
    """Chats that use up the cap of the week that it is for each of them."""
    counts, minute = count_weeks(session, now, zones), minute_of(now)
    mondays = {zone: week_of(zone, minute) for zone in set(zones.values())}
    return {id: counts.get((id, mondays[zone]), 0) for id, zone in zones.items()}


def free_this_week(session: Session, zones: Mapping[int, str], now: datetime) -> dict[int, int]:
    """Minutes they have left for chats until the week ends for them."""
    diaries = load_diaries(session, list(zones), now, now + WEEK, now)
    return {id: minutes_left_this_week(diaries[id], now) if id in diaries else 0 for id in zones}


def reliability(session: Session, zones: Mapping[int, str], now: datetime) -> dict[int, Figures]:
    """Their rates and ratings; all else is left out."""
    counted = count_kept(session, now, zones)
    dropped = count_dropped(session, now) + count_declined(session, now)
    kept = {id: counted.get(id, Kept()) for id in zones}
    return {
        id: Figures(
            acceptance=acceptance(one, dropped[id]), show_rate=show_rate(one), rating=one.rating
        )
        for id, one in kept.items()
    }


def of(column: Column, ids: Collection[int] | None) -> ColumnElement[bool]:
    """Rows of these people; of everybody for None or where they are many.

    Said in either case for the sake of SQLite, which then looks at the weeks meant and not at the
    years before.
    """
    return column.in_(select(Ambassador.id) if ids is None or len(ids) > FEW else list(ids))


def acceptance(kept: Kept, dropped: int) -> float | None:
    """The share of the chats they were counted on for that they had, or still have."""
    stayed = kept.confirmed + kept.completed + kept.no_show
    return stayed / (stayed + dropped) if stayed + dropped else None


def show_rate(kept: Kept) -> float | None:
    """The share of chats, of those marked, that took place."""
    marked = kept.completed + kept.no_show
    return kept.completed / marked if marked else None


def count_weeks(
    session: Session, now: datetime, ids: Collection[int] | None = None
) -> dict[tuple[int, date], int]:
    """Chats that use up a cap, by ambassador and Monday, in the weeks around now."""
    around = (now - WEEK - DAY).date(), (now + DAY).date()
    rows = session.execute(
        select(Chat.ambassador_id, Chat.cap_week, func.count())
        .where(
            of(Chat.ambassador_id, ids),
            Chat.cap_week.between(*around),
            Chat.status.in_([status.value for status in COUNTED]),
        )
        .group_by(Chat.ambassador_id, Chat.cap_week)
    )
    return {(id, monday): count for id, monday, count in rows}


def count_kept(session: Session, now: datetime, ids: Collection[int]) -> dict[int, Kept]:
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
        .where(of(Chat.ambassador_id, ids), Chat.cap_week >= (now - LOOKED_BACK).date())
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


def count_ahead(
    session: Session, now: datetime, ids: Collection[int] | None = None
) -> dict[int, int]:
    """Confirmed chats that are not over."""
    rows = session.execute(
        select(Chat.ambassador_id, func.count())
        .where(
            of(Chat.ambassador_id, ids),
            TO_COME,
            Chat.blocked_until > now,
            Chat.ends_at > now,
            Chat.status == Status.CONFIRMED.value,
        )
        .group_by(Chat.ambassador_id)
    )
    return {row[0]: row[1] for row in rows}


def count_rows(session: Session, column: Column, ids: Collection[int]) -> dict[int, int]:
    """How many rows of a table belong to each of these ambassadors."""
    rows = session.execute(select(column, func.count()).where(of(column, ids)).group_by(column))
    return {row[0]: row[1] for row in rows}
