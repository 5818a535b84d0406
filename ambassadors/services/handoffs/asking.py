"""Whom a hand-off asks next, and how it ends when nobody is left."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core import notices
from ambassadors.core.chats import Actor, Status
from ambassadors.core.handoffs import answer_until
from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.models import Ambassador, Chat, HandOff, HandOffAsk
from ambassadors.services import booking
from ambassadors.services.booking.changes import lock_for_change
from ambassadors.services.handoffs.others import find_others
from ambassadors.services.notices import queue
from ambassadors.services.writing import write

SERVICE = Actor("service")


def open_hand_off(session: Session, chat_id: int) -> HandOff | None:
    """The search for somebody else that is under way for a chat."""
    wanted = select(HandOff).where(HandOff.chat_id == chat_id, HandOff.status == "asking")
    return session.scalar(wanted.execution_options(populate_existing=True))


def ask_next(session: Session, hand_off: HandOff, now: datetime) -> bool:
    """Asks the best match who is free at the time and was not asked yet; False: nobody is left.

    Then, and when it is too late to ask anybody, the chat is cancelled, and what else there is
    stands in the mail that says so.
    """
    chat = hand_off.chat
    until = answer_until(chat.starts_at, now)
    found = next(left_to_ask(session, hand_off, now), None) if until else None
    if until is None or found is None:
        give_up(session, hand_off, now)
        return False
    ambassador, score = found
    ask = HandOffAsk(
        uid=str(uuid.uuid4()),
        nonce=secrets.token_urlsafe(24),
        hand_off_id=hand_off.id,
        ambassador_id=ambassador.id,
        score=score,
        asked_at=now,
        expires_at=until,
    )
    session.add(ask)
    session.flush()
    due = Due(Kind.HAND_OFF_ASKED, notices.ambassador(ambassador.id), now, until)
    queue(session, f"hand-off:{hand_off.id}", hand_off.chat_version, [due], now, chat_id=chat.id)
    return True


def left_to_ask(
    session: Session, hand_off: HandOff, now: datetime
) -> Iterator[tuple[Ambassador, int]]:
    """Who is free at the chat's time and was not asked yet, the best match first."""
    asked = set(
        session.scalars(
            select(HandOffAsk.ambassador_id).where(HandOffAsk.hand_off_id == hand_off.id)
        )
    )
    for ambassador, score in booking.free_ambassadors(session, hand_off.chat.uid, now):
        if ambassador.id not in asked and ambassador.id != hand_off.ambassador_id:
            yield ambassador, score


def give_up(session: Session, hand_off: HandOff, now: datetime) -> None:
    """Nobody can: the chat is cancelled, with the nearest other times for its prospect."""
    others = find_others(session, hand_off.chat, now)
    hand_off.alternatives = [
        {"ambassador_id": one.ambassador_id, "start": one.start.isoformat()} for one in others
    ]
    end(session, hand_off, "nobody", now)
    booking.cancel(session, hand_off.chat.uid, SERVICE, now, hand_off.reason)


def end(session: Session, hand_off: HandOff, status: str, now: datetime) -> None:
    """The search is over; a question that is still open is closed."""
    session.execute(
        update(HandOffAsk)
        .where(HandOffAsk.hand_off_id == hand_off.id, HandOffAsk.answer == "")
        .values(answer="overtaken", answered_at=now)
        .execution_options(synchronize_session="fetch")
    )
    hand_off.status, hand_off.ended_at = status, now
    session.flush()


def go_on(session: Session, now: datetime) -> int:
    """Brings every search on whose question has run out, or whose chat has changed; how many.

    Each in a transaction of its own: any number of schedulers may do this side by side.
    """
    due = list(session.scalars(select(Chat.uid).join(HandOff).where(*stalled(now))))
    session.rollback()
    for uid in due:
        with suppress(Refused):  # the chat was changed in this moment: the next round sees it
            write(session, partial(step, uid=uid, now=now))
    return len(due)


def stalled(now: datetime) -> Iterator[ColumnElement[bool]]:
    """Searches under way with nobody to wait for, or of a chat that is not as it was."""
    waiting = exists().where(
        HandOffAsk.hand_off_id == HandOff.id, HandOffAsk.answer == "", HandOffAsk.expires_at > now
    )
    yield HandOff.status == "asking"
    yield or_(Chat.version != HandOff.chat_version, Chat.status != "confirmed", ~waiting)


def step(session: Session, uid: str, now: datetime) -> None:
    """One search: it ends when its chat was changed; when time is up, the next is asked."""
    chat = booking.find_chat(session, uid)
    hand_off = open_hand_off(session, chat.id)
    if hand_off is None:
        return
    as_it_was = chat.version == hand_off.chat_version and chat.status == Status.CONFIRMED
    if not as_it_was or chat.starts_at <= now:
        end(session, hand_off, "withdrawn", now)
        return
    lock_for_change(session, uid, now)
    hand_off = open_hand_off(session, chat.id)
    if hand_off is not None:
        expire_question(session, hand_off, now)


def expire_question(session: Session, hand_off: HandOff, now: datetime) -> None:
    """Closes a question whose time is up, and asks the next; one that still runs is left alone."""
    question = session.scalar(
        select(HandOffAsk).where(HandOffAsk.hand_off_id == hand_off.id, HandOffAsk.answer == "")
    )
    if question is not None and question.expires_at > now:
        return
    if question is not None:
        question.answer, question.answered_at = "expired", now
        session.flush()
    ask_next(session, hand_off, now)
