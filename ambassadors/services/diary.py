"""Diaries: the hours and rules of ambassadors, kept in memory, with their chats read afresh.

Two queries at most beside the data version's, whatever the number of ambassadors.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import COUNTED, LIVE, Status
from ambassadors.core.hours import DayHours, Hours, TimeOff, WeeklySpan
from ambassadors.core.refused import Refused
from ambassadors.core.settings.terms import closed, day_caps
from ambassadors.core.slots import DayCap, Diary, Rules, starts
from ambassadors.core.spans import Span, ceil_minute_of, moment_of
from ambassadors.models import Ambassador, Chat, HoursException, User, WeeklyHours
from ambassadors.models import TimeOff as TimeOffRow
from ambassadors.models.engine import EpochMinute, Packed, PackedBy
from ambassadors.services.busy import read_busy
from ambassadors.services.settings.current import current
from ambassadors.services.versions import Kept

T = TypeVar("T")

# A chat that touches a window, or counts in one of its weeks, belongs to a week near it.
BEFORE, AFTER = timedelta(days=8), timedelta(days=2)
FARTHEST = timedelta(days=181)  # beyond the longest horizon there can be
GONE_FOR = timedelta(days=400)  # after a last day: likewise

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
).join(User, User.id == Ambassador.user_id)
_WEEKLY = select(
    WeeklyHours.ambassador_id,
    WeeklyHours.weekday,
    WeeklyHours.start_minute,
    WeeklyHours.end_minute,
).order_by(WeeklyHours.ambassador_id, WeeklyHours.weekday, WeeklyHours.start_minute)
_EXCEPTIONS = select(HoursException.ambassador_id, HoursException.day, HoursException.spans)
_TIME_OFF = select(TimeOffRow.ambassador_id, TimeOffRow.first_day, TimeOffRow.last_day)

# By table columns, minutes worked out by the database, and packed: no objects, one row.
_TABLE = Chat.__table__.c
_OF_ONE = select(
    _TABLE.ambassador_id,
    Packed(
        _TABLE.status, EpochMinute(_TABLE.blocked_from), EpochMinute(_TABLE.blocked_until),
        _TABLE.cap_day, _TABLE.cap_week,
    ).label("chats"),
).where(
    _TABLE.ambassador_id.in_(bindparam("ids", expanding=True)),
    _TABLE.cap_week.between(bindparam("first"), bindparam("last")),
    _TABLE.status.in_([status.value for status in COUNTED]),
    or_(_TABLE.status != Status.HELD.value, _TABLE.hold_expires_at > bindparam("now")),
    _TABLE.id != bindparam("without"),
).group_by(_TABLE.ambassador_id).subquery()  # fmt: skip
_CHATS = select(PackedBy(_OF_ONE.c.ambassador_id, _OF_ONE.c.chats))
NO_CHATS = "[]"
MOST_DIARIES = 4  # kept of one ambassador: pages and bookings look at windows of their own


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
    diaries: dict[str, Diary] = field(default_factory=dict, compare=False, repr=False)


@dataclass
class Taken:
    """What an ambassador's chats take of the offering."""

    spans: list[Span] = field(default_factory=list)
    on: dict[date, int] = field(default_factory=dict)
    in_week: dict[date, int] = field(default_factory=dict)

    def add(self, status: str, start: int, end: int, cap_day: str, cap_week: str) -> None:
        """Counts one chat in; `start` and `end` (epoch minutes) include its buffers."""
        day, week = date.fromisoformat(cap_day), date.fromisoformat(cap_week)
        self.on[day] = self.on.get(day, 0) + 1
        self.in_week[week] = self.in_week.get(week, 0) + 1
        if status in LIVE:
            self.spans.append(Span(start, end))


def load_diaries(
    session: Session,
    ambassador_ids: Collection[int] | None,
    start: datetime,
    end: datetime,
    now: datetime,
    without: int | None = None,
    offered: Mapping[int, Offering] | None = None,
) -> dict[int, Diary]:
    """The diaries of these ambassadors (None: of all) for starts from `start` to `end`, by id.

    Holds that are over at `now` take nothing. `without` leaves out the chat that is being moved.
    An id that is nobody's is left out. `offered` is what everybody offers, for whoever has asked
    the database already. Nothing can be booked in the past or beyond 180 days:
    what is asked for there costs nothing, however far away it is.
    """
    offered = OFFERINGS.read(session) if offered is None else offered
    ids = (
        list(offered)
        if ambassador_ids is None
        else [one for one in ambassador_ids if one in offered]
    )
    chats = read_chats(session, ids, start, end, now, without)
    return {one: diary_of(offered[one], chats.get(str(one), NO_CHATS)) for one in ids}


@dataclass
class Diaries:
    """Diaries for starts from now on, each read once however often it is asked for."""

    session: Session
    offered: Mapping[int, Offering]
    now: datetime
    end: datetime
    known: dict[int, Diary] = field(default_factory=dict)

    def read(self, ids: Collection[int]) -> dict[int, Diary]:
        """One query at most; an id that is nobody's is left out."""
        missing = [one for one in ids if one not in self.known]
        if missing:
            self.known |= load_diaries(
                self.session, missing, self.now, self.end, self.now, offered=self.offered
            )
        return {one: self.known[one] for one in ids if one in self.known}


def diary_of(offering: Offering, chats: str) -> Diary:
    """An offering less what chats, as they were read, take of it."""
    diary = offering.diaries.get(chats)
    if diary is None:
        if len(offering.diaries) >= MOST_DIARIES:
            offering.diaries.clear()
        diary = offering.diaries[chats] = make_diary(offering, chats)
    return diary


def make_diary(offering: Offering, chats: str) -> Diary:
    """The same, made anew."""
    taken = Taken()
    for chat in json.loads(chats):
        taken.add(*chat)
    return Diary(
        hours=offering.hours,
        rules=offering.rules,
        taken=tuple(taken.spans),
        busy=offering.busy,
        chats_on=taken.on,
        chats_in_week=taken.in_week,
        active=offering.active,
        day_caps=offering.day_caps,
    )


def load_diary(
    session: Session,
    ambassador_id: int,
    start: datetime,
    end: datetime,
    now: datetime,
    without: int | None = None,
) -> Diary:
    """One ambassador's diary; Refused (404) when there is no such ambassador."""
    found = load_diaries(session, [ambassador_id], start, end, now, without).get(ambassador_id)
    if found is None:
        raise Refused("There is no such ambassador.", status=404)
    return found


def slots_of(
    session: Session,
    ambassador_id: int,
    start: datetime,
    end: datetime,
    minutes: int,
    now: datetime,
) -> list[datetime]:
    """The bookable starts (UTC) of one ambassador within [start, end), in order."""
    diary = load_diary(session, ambassador_id, start, end, now)
    found = starts(diary, ceil_minute_of(start), ceil_minute_of(end), minutes, now)
    return [moment_of(minute) for minute in found]


def read_chats(
    session: Session,
    ids: Collection[int],
    start: datetime,
    end: datetime,
    now: datetime,
    without: int | None,
) -> dict[str, str]:
    """The chats of these ambassadors in the weeks around a window, as JSON by id: one query."""
    if not ids:
        return {}
    values = {
        "ids": ids,
        "first": max(start, now).date() - BEFORE,
        "last": min(end, now + FARTHEST).date() + AFTER,
        "now": now,
        "without": without or 0,
    }
    return session.scalar(_CHATS, values) or {}


def read_offerings(session: Session) -> Mapping[int, Offering]:
    """Everybody's hours, rules and calendars: five queries and one for settings.

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
    busy = read_busy(session)
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
            ),
        )
        for row in session.execute(_PEOPLE)
    }


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
