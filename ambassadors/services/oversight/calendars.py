"""Ambassadors' calendars that could not be read for long: their slots may be wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ambassadors.models import Ambassador, CalendarSource, User

STALE_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Stale:
    """A calendar that was not read for a day, or never: whose, its name, and why in a sentence."""

    ambassador_id: int
    ambassador: str
    calendar: str
    read_at: datetime | None
    fault: str


@dataclass(frozen=True)
class Freshness:
    """How fresh somebody's calendars elsewhere are, by the worst of them: `state` is "none",
    "fresh", "failing" (the last reading failed) or "stale"; `age` in minutes since it was read.
    """

    state: str = "none"
    age: float | None = None


NO_CALENDAR = Freshness()


def stale(
    session: Session, now: datetime, ambassador_ids: Sequence[int] | None = None
) -> list[Stale]:
    """Calendars that should be read and were not for a day, of everybody who is active (or of
    these ambassadors), by name: one query.
    """
    last = func.coalesce(CalendarSource.read_at, CalendarSource.created_at)
    rows = (
        select(
            CalendarSource.ambassador_id,
            User.name,
            CalendarSource.name,
            CalendarSource.read_at,
            CalendarSource.fault,
        )
        .join(Ambassador, Ambassador.id == CalendarSource.ambassador_id)
        .join(User, User.id == Ambassador.user_id)
        .where(
            CalendarSource.next_at.is_not(None),
            last <= now - STALE_AFTER,
            Ambassador.status != "inactive",
        )
        .order_by(User.name, CalendarSource.id)
    )
    if ambassador_ids is not None:
        rows = rows.where(CalendarSource.ambassador_id.in_(ambassador_ids))
    return [Stale(*row) for row in session.execute(rows)]


def freshness(session: Session, now: datetime) -> dict[int, Freshness]:
    """How fresh the calendars are that are read again and again, by ambassador: one query."""
    last = func.min(func.coalesce(CalendarSource.read_at, CalendarSource.created_at))
    rows = session.execute(
        select(CalendarSource.ambassador_id, last, func.count(CalendarSource.failing_since))
        .where(CalendarSource.next_at.is_not(None))
        .group_by(CalendarSource.ambassador_id)
    )
    return {id: make_freshness(read_at, failing, now) for id, read_at, failing in rows}


def make_freshness(read_at: datetime, failing: int, now: datetime) -> Freshness:
    """What the oldest reading, and how many fail, come to."""
    age = (now - read_at).total_seconds() / 60
    if read_at <= now - STALE_AFTER:
        return Freshness("stale", age)
    return Freshness("failing" if failing else "fresh", age)
