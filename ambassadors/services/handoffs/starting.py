"""A hand-off begins, or its ambassador can come after all."""

from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core.notices import PROSPECT, Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import HandOff
from ambassadors.services.booking.changes import lock_for_change
from ambassadors.services.booking.reasons import read_reason
from ambassadors.services.handoffs.asking import ask_next, end, open_hand_off
from ambassadors.services.notices import queue


def start(
    session: Session, uid: str, now: datetime, reason: str = "", of: int | None = None
) -> HandOff:
    """The chat's ambassador cannot make it: asks the best match who is free at that time.

    Doing it twice is doing it once. `of` is the ambassador who says so: refused (409) when
    somebody else has the chat by now, or it cannot be changed any more; (422) for a reason that
    is too long.
    """
    reason = read_reason(reason)
    chat = lock_for_change(session, uid, now)
    if of not in (None, chat.ambassador_id):
        raise Refused(said("Somebody else has this chat by now."), status=409)
    under_way = open_hand_off(session, chat.id)
    if under_way is not None and under_way.chat_version == chat.version:
        return under_way
    if under_way is not None:
        end(session, under_way, "withdrawn", now)
    hand_off = HandOff(
        chat_id=chat.id,
        chat_version=chat.version,
        ambassador_id=chat.ambassador_id,
        reason=reason,
        started_at=now,
    )
    session.add(hand_off)
    session.flush()
    if ask_next(session, hand_off, now):
        told = Due(Kind.HAND_OFF_STARTED, PROSPECT, now, chat.starts_at)
        queue(session, f"hand-off:{hand_off.id}", chat.version, [told], now, chat_id=chat.id)
    return hand_off


def take_back(session: Session, uid: str, now: datetime) -> HandOff:
    """The ambassador can come after all, and nobody has taken the chat yet: it stays theirs.

    The prospect is told, since they were told of the search. Refused (409) when it is over.
    """
    chat = lock_for_change(session, uid, now)
    hand_off = open_hand_off(session, chat.id)
    if hand_off is None or hand_off.chat_version != chat.version:
        raise Refused(said("Nobody is being asked to take this chat over any more."), status=409)
    end(session, hand_off, "withdrawn", now)
    told = Due(Kind.HAND_OFF_OVER, PROSPECT, now, chat.starts_at)
    queue(session, f"hand-off:{hand_off.id}", chat.version, [told], now, chat_id=chat.id)
    return hand_off
