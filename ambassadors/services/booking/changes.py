"""Changes of a confirmed chat: moved, cancelled, handed over, finished, another place."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ambassadors.core import notices as due
from ambassadors.core.chats import Actor, Status, may_change, may_finish
from ambassadors.core.kept_out import kept_out_load
from ambassadors.core.refused import Refused
from ambassadors.core.said import Said, said
from ambassadors.core.slots import could_take, why_guarded
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, Chat, Feedback
from ambassadors.models.engine import attempt
from ambassadors.services.booking.door import change, expire_holds, find_chat
from ambassadors.services.booking.exceptions import let_through, read_exception
from ambassadors.services.booking.limits import limit_moves
from ambassadors.services.booking.places import (
    lock_ambassador,
    lock_ambassadors,
    lock_prospect,
    place_of,
    refusal,
    require_free,
)
from ambassadors.services.booking.reasons import read_reason
from ambassadors.services.booking.takers import diaries_around, score_of
from ambassadors.services.notices import queue_for_chat, times_of


def move(
    session: Session, uid: str, start: datetime, actor: Actor, now: datetime, reason: str = ""
) -> Chat:
    """Moves a chat to another start with the same ambassador; the same length, the same UID.

    Refused: 409 with alternatives when that time is taken, 422 when it is no slot.
    """
    reason = read_reason(reason)
    chat = lock_for_change(session, uid, now)
    if start == chat.starts_at:
        return chat
    if actor.kind == "prospect":
        limit_moves(session, chat, now)
    expire_holds(session, now, ambassador_id=chat.ambassador_id, prospect_id=chat.prospect_id)
    inside = actor.kind in ("ambassador", "coordinator")
    require_free(session, chat.ambassador_id, start, chat.minutes, now, chat.id, inside)
    values = vars(place_of(chat.ambassador, start, chat.minutes))
    take_place(session, chat, actor, "moved", now, reason, start, **values)
    queue_for_chat(session, chat, due.for_changed(times_of(session, chat), now), now)
    return chat


def cancel(session: Session, uid: str, actor: Actor, now: datetime, reason: str = "") -> Chat:
    """Cancels a confirmed chat; both are told. A chat that is cancelled already stays so."""
    reason = read_reason(reason)
    chat = find_chat(session, uid)
    if chat.status == Status.CANCELLED:
        return chat
    chat = lock_for_change(session, uid, now)
    change(
        session, chat, actor, "cancelled", now, reason,
        status=Status.CANCELLED.value, sequence=chat.sequence + 1,
    )  # fmt: skip
    queue_for_chat(session, chat, due.for_cancelled(times_of(session, chat), now), now)
    return chat


def hand_over(
    session: Session, uid: str, ambassador_id: int, actor: Actor, now: datetime, reason: str = "",
    despite: str | None = None,
) -> Chat:  # fmt: skip
    """Gives a chat to another ambassador who is free then: the same UID, a higher SEQUENCE.

    Any length of theirs will do, and their notice does not count: a coordinator asked them.
    `despite`: why a coordinator makes an exception when the weekly guard alone keeps them out.
    """
    reason = read_reason(reason)
    if despite is not None:
        despite = read_exception(despite, actor)
    chat = lock_for_change(session, uid, now, ambassador_id)
    if ambassador_id == chat.ambassador_id:
        return chat
    new = lock_ambassador(session, ambassador_id)
    expire_holds(session, now, ambassador_id=new.id, prospect_id=chat.prospect_id)
    if is_exception(session, new, chat, now, despite):
        let_through(session, chat, new.id, actor, now, despite or "")
    replaced = chat.ambassador_id
    values = vars(place_of(new, chat.starts_at, chat.minutes))
    take_place(
        session, chat, actor, "handed-over", now, reason, chat.starts_at,
        ambassador_id=new.id, place=new.place, score=score_of(session, chat, new.id), **values,
    )  # fmt: skip
    queue_for_chat(session, chat, due.for_handed_over(times_of(session, chat), replaced, now), now)
    return chat


def is_exception(
    session: Session, new: Ambassador, chat: Chat, now: datetime, despite: str | None
) -> bool:
    """Whether it takes an exception from the weekly guard that somebody gets a chat at its time.

    Refuses (409) whoever cannot take it over, and says if it is the guard alone that does not let
    them; nobody is refused for that when there is a reason `despite` it.
    """
    diary = diaries_around(session, [new.id], chat, now)[new.id]
    start = minute_of(chat.starts_at)
    if could_take(diary, start, chat.minutes):
        return False
    if kept_out_load(diary, start, chat.minutes) is None:
        text = said("{name} is not free at that time.", name=new.name)
    elif despite is None:
        reason = why_guarded(diary, start, chat.minutes)
        text = said("{name}: {reason}", name=new.name, reason=reason)
    else:
        return True
    raise Refused(text, status=409, field="ambassador")


def finish(session: Session, uid: str, status: str, actor: Actor, now: datetime) -> Chat:
    """Marks a chat that has begun completed or no-show; a wrong mark can be corrected."""
    if status not in (Status.COMPLETED, Status.NO_SHOW):
        raise Refused(said("A past chat is marked completed or no-show."), field="status")
    chat = find_chat(session, uid)
    if chat.status == status:
        return chat
    if not may_finish(chat, now):
        raise Refused(
            said("Only a chat that was confirmed and has begun can be marked."), status=409
        )
    decided = select(Feedback.id).where(Feedback.chat_id == chat.id, Feedback.verdict != "")
    if session.scalar(decided) is not None:
        raise Refused(said("A coordinator has decided how this chat went."), status=409)
    return change(session, chat, actor, status.replace("_", "-"), now, status=status)


def change_place(
    session: Session, ambassador_id: int, place: str, actor: Actor, now: datetime
) -> int:
    """Tells everybody with a chat to come where it now happens; how many chats that are.

    A hold learns of it when it is confirmed.
    """
    lock_ambassador(session, ambassador_id)
    chats = session.scalars(
        select(Chat)
        .where(
            Chat.ambassador_id == ambassador_id,
            Chat.status == Status.CONFIRMED.value,
            Chat.starts_at > now,
            Chat.place != place,
        )
        .order_by(Chat.id)
    ).all()
    for chat in chats:
        change(session, chat, actor, "place", now, place=place, sequence=chat.sequence + 1)
        queue_for_chat(session, chat, due.for_changed(times_of(session, chat), now), now)
    return len(chats)


def recount_caps(session: Session, ambassador: Ambassador, now: datetime) -> None:
    """Writes again on which day and in which week chats count, after a change of zone.

    No change of a chat: its time stays. Weeks that are over are left as they were.
    """
    ambassador.caps_changed_at = now
    chats = session.scalars(
        select(Chat).where(
            Chat.ambassador_id == ambassador.id, Chat.starts_at > now - timedelta(days=14)
        )
    )
    for chat in chats:
        place = place_of(ambassador, chat.starts_at, chat.minutes)
        chat.cap_day, chat.cap_week = place.cap_day, place.cap_week
    session.flush()


def lock_for_change(
    session: Session, uid: str, now: datetime, other_ambassador: int | None = None
) -> Chat:
    """The chat, with the rows locked that a change of it may touch; refused when it is too late."""
    chat = lock_chat(session, uid, other_ambassador)
    if may_change(chat, now):
        return chat
    raise Refused(too_late(chat), status=409)


def lock_chat(session: Session, uid: str, other_ambassador: int | None = None) -> Chat:
    """The chat as it is now; nobody else changes it until the transaction is over."""
    chat = find_chat(session, uid)
    ids = {chat.ambassador_id} | ({other_ambassador} if other_ambassador else set())
    lock_ambassadors(session, ids)
    lock_prospect(session, chat.prospect_id)
    return find_chat(session, uid)


def too_late(chat: Chat) -> Said:
    """Why a chat cannot be changed any more."""
    if chat.status == Status.CONFIRMED:
        return said("This chat has begun already, so it can no longer be changed.")
    if chat.status == Status.HELD:
        return said("This chat is not confirmed yet. Enter the code from the mail first.")
    if chat.status == Status.CANCELLED:
        return said("This chat was cancelled, so it cannot be changed.")
    if chat.status == Status.EXPIRED:
        return said("This chat was never confirmed, so it cannot be changed.")
    return said("This chat is over, so it cannot be changed.")


def take_place(
    session: Session, chat: Chat, actor: Actor, action: str, now: datetime, reason: str,
    start: datetime, **values: Any,
) -> None:  # fmt: skip
    """Changes a chat's time or person; whether the new place is free, the database says."""
    ambassador_id, minutes = values.get("ambassador_id", chat.ambassador_id), chat.minutes
    try:
        with attempt(session):
            change(session, chat, actor, action, now, reason, sequence=chat.sequence + 1, **values)
    except IntegrityError as fault:
        raise refusal(fault, int(str(ambassador_id)), start, minutes, now, chat.id) from fault
