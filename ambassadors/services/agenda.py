"""An ambassador's own chats: what is to come, what is to be marked, what was."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.core.hours import local_date
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of
from ambassadors.models import Chat
from ambassadors.services.booking import find_chat
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.paging import Page, page_of

# What an ambassador sees: a hold is nobody's yet, and one that expired never was.
SEEN = tuple(
    status.value
    for status in (Status.CONFIRMED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW)
)
MOST_SHOWN = 100


def to_come(session: Session, ambassador_id: int, now: datetime) -> list[Chat]:
    """Confirmed chats that are not over, the next one first."""
    rows = joined_chats().where(
        Chat.ambassador_id == ambassador_id,
        Chat.status == Status.CONFIRMED.value,
        Chat.ends_at > now,
    )
    return list(session.scalars(rows.order_by(Chat.starts_at).limit(MOST_SHOWN)))


def soon(chats: Sequence[Chat], zone: str, now: datetime) -> list[Chat]:
    """Of chats to come, in order, those of today in a zone; the next one, were there none."""
    today = local_date(zone, minute_of(now))
    of_today = [one for one in chats if local_date(zone, minute_of(one.starts_at)) <= today]
    return of_today or list(chats[:1])


def to_mark(session: Session, ambassador_id: int, now: datetime) -> list[Chat]:
    """Chats that are over and not marked completed or no-show, the latest first."""
    rows = joined_chats().where(
        Chat.ambassador_id == ambassador_id,
        Chat.status == Status.CONFIRMED.value,
        Chat.ends_at <= now,
    )
    return list(session.scalars(rows.order_by(Chat.starts_at.desc()).limit(MOST_SHOWN)))


def past(session: Session, ambassador_id: int, now: datetime, number: int) -> Page[Chat]:
    """Chats that are over or were cancelled, the latest first."""
    rows = joined_chats().where(
        Chat.ambassador_id == ambassador_id,
        Chat.status.in_(SEEN),
        or_(Chat.ends_at <= now, Chat.status != Status.CONFIRMED.value),
    )
    return page_of(session, rows.order_by(Chat.starts_at.desc(), Chat.id.desc()), number)


def own_chat(session: Session, ambassador_id: int, uid: str) -> Chat:
    """One of their chats; refused (404) when it is somebody else's, or was never booked."""
    return require_own(find_chat(session, uid), ambassador_id)


def require_own(chat: Chat, ambassador_id: int) -> Chat:
    """The chat, when it is theirs and was booked; refused (404) otherwise."""
    if chat.ambassador_id != ambassador_id or chat.status not in SEEN:
        raise Refused(said("There is no such chat."), status=404)
    return chat
