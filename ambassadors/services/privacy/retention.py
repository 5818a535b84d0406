"""How long people are kept: so many months after their last chat; then they are erased."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from ambassadors.core.erasing import months_before
from ambassadors.models import (
    Ambassador,
    Chat,
    DeskEvent,
    InboxMessage,
    PrivacyAct,
    Prospect,
    User,
    WaitingRequest,
)
from ambassadors.services.privacy.people import ask_for_erasure
from ambassadors.services.settings.current import current
from ambassadors.services.writing import write

AT_ONCE = 20  # people asked for in one transaction


def ask_for_old(session: Session, now: datetime) -> int:
    """Asks for the erasure of some whose time is over; `going_on` does it. How many."""
    limit = months_before(now, current(session).months)
    prospects, staff = find_old_prospects(session, limit), find_old_ambassadors(session, limit)
    session.rollback()
    if not prospects and not staff:
        return 0

    def work(session: Session) -> int:
        people: list[Prospect | User] = [session.get_one(Prospect, one) for one in prospects]
        people += [session.get_one(User, one) for one in staff]
        for one in people:
            ask_for_erasure(session, one, "retention", None, now)
        return len(people)

    return write(session, work)


def find_old_prospects(session: Session, limit: datetime) -> Sequence[int]:
    """Who was there before, and has had no chat and asked for nothing since."""
    rows = select(Prospect.id).where(
        Prospect.erased_at.is_(None),
        Prospect.created_at < limit,
        ~exists().where(Chat.prospect_id == Prospect.id, Chat.ends_at >= limit),
        ~exists().where(
            WaitingRequest.prospect_id == Prospect.id, WaitingRequest.changed_at >= limit
        ),
        ~exists().where(PrivacyAct.prospect_id == Prospect.id),
    )
    return session.scalars(rows.order_by(Prospect.created_at).limit(AT_ONCE)).all()


def find_old_ambassadors(session: Session, limit: datetime) -> Sequence[int]:
    """Who left before, and had no chat since."""
    rows: Select[int] = (
        select(User.id)
        .join(Ambassador, Ambassador.user_id == User.id)
        .where(
            Ambassador.status == "inactive",
            User.erased_at.is_(None),
            User.created_at < limit,
            or_(User.last_sign_in_at.is_(None), User.last_sign_in_at < limit),
            ~exists().where(Chat.ambassador_id == Ambassador.id, Chat.ends_at >= limit),
            ~exists().where(DeskEvent.ambassador_id == Ambassador.id, DeskEvent.at >= limit),
            ~exists().where(PrivacyAct.account_id == User.id),
        )
    )
    return session.scalars(rows.order_by(User.id).limit(AT_ONCE)).all()


def forget_strangers(session: Session, now: datetime) -> int:
    """Mails that came in and belong to no chat are kept as long; how many went."""
    limit = months_before(now, current(session).months)
    old = (InboxMessage.chat_id.is_(None), InboxMessage.arrived_at < limit)
    ids = session.scalars(select(InboxMessage.id).where(*old).limit(200)).all()
    session.rollback()
    if ids:
        write(session, lambda s: s.execute(delete(InboxMessage).where(InboxMessage.id.in_(ids))))
    return len(ids)
