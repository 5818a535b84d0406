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
