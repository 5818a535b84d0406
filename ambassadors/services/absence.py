"""Out of office: time off with a day of return. No slots until then, and it ends by itself."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.hours import local_date
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of
from ambassadors.core.text import one_line
from ambassadors.models import Ambassador, TimeOff
from ambassadors.services import desk, roster

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
LONGEST_NOTE = 200


@dataclass(frozen=True)
class Absence:
    """Days without chats, in the ambassador's zone: from `first` on, back on `back`."""

    id: int
    first: date
    back: date
    note: str = ""


def absence_of(row: TimeOff) -> Absence:
    """Time off as an absence."""
    return Absence(row.id, row.first_day, row.last_day + DAY, row.note)


def absences(ambassador: Ambassador, now: datetime) -> tuple[Absence, ...]:
    """Those of one ambassador that are not over, in order."""
    today = local_date(ambassador.time_zone, minute_of(now))
    kept = sorted(ambassador.time_off, key=lambda row: row.first_day)
    return tuple(absence_of(row) for row in kept if row.last_day >= today)


def go_away(
    session: Session,
    ambassador_id: int,
    first: date,
    back: date,
    note: str,
    actor: Actor,
    now: datetime,
) -> Absence:
    """Takes somebody off from `first` until the day before `back`; booked chats stay.

    Refused (422) when they would be back before they left, in the past, or after over a year.
    """
    ambassador = roster.lock(session, ambassador_id)
    today = local_date(ambassador.time_zone, minute_of(now))
    first = max(first, today)
    if back <= first:
        raise Refused(said("The day of return must come after the first day away."), field="back")
    if back - first > LONGEST:
        raise Refused(said("An absence can last a year at most."), field="back")
    row = TimeOff(first_day=first, last_day=back - DAY, note=one_line(note, LONGEST_NOTE))
    ambassador.time_off = [*ambassador.time_off, row]
    roster.touch(ambassador, actor, now)
    dates = said("{first} to {last}", first=first.isoformat(), last=(back - DAY).isoformat())
    desk.note(session, ambassador_id, "away", actor.user_id, now, dates)
    session.flush()
    return absence_of(row)


def come_back(
    session: Session, ambassador_id: int, absence_id: int, actor: Actor, now: datetime
) -> Absence:
    """Ends an absence as of today, or takes back one to come; gives what of it was still ahead.

    Refused (404) when there is none.
    """
    ambassador = roster.lock(session, ambassador_id)
    today = local_date(ambassador.time_zone, minute_of(now))
    row = next((one for one in ambassador.time_off if one.id == absence_id), None)
    if row is None or row.last_day < today:
        raise Refused(said("There is no such absence."), status=404)
    ahead = replace(absence_of(row), first=max(row.first_day, today))
    if row.first_day >= today:
        ambassador.time_off = [one for one in ambassador.time_off if one is not row]
    else:
        row.last_day = today - DAY
    roster.touch(ambassador, actor, now)
    desk.note(session, ambassador_id, "back", actor.user_id, now)
    session.flush()
    return ahead


def back_on(session: Session, zones: dict[int, str], now: datetime) -> dict[int, date]:
    """When those are back who are away today, by id; `zones` names everybody asked about."""
    rows = session.execute(
        select(TimeOff.ambassador_id, TimeOff.first_day, TimeOff.last_day)
        .where(TimeOff.first_day <= (now + DAY).date(), TimeOff.last_day >= (now - DAY).date())
        .order_by(TimeOff.last_day)
    )
    minute, found = minute_of(now), dict[int, date]()
    for ambassador_id, first, last in rows:
        zone = zones.get(ambassador_id)
        if zone is not None and first <= local_date(zone, minute) <= last:
            found[ambassador_id] = last + DAY
    return found
