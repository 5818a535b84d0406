"""What coordinators did with an ambassador: written down beside the act, read on their page."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.text import one_line
from ambassadors.models import DeskEvent

LONGEST_NOTE = 300
MOST_SHOWN = 20


def note(
    session: Session,
    ambassador_id: int,
    action: str,
    user_id: int | None,
    now: datetime,
    text: str = "",
) -> None:
    """Writes down who did what with an ambassador; no `user_id`: the service did."""
    event = DeskEvent(
        at=now,
        user_id=user_id,
        ambassador_id=ambassador_id,
        action=action,
        note=one_line(text, LONGEST_NOTE),
    )
    session.add(event)


def note_all(
    session: Session, ids: Iterable[int], action: str, user_id: int | None, now: datetime
) -> None:
    """The same act with several ambassadors."""
    for ambassador_id in ids:
        note(session, ambassador_id, action, user_id, now)


def events(session: Session, ambassador_id: int) -> Sequence[DeskEvent]:
    """What was done last, the latest first."""
    return session.scalars(
        select(DeskEvent)
        .where(DeskEvent.ambassador_id == ambassador_id)
        .order_by(DeskEvent.at.desc(), DeskEvent.id.desc())
        .limit(MOST_SHOWN)
        .options(joinedload(DeskEvent.user))
    ).all()
