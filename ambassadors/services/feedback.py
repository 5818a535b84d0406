"""What a prospect says of a chat afterwards: a row in the chat's own history."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor, Status
from ambassadors.core.refused import Refused
from ambassadors.core.text import plain
from ambassadors.models import Chat, ChatChange
from ambassadors.services.booking.door import change, find_chat

ANSWERS = {"yes": "Yes", "partly": "Partly", "no": "No"}
LONGEST_COMMENT = 2000
ACTION = "feedback"


def answer(session: Session, uid: str, helped: str, comment: str, now: datetime) -> ChatChange:
    """Writes down whether the chat helped; the last answer counts.

    Refused (422) when there is no such answer or the comment is too long, (409) before the end.
    """
    if helped not in ANSWERS:
        raise Refused("Please choose one of the three answers.", field="helped")
    if len(comment) > LONGEST_COMMENT:
        raise Refused(f"The comment is longer than {LONGEST_COMMENT} characters.", field="comment")
    chat = find_chat(session, uid)
    if not may_answer(chat, now):
        raise Refused("This can be answered once the chat has taken place.", status=409)
    said = ANSWERS[helped]
    text = plain(comment)
    change(session, chat, Actor("prospect"), ACTION, now, f"{said}. {text}" if text else said)
    session.flush()
    return find_answers(session, chat)[-1]


def may_answer(chat: Chat, now: datetime) -> bool:
    """Whether the chat was confirmed and is over."""
    took_place = chat.status in (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
    return took_place and now >= chat.ends_at


def find_answers(session: Session, chat: Chat) -> list[ChatChange]:
    """What was answered so far, the last at the end."""
    return list(
        session.scalars(
            select(ChatChange)
            .where(ChatChange.chat_id == chat.id, ChatChange.action == ACTION)
            .order_by(ChatChange.version)
        )
    )
