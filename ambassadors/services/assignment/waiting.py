"""Who waits to be matched, and whom ambassadors are promised to already."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from ambassadors.core.chats import COUNTED
from ambassadors.core.interests import Vocabulary, Wanted
from ambassadors.models import Chat, WaitingRequest

PROMISED = timedelta(days=14)  # as long as the mail that says with whom is of use


def still_waiting() -> ColumnElement[bool]:
    """Requests that wait; who has booked a chat since they asked waits no more."""
    booked = exists().where(
        Chat.prospect_id == WaitingRequest.prospect_id,
        Chat.created_at >= WaitingRequest.changed_at,
        Chat.status.in_([status.value for status in COUNTED]),
    )
    return (WaitingRequest.state == "waiting") & ~booked


def count_waiting(session: Session) -> int:
    """How many a plan made now would be for."""
    return session.scalar(select(func.count()).where(still_waiting())) or 0


def waiting_requests(session: Session) -> Sequence[WaitingRequest]:
    """Everybody who waits, longest first."""
    return session.scalars(
        select(WaitingRequest)
        .where(still_waiting())
        .order_by(WaitingRequest.created_at, WaitingRequest.id)
        .options(joinedload(WaitingRequest.prospect))
    ).all()


def wish_of(request: WaitingRequest, vocabulary: Vocabulary) -> Wanted:
    """What they asked for, as far as the programme still has it."""
    asked = tuple(key for key in request.interests if vocabulary.knows(key))
    return Wanted(asked, frozenset(request.most).intersection(asked), tuple(request.languages))


def count_promised(session: Session, now: datetime) -> dict[int, int]:
    """How many were matched with each ambassador these two weeks and have not booked them yet."""
    booked = exists().where(
        Chat.prospect_id == WaitingRequest.prospect_id,
        Chat.ambassador_id == WaitingRequest.ambassador_id,
        Chat.created_at >= WaitingRequest.changed_at,
    )
    rows = session.execute(
        select(WaitingRequest.ambassador_id, func.count())
        .where(
            WaitingRequest.state == "matched",
            WaitingRequest.ambassador_id.is_not(None),
            WaitingRequest.changed_at > now - PROMISED,
            ~booked,
        )
        .group_by(WaitingRequest.ambassador_id)
    )
    return {id: count for id, count in rows if id is not None}
