"""How many chats, holds and changed addresses one person or network may have."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import HOLDS_PER_ADDRESS, LIVE_CHATS
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Chat, Prospect
from ambassadors.models.bare import bare
from ambassadors.models.chats import IS_CONFIRMED, IS_HELD
from ambassadors.services.blocks import IN_FORCE, NOT_HERE, in_line, refuse_blocked
from ambassadors.services.throttles import count_or_refuse, hash_of, put_in_line

# Inside the write lock every statement counts: these are put together once.
_COUNT = select(func.count()).select_from(Chat)
_HELD = _COUNT.where(
    Chat.held_from == bindparam("held_from"),
    IS_HELD,
    Chat.hold_expires_at > bindparam("now"),
)
_TO_COME = _COUNT.where(
    Chat.prospect_id == bindparam("prospect_id"),
    IS_CONFIRMED,
    Chat.ends_at > bindparam("now"),
)
_STANDING = select(IN_FORCE.exists(), _TO_COME.scalar_subquery())


def refuse_too_many(
    session: Session, prospect: Prospect, held_from: str | None, now: datetime
) -> None:
    """Refuses (429) a fourth live chat of one person, or a fourth hold from one network address."""
    refuse_person(session, prospect, now)
    if held_from is None:
        return
    put_in_line(session, hash_of("held-from", held_from))
    held = session.scalar(_HELD, {"held_from": held_from, "now": now})
    if (held or 0) >= HOLDS_PER_ADDRESS:
        raise Refused(
            said(
                "Three times are being held from this network already. Confirm one with its code, "
                "or wait ten minutes."
            ),
            status=429,
        )


def refuse_person(session: Session, prospect: Prospect, now: datetime) -> None:
    """Refuses a prospect, whose row is locked: blocked (409), or with three chats to come (429)."""
    values = in_line(session, prospect.email) | {"prospect_id": prospect.id, "now": now}
    blocked, to_come = bare(session).execute(_STANDING, values).one()
    if blocked:
        raise Refused(NOT_HERE, status=409)
    if to_come >= LIVE_CHATS:
        raise Refused(
            said(
                "There are three chats to come for this e-mail address already, which is the most "
                "at one time. Cancel one of them, or book again after the next one."
            ),
            status=429,
            field="email",
        )


def limit_moves(session: Session, chat: Chat, now: datetime) -> None:
    """Ten moves an hour by a prospect: each one is a mail to both. Who is blocked moves none."""
    refuse_blocked(session, chat.prospect.email)
    count_or_refuse(
        session,
        "move",
        chat.uid,
        now,
        limit=10,
        per=timedelta(hours=1),
        why=said("This chat was moved ten times within the hour. Please try again later."),
    )


def limit_corrections(session: Session, chat: Chat, now: datetime) -> None:
    """Three addresses a hold: a fourth is no typing mistake."""
    count_or_refuse(
        session,
        "correct-address",
        chat.uid,
        now,
        limit=3,
        per=timedelta(hours=1),
        why=said("The address was changed three times. Please choose the time again."),
    )
