"""Approval: who was invited is found only once a coordinator has read their profile.

What was approved and then changed stays shown, and is listed to be read again.
See docs/decisions/profiles-are-approved-once.md.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, Interest, Notice, Programme
from ambassadors.services import desk
from ambassadors.services.notices import queue

USEFUL = timedelta(days=3)  # afterwards they have seen it for themselves


def profiles_wait(session: Session) -> bool:
    """Whether the profiles of those invited from now on wait for an approval."""
    found = session.scalar(select(Programme.profiles_wait))
    return True if found is None else found


def let_profiles_wait(session: Session, wait: bool) -> None:
    """Says whether profiles wait; those that wait already go on waiting."""
    session.execute(update(Programme).values(profiles_wait=wait))


def unread() -> ColumnElement[bool]:
    """Profiles that changed since a coordinator read them, and are shown."""
    changed = or_(
        Ambassador.approved_at.is_(None), Ambassador.profile_changed_at > Ambassador.approved_at
    )
    return Ambassador.pending_since.is_(None) & Ambassador.profile_changed_at.is_not(None) & changed


def count_to_read(session: Session) -> int:
    """How many profiles a coordinator should read: those that wait and those that changed."""
    rows = select(func.count()).select_from(Ambassador)
    return session.scalar(rows.where(to_read())) or 0


def to_read() -> ColumnElement[bool]:
    """Profiles that wait, once there is one to read, and profiles that changed."""
    waits = Ambassador.pending_since.is_not(None) & (Ambassador.status == "active")
    return waits | ((Ambassador.status != "inactive") & unread())


def find_to_read(session: Session) -> Sequence[Ambassador]:
    """Those profiles with their interests, the one that waits longest first."""
    since = func.coalesce(Ambassador.pending_since, Ambassador.profile_changed_at)
    return session.scalars(
        select(Ambassador)
        .where(to_read())
        .order_by(Ambassador.pending_since.is_(None), since, Ambassador.id)
        .options(
            joinedload(Ambassador.user),
            selectinload(Ambassador.interests).joinedload(Interest.family),
            selectinload(Ambassador.weekly_hours),
        )
    ).all()


def approve(session: Session, ambassador_id: int, user_id: int | None, now: datetime) -> Ambassador:
    """Lets prospects find a profile as it is now; whoever waited for that is told by mail."""
    row = locked(session, ambassador_id)
    if row.pending_since is not None:
        tell(session, row, now)
    row.pending_since, row.approved_at = None, now
    desk.note(session, row.id, "approved", user_id, now)
    session.flush()
    return row


def tell(session: Session, row: Ambassador, now: datetime) -> None:
    """Queues the mail that their profile is shown; one for each time that it waited."""
    subject = f"profile:{row.id}"
    before = session.scalar(select(func.count()).where(Notice.subject == subject)) or 0
    due = Due(Kind.PROFILE_APPROVED, f"user:{row.user_id}", now, now + USEFUL)
    queue(session, subject, before + 1, [due], now, user_id=row.user_id)


def hold_back(
    session: Session, ambassador_id: int, user_id: int | None, now: datetime
) -> Ambassador:
    """Shows a profile to nobody until it is approved again; chats they have stay booked."""
    row = locked(session, ambassador_id)
    row.pending_since = row.pending_since or now
    desk.note(session, row.id, "held-back", user_id, now)
    session.flush()
    return row


def locked(session: Session, ambassador_id: int) -> Ambassador:
    """The row, for a change; refused (404) when there is none."""
    row = session.scalar(
        select(Ambassador)
        .where(Ambassador.id == ambassador_id)
        .with_for_update(key_share=True, of=Ambassador)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused(said("There is no such ambassador."), status=404)
    return row
