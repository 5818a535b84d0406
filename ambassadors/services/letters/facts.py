"""A chat as its mails tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.chats import Status
from ambassadors.mail.compose import ChatFacts, Person
from ambassadors.models import Ambassador, Chat, ChatChange, Notice
from ambassadors.services.letters.post import Post, person_of
from ambassadors.services.programme import vocabulary

# Looked up for every mail about a chat: put together once, and no more of it than mails tell.
_CHANGES = select(
    ChatChange.chat_id, ChatChange.version, ChatChange.before, ChatChange.reason, ChatChange.actor
).where(ChatChange.chat_id.in_(bindparam("chats", expanding=True)))
KNOWN = "changes_of_chats"  # in Session.info: a transaction, and the changes of some chats in it

Changes = Mapping[int, Mapping[int, Any]]  # a chat's id, a version, what mails tell of that change


def look_up_changes(session: Session, chats: Sequence[int]) -> Changes:
    """The history of some chats, known until this transaction ends."""
    found: dict[int, dict[int, Any]] = {chat: {} for chat in chats}
    for row in session.connection().execute(_CHANGES, {"chats": list(found)}):
        found[row.chat_id][row.version] = row
    session.info[KNOWN] = (session.get_transaction(), found)
    return found


def change_of(session: Session, chat: int, version: int) -> Any:
    """What mails tell of one change, None when the history has none of that version."""
    transaction, known = session.info.get(KNOWN, (None, {}))
    if transaction is not session.get_transaction() or chat not in known:
        known = look_up_changes(session, [chat])
    return known[chat].get(version)


def facts_of(session: Session, chat: Chat, post: Post, version: int) -> ChatFacts:
    """A chat as its mails tell it; `version` is the change that the mail is about."""
    base, known = post.service.base_url, vocabulary(session)
    last = change_of(session, chat.id, version)
    before = last.before if last else {}
    manage = tokens.chat_token(post.secret, "manage", chat.uid, chat.nonce)
    feedback = tokens.chat_token(post.secret, "feedback", chat.uid, chat.nonce)
    again = urlencode([("interest", key) for key in chat.interests])
    held = chat.status == Status.HELD
    return ChatFacts(
        uid=chat.uid,
        sequence=chat.sequence,
        status=chat.status,
        start=chat.starts_at,
        end=chat.ends_at,
        prospect=Person(chat.prospect_name, chat.prospect.email, chat.prospect_zone, chat.locale),
        ambassador=person_of(chat.ambassador),
        question=chat.question,
        place=chat.place,
        interests=tuple(known.item(key).label for key in chat.interests if known.knows(key)),
        manage_url=f"{base}/c/{manage}",
        staff_url=f"{base}/ambassador/chats/{chat.uid}",
        feedback_url=f"{base}/feedback/{feedback}",
        ask_url=f"{base}/matches?{again}" if again else f"{base}/",
        reason=last.reason if last else "",
        changed_by=last.actor if last else "service",
        previous_start=moment(before.get("starts_at"), chat.starts_at),
        previous_ambassador=previous_ambassador(session, before, chat),
        hold_expires_at=chat.hold_expires_at,
        code=tokens.code(post.secret, chat.uid, chat.nonce, chat.prospect.email) if held else None,
        stamp=chat.changed_at,
        drop_out_url=f"{base}/cannot/{drop_out_token(post.secret, chat)}",
    )


def drop_out_token(secret: str, chat: Chat) -> str:
    """The right of the chat's present ambassador, and no other's, to say they cannot make it."""
    return tokens.chat_token(secret, f"drop-out:{chat.ambassador_id}", chat.uid, chat.nonce)


def moment(text: object, present: datetime) -> datetime | None:
    """A moment from the history, None when it is none or no other than the present one."""
    then = datetime.fromisoformat(text) if isinstance(text, str) else None
    return None if then == present else then


def previous_ambassador(session: Session, before: dict[str, object], chat: Chat) -> Person | None:
    """Who had the chat before the change, if that change replaced them."""
    number = before.get("ambassador_id")
    if not isinstance(number, int) or number == chat.ambassador_id:
        return None
    row = session.get(Ambassador, number)
    return person_of(row) if row else None


def as_replaced(session: Session, chat: Chat, facts: ChatFacts, notice: Notice) -> ChatFacts:
    """The facts for somebody who had this chat: their name and the time it had with them.

    Their entry ends with the SEQUENCE of the change that replaced them, whatever came later.
    """
    number = int(notice.recipient.rpartition(":")[2])
    row = session.get_one(Ambassador, number)
    last = session.scalar(
        select(ChatChange).where(
            ChatChange.chat_id == chat.id, ChatChange.version == notice.version
        )
    )
    before, after = (last.before, last.after) if last else ({}, {})
    return replace(
        facts,
        previous_ambassador=person_of(row),
        previous_start=moment(before.get("starts_at"), chat.starts_at),
        sequence=int(after.get("sequence", chat.sequence)),
        stamp=last.at if last else facts.stamp,
    )
