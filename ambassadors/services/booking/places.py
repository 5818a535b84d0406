"""Places: whether an ambassador has a time free, who else has, and what the database answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ambassadors.core import slots
from ambassadors.core.hours import local_date, week_of
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.models import Ambassador, Chat, Prospect
from ambassadors.models.engine import violated
from ambassadors.services.busy import busy_during
from ambassadors.services.diary import load_diary
from ambassadors.services.offerings import OFFERINGS

DAY = timedelta(days=1)
JUST_TAKEN = said("That time has just been taken.")
NOW_BUSY = said(
    "Something else has come up at that time in the meantime, so it cannot be confirmed. "
    "Please choose another one."
)
OWN_OVERLAP = said("You already have a chat at that time.")
ONE_HOLD = said(
    "Another time is already being held for this e-mail address. Confirm or release that one "
    "first; it is released by itself after ten minutes."
)
TAKEN_CODES = {"taken", "busy", "day-full", "week-full", "work-full", "inactive"}

# Inside the write lock every statement counts: these are put together once.
_LOCK = (
    select(Ambassador)
    .with_for_update(key_share=True, of=Ambassador)
    .execution_options(populate_existing=True)
)
_LOCK_AMBASSADOR = _LOCK.where(Ambassador.id == bindparam("id"))
_LOCK_AMBASSADORS = _LOCK.where(Ambassador.id.in_(bindparam("ids", expanding=True))).order_by(
    Ambassador.id
)
_LOCK_PROSPECT = (
    select(Prospect).where(Prospect.id == bindparam("id")).with_for_update(key_share=True)
)


@dataclass(frozen=True)
class Place:
    """A chat's time as its row keeps it: with buffers, and with the dates that caps count by."""

    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_until: datetime
    cap_day: date
    cap_week: date


def place_of(ambassador: Ambassador, start: datetime, minutes: int) -> Place:
    """The place that a chat of so many minutes takes with this ambassador."""
    end = start + timedelta(minutes=minutes)
    minute = minute_of(start)
    return Place(
        starts_at=start,
        ends_at=end,
        blocked_from=start - timedelta(minutes=ambassador.buffer_before),
        blocked_until=end + timedelta(minutes=ambassador.buffer_after),
        cap_day=local_date(ambassador.time_zone, minute),
        cap_week=week_of(ambassador.time_zone, minute),
    )


def lock_ambassadors(session: Session, ids: Iterable[int]) -> dict[int, Ambassador]:
    """The ambassadors, their rows locked in the order of their ids (SQLite: already ours)."""
    rows = session.scalars(_LOCK_AMBASSADORS, {"ids": sorted(set(ids))})
    return {row.id: row for row in rows}


def lock_ambassador(session: Session, ambassador_id: int) -> Ambassador:
    """One ambassador, locked; refused (404) when there is none."""
    found = session.scalars(_LOCK_AMBASSADOR, {"id": ambassador_id}).one_or_none()
    if found is None:
        raise Refused(said("There is no such ambassador."), status=404)
    return found


def lock_prospect(session: Session, prospect_id: int) -> Prospect:
    """One prospect, locked: their holds and chats are counted one booking at a time."""
    return session.scalars(_LOCK_PROSPECT, {"id": prospect_id}).one()


def require_free(
    session: Session, ambassador_id: int, start: datetime, minutes: int, now: datetime,
    without: int | None = None, inside: bool = False, version: int | None = None,
) -> None:  # fmt: skip
    """Refuses with the reason, and alternatives, when a start is not bookable.

    409 when somebody else has the time, 422 when it never was a slot. `without` leaves a chat
    out: the one that is being moved. `inside`: the reason may say what prospects are not told.
    `version`: the data version, where it is known.
    """
    if start.second or start.microsecond:
        raise Refused(said("A chat starts on a whole minute."), field="start")
    diary = load_diary(session, ambassador_id, start, start, now, without, version)
    reason = slots.why_not(diary, minute_of(start), minutes, now)
    if reason is None:
        return
    text = JUST_TAKEN if reason.code == "taken" else (inside and reason.inside) or reason.text
    raise Refused(
        text,
        status=409 if reason.code in TAKEN_CODES else 422,
        field="start",
        look_up=lambda s: alternatives(s, ambassador_id, start, minutes, now, without),
    )


def require_not_busy(session: Session, chat: Chat, now: datetime) -> None:
    """Refuses (409, with alternatives) a hold for whose time the calendar has become busy."""
    busy = OFFERINGS.read(session)[chat.ambassador_id].busy
    if busy_during(busy, minute_of(chat.blocked_from), minute_of(chat.blocked_until)) is None:
        return
    wanted = (chat.ambassador_id, chat.starts_at, chat.minutes, now, chat.id)
    raise Refused(
        NOW_BUSY,
        status=409,
        field="start",
        look_up=lambda s: alternatives(s, *wanted),
    )


def alternatives(
    session: Session, ambassador_id: int, start: datetime, minutes: int, now: datetime,
    without: int | None = None, count: int = 3,
) -> list[datetime]:  # fmt: skip
    """The bookable starts with this ambassador nearest to a wanted one, nearest first."""
    diary = load_diary(session, ambassador_id, now, now + 181 * DAY, now, without)
    if minutes not in diary.rules.lengths:
        minutes = diary.rules.lengths[0] if diary.rules.lengths else minutes
    wanted = min(max(minute_of(start), minute_of(now)), minute_of(now + 181 * DAY))
    return [moment_of(minute) for minute in slots.nearest(diary, wanted, minutes, now, count)]


def refusal(
    fault: IntegrityError, ambassador_id: int, start: datetime, minutes: int, now: datetime,
    without: int | None = None,
) -> Refused:  # fmt: skip
    """The database's refusal of a place in words; an unknown one goes on up."""
    name = violated(fault)
    if "chats_prospect_overlap" in name:
        return Refused(OWN_OVERLAP, status=409, field="start")
    if "chats_one_hold" in name or "chats.prospect_id" in name:
        return Refused(ONE_HOLD, status=429, field="email")
    if "chats_ambassador_overlap" in name or "_cap" in name:
        return Refused(
            JUST_TAKEN,
            status=409,
            field="start",
            look_up=lambda s: alternatives(s, ambassador_id, start, minutes, now, without),
        )
    raise fault
