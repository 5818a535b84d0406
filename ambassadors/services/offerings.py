"""What ambassadors offer whatever is booked: hours, rules and calendars, kept in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.guarding import Guard, guard_for
from ambassadors.core.hours import DayHours, Hours, TimeOff, WeeklySpan
from ambassadors.core.settings.terms import closed, day_caps
from ambassadors.core.slots import DayCap, Diary, Rules
from ambassadors.core.spans import Span
from ambassadors.core.worktime import weeks_in_session
from ambassadors.models import Ambassador, HoursException, User, WeeklyHours
from ambassadors.models import TimeOff as TimeOffRow
from ambassadors.services.busy import read_busy
from ambassadors.services.programme import programme_zone
from ambassadors.services.settings.current import current
from ambassadors.services.versions import Kept

T = TypeVar("T")

GONE_FOR = timedelta(days=400)  # after a last day: beyond the longest horizon there can be

_PEOPLE = select(
    Ambassador.id,
    Ambassador.status,
    User.active,
    Ambassador.time_zone,
    Ambassador.lengths,
    Ambassador.buffer_before,
    Ambassador.buffer_after,
    Ambassador.notice_minutes,
    Ambassador.horizon_days,
    Ambassador.daily_cap,
    Ambassador.weekly_cap,
    Ambassador.pending_since,
    Ambassador.leaves_on,
    Ambassador.other_hours,
).join(User, User.id == Ambassador.user_id)
_WEEKLY = select(
    WeeklyHours.ambassador_id,
    WeeklyHours.weekday,
    WeeklyHours.start_minute,
    WeeklyHours.end_minute,
).order_by(WeeklyHours.ambassador_id, WeeklyHours.weekday, WeeklyHours.start_minute)
_EXCEPTIONS = select(HoursException.ambassador_id, HoursException.day, HoursException.spans)
_TIME_OFF = select(TimeOffRow.ambassador_id, TimeOffRow.first_day, TimeOffRow.last_day)


@dataclass(frozen=True)
class Offering:
    """What an ambassador offers whatever is booked: hours less what their calendars say, rules,
    and whether at all.

    `diaries` keeps those made of it, by the text of the chats that were read; a diary follows
    from the two, so what was worked out for one request serves the next, until a chat changes.
    """

    hours: Hours
    rules: Rules
    active: bool
    busy: tuple[Span, ...] = ()
    day_caps: tuple[DayCap, ...] = ()
    guard: Guard | None = None
    diaries: dict[str, Diary] = field(default_factory=dict, compare=False, repr=False)


def read_offerings(session: Session) -> Mapping[int, Offering]:
    """Everybody's hours, rules and calendars: five queries, one for settings, one for the zone.

    Dates that the programme has closed are time off for everybody.
    """
    terms = current(session).terms
    for_all, caps = closed(terms), day_caps(terms)
    weekly = grouped((r[0], WeeklySpan(*r[1:])) for r in session.execute(_WEEKLY))
    exceptions = grouped(
        (id, DayHours(day, tuple((first, last) for first, last in spans)))
        for id, day, spans in session.execute(_EXCEPTIONS)
    )
    time_off = grouped((r[0], TimeOff(*r[1:])) for r in session.execute(_TIME_OFF))
    busy, guard = read_busy(session), read_guard(session)
    return {
        row.id: keep(
            row.id,
            Offering(
                Hours(
                    row.time_zone,
                    tuple(weekly.get(row.id, ())),
                    tuple(exceptions.get(row.id, ())),
                    (*time_off.get(row.id, ()), *after_last_day(row.leaves_on), *for_all),
                ),
                Rules(
                    tuple(row.lengths),
                    row.buffer_before,
                    row.buffer_after,
                    row.notice_minutes,
                    row.horizon_days,
                    row.daily_cap,
                    row.weekly_cap,
                ),
                row.status == "active" and row.active and row.pending_since is None,
                busy.get(row.id, ()),
                caps,
                guard_for(guard, row.other_hours, row.weekly_cap) if guard else None,
            ),
        )
        for row in session.execute(_PEOPLE)
    }


def read_guard(session: Session) -> Guard | None:
    """The weekly guard of somebody without other work; None while it only warns."""
    goes = current(session)
    if not goes.working.refuses:
        return None
    weeks = weeks_in_session(goes.terms)
    return Guard(programme_zone(session), goes.working.hours * 60, weeks=weeks)


def after_last_day(last: date | None) -> tuple[TimeOff, ...]:
    """Who leaves has no hours from the day after their last one."""
    return () if last is None else (TimeOff(last + timedelta(days=1), last + GONE_FOR),)


# Every minute or so somebody's calendar has changed: all others keep what was worked out for them.
@lru_cache(maxsize=512)
def keep(ambassador_id: int, offering: Offering) -> Offering:
    """What an ambassador offers; the same object as long as all of it is the same."""
    return offering


def grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    """Values by the ambassador they belong to."""
    found: dict[int, list[T]] = {}
    for one, value in pairs:
        found.setdefault(one, []).append(value)
    return found


OFFERINGS = Kept(read_offerings)
