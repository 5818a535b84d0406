"""Diaries: what ambassadors offer, kept in memory, less their chats, which are read afresh.

Two queries at most beside the data version's, whatever the number of ambassadors.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import COUNTED, LIVE, Status
from ambassadors.core.guarding import Guard, minutes_for
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.slots import Diary, starts
from ambassadors.core.spans import Span, ceil_minute_of, moment_of
from ambassadors.models import Chat
from ambassadors.models.engine import EpochMinute, Packed, PackedBy
from ambassadors.models.many import among, is_any, written
from ambassadors.services.offerings import OFFERINGS, Offering

# A chat that touches a window, or counts in one of its weeks, belongs to a week near it.
BEFORE, AFTER = timedelta(days=8), timedelta(days=2)
BEFORE_GUARDED = timedelta(days=14)  # a pay week begins on the Sunday of another Monday week
FARTHEST = timedelta(days=181)  # beyond the longest horizon there can be

# By table columns, minutes worked out by the database, and packed: no objects, one row.
_TABLE = Chat.__table__.c
_PACKED = (
    _TABLE.status, EpochMinute(_TABLE.blocked_from), EpochMinute(_TABLE.blocked_until),
    _TABLE.cap_day, _TABLE.cap_week,
)  # fmt: skip
_WORKED = EpochMinute(_TABLE.starts_at), EpochMinute(_TABLE.ends_at)  # for the weekly guard
_WHICH = (
    among(_TABLE.ambassador_id, "ids"),
    _TABLE.cap_week.between(bindparam("first"), bindparam("last")),
    # Not by an index on states: for hundreds of people SQLite would go through years by it.
    is_any(_TABLE.status + "", [status.value for status in COUNTED]),
    or_(_TABLE.status != written(Status.HELD.value), _TABLE.hold_expires_at > bindparam("now")),
    _TABLE.id != bindparam("without"),
)


def packed(*columns: ColumnElement[Any]) -> Select[tuple[dict[str, str]]]:
    """The chats in these columns, packed by ambassador."""
    one = select(_TABLE.ambassador_id, Packed(*columns).label("chats")).where(*_WHICH)
    by_id = one.group_by(_TABLE.ambassador_id).subquery()
    return select(PackedBy(by_id.c.ambassador_id, by_id.c.chats))


_CHATS, _CHATS_AND_WORK = packed(*_PACKED), packed(*_PACKED, *_WORKED)
NO_CHATS = "[]"
MOST_DIARIES = 4  # kept of one ambassador: pages and bookings look at windows of their own


@dataclass
class Taken:
    """What an ambassador's chats take of the offering."""

    spans: list[Span] = field(default_factory=list)
    on: dict[date, int] = field(default_factory=dict)
    in_week: dict[date, int] = field(default_factory=dict)
    worked: dict[date, int] = field(default_factory=dict)
    guard: Guard | None = None

    def add(
        self, status: str, start: int, end: int, cap_day: str, cap_week: str, *own: int
    ) -> None:
        """Counts one chat in; `start` and `end` (epoch minutes) include its buffers, `own` does
        not and is there for whoever has a guard.
        """
        day, week = date.fromisoformat(cap_day), date.fromisoformat(cap_week)
        self.on[day] = self.on.get(day, 0) + 1
        self.in_week[week] = self.in_week.get(week, 0) + 1
        if status in LIVE:
            self.spans.append(Span(start, end))
        if self.guard is not None and own:
            first, after = own
            week = self.guard.week_of(first)
            self.worked[week] = self.worked.get(week, 0) + minutes_for(status, after - first)


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
    guarded = any(offered[one].guard is not None for one in ids)
    chats = read_chats(session, ids, start, end, now, without, guarded)
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
    taken = Taken(guard=offering.guard)
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
        guard=offering.guard,
        worked=taken.worked,
    )


def load_diary(
    session: Session,
    ambassador_id: int,
    start: datetime,
    end: datetime,
    now: datetime,
    without: int | None = None,
    version: int | None = None,
) -> Diary:
    """One ambassador's diary; Refused (404) when there is no such ambassador."""
    offered = OFFERINGS.read(session, version)
    found = load_diaries(session, [ambassador_id], start, end, now, without, offered)
    if ambassador_id not in found:
        raise Refused(said("There is no such ambassador."), status=404)
    return found[ambassador_id]


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
    guarded: bool,
) -> dict[str, str]:
    """The chats of these ambassadors in the weeks around a window, as JSON by id: one query.

    With their own times if any of them is `guarded`.
    """
    if not ids:
        return {}
    values = {
        "ids": ids,
        "first": max(start, now).date() - (BEFORE_GUARDED if guarded else BEFORE),
        "last": min(end, now + FARTHEST).date() + AFTER,
        "now": now,
        "without": without or 0,
    }
    return session.scalar(_CHATS_AND_WORK if guarded else _CHATS, values) or {}
