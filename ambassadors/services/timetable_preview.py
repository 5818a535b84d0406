"""What a timetable would offer, saved or not, beside the chats already booked; and why not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ambassadors.core import slots
from ambassadors.core.hours import Hours
from ambassadors.core.settings.terms import closed
from ambassadors.core.slots import Diary, WhyNot
from ambassadors.core.spans import DAY, Span, minute_of, moment_of
from ambassadors.core.unbookable import Gap, find_gaps
from ambassadors.models import Ambassador
from ambassadors.services.diary import load_diary
from ambassadors.services.settings.current import current
from ambassadors.services.timetable import Timetable

PREVIEW = timedelta(days=14)


@dataclass(frozen=True)
class Preview:
    """What a timetable would offer: starts (UTC) of one length within the next two weeks, what of
    the hours cannot be booked and why, when calendars are busy, and what chats take. `hours` are
    those of the timetable less the days that the programme has closed.
    """

    minutes: int
    starts: tuple[datetime, ...]
    hours: Hours
    gaps: tuple[Gap, ...] = ()
    busy: tuple[Span, ...] = ()
    taken: tuple[Span, ...] = ()


def preview(
    session: Session, ambassador: Ambassador, timetable: Timetable, minutes: int, now: datetime
) -> Preview:
    """The slots that a timetable gives, saved or not, beside the chats already booked."""
    diary = diary_with(session, ambassador, timetable, now, now + PREVIEW, now)
    minutes = minutes if minutes in timetable.rules.lengths else min(timetable.rules.lengths)
    first = minute_of(now)
    after = first + PREVIEW.days * DAY
    found = slots.starts(diary, first, after, minutes, now)
    gaps = find_gaps(diary, first, after, minutes, now)
    moments = tuple(moment_of(start) for start in found)
    return Preview(minutes, moments, diary.hours, tuple(gaps), diary.busy, diary.taken)


def why_not(
    session: Session, ambassador: Ambassador, timetable: Timetable, start: datetime, minutes: int,
    now: datetime,
) -> WhyNot | None:  # fmt: skip
    """Why a timetable would not offer a start; None when it does."""
    diary = diary_with(session, ambassador, timetable, start, start, now)
    return slots.why_not(diary, minute_of(start), minutes, now)


def diary_with(
    session: Session, ambassador: Ambassador, timetable: Timetable, start: datetime, end: datetime,
    now: datetime,
) -> Diary:  # fmt: skip
    """Their diary with another timetable; as if they were active, when they only are invited."""
    kept = load_diary(session, ambassador.id, start, end, now)
    hours = timetable.hours(ambassador.time_zone)
    hours = replace(hours, time_off=(*hours.time_off, *closed(current(session).terms)))
    active = ambassador.status != "inactive"
    return replace(kept, hours=hours, rules=timetable.rules, active=active)
