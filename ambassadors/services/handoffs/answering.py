"""What somebody who was asked to take a chat over says."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Chat, HandOffAsk
from ambassadors.services import booking
from ambassadors.services.booking.changes import lock_for_change
from ambassadors.services.handoffs.asking import ask_next, end

PURPOSE = "take-over"
NO_LINK = said("This link is not valid. The latest mail about it has one that is.")
NOT_FREE = said(
    "You are not free at that time any more, so we ask somebody else. Thank you anyway."
)


def find_ask(session: Session, token: str, secret: str) -> HandOffAsk:
    """The question that a mailed link is about; refused (404) when the link is none of ours."""
    uid = tokens.read_uid(token)
    wanted = select(HandOffAsk).where(HandOffAsk.uid == uid)
    ask = session.scalar(wanted.execution_options(populate_existing=True)) if uid else None
    if ask is None or not tokens.matches(secret, PURPOSE, ask.uid, ask.nonce, token):
        raise Refused(NO_LINK, status=404)
    return ask


def why_closed(ask: HandOffAsk, now: datetime) -> str | None:
    """Why a question cannot be answered any more, in a sentence; None while it can."""
    words = {
        "yes": said("You have taken this chat over already."),
        "no": said("You have said that you cannot take this chat over."),
        "expired": said("Somebody else is being asked by now."),
        "overtaken": said("This chat does not need anybody any more."),
    }
    if ask.answer:
        return words[ask.answer]
    if ask.expires_at <= now:
        return words["expired"]
    chat = ask.hand_off.chat
    as_it_was = chat.version == ask.hand_off.chat_version and chat.status == "confirmed"
    return None if as_it_was else words["overtaken"]


def accept(session: Session, uid: str, now: datetime) -> Chat:
    """They take it: the same calendar entry, another name. Saying so twice is saying it once.

    Refused (409) when the question is closed, or when they are not free any more; then the next
    one is asked.
    """
    ask = lock_question(session, uid, now)
    if ask.answer == "yes":
        return ask.hand_off.chat
    require_open(ask, now)
    who = Actor("ambassador", ask.ambassador.user_id)
    chat, hand_off = ask.hand_off.chat, ask.hand_off
    try:
        booking.hand_over(session, chat.uid, ask.ambassador_id, who, now)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        say_no(session, ask, now)
        raise Refused(NOT_FREE, status=409, keep=True) from refusal
    ask.answer, ask.answered_at = "yes", now
    end(session, hand_off, "taken", now)
    return chat


def decline(session: Session, uid: str, now: datetime) -> None:
    """They cannot: the next one is asked. Refused (409) when the question is closed."""
    ask = lock_question(session, uid, now)
    if ask.answer != "no":
        require_open(ask, now)
        say_no(session, ask, now)


def lock_question(session: Session, uid: str, now: datetime) -> HandOffAsk:
    """A question with its chat locked, as it is then; refused (409) when the chat has begun."""
    wanted = select(HandOffAsk).where(HandOffAsk.uid == uid)
    ask = session.scalars(wanted).one()
    if not ask.answer:
        lock_for_change(session, ask.hand_off.chat.uid, now, ask.ambassador_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def require_open(ask: HandOffAsk, now: datetime) -> None:
    """Refuses (409) a question that is closed."""
    closed = why_closed(ask, now)
    if closed is not None:
        raise Refused(closed, status=409)


def say_no(session: Session, ask: HandOffAsk, now: datetime) -> None:
    """Writes the no down and asks the next one."""
    ask.answer, ask.answered_at = "no", now
    session.flush()
    ask_next(session, ask.hand_off, now)
