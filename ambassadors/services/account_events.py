"""What happened to accounts: written down beside the act, read by the person and coordinators."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.text import one_line
from ambassadors.models import AccountEvent

KEPT = timedelta(days=365)
MOST_SHOWN = 20


def note(
    session: Session,
    user_id: int,
    action: str,
    now: datetime,
    by: int | None = None,
    text: str = "",
) -> None:
    """Writes down what happened to an account; `by` when somebody else did it."""
    row = AccountEvent(user_id=user_id, by_id=by, at=now, action=action, note=one_line(text, 200))
    session.add(row)


def latest(session: Session, user_id: int) -> Sequence[AccountEvent]:
    """What happened last, the latest first."""
    return session.scalars(
        select(AccountEvent)
        .where(AccountEvent.user_id == user_id)
        .order_by(AccountEvent.at.desc(), AccountEvent.id.desc())
        .limit(MOST_SHOWN)
        .options(joinedload(AccountEvent.by))
    ).all()


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is something that is kept no longer."""
    return bool(session.scalar(select(exists().where(AccountEvent.at < now - KEPT))))


def forget_old(session: Session, now: datetime) -> None:
    """Deletes what is kept no longer."""
    session.execute(delete(AccountEvent).where(AccountEvent.at < now - KEPT))
