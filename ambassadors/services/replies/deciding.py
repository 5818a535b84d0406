"""Whose mail it is, and whether they may: the chat's own secret, and the person's own address."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.notices import PROSPECT, ambassador
from ambassadors.core.replies import Arrived, Kind, Wish
from ambassadors.core.said import said
from ambassadors.models import Chat, Notice
from ambassadors.services.letters import Post, reply_secret
from ambassadors.services.replies.acting import act
from ambassadors.services.replies.outcomes import Outcome, name_of
from ambassadors.services.replies.returned import note_returned

UNPROVEN = said(
    "It was not sent to the chat’s own address, so it may be from anybody. Nothing was changed."
)


@dataclass(frozen=True)
class Decided:
    """What became of a mail, the chat it is about, and whose answer it is, where that is known."""

    outcome: Outcome
    chat_id: int | None = None
    recipient: str = ""


def decide(session: Session, mail: Arrived, post: Post, now: datetime) -> Decided:
    """What to do with a mail, done."""
    if mail.kind == Kind.RETURNED and mail.returned is not None:
        return Decided(*note_returned(session, mail.returned, mail.secrets, post, now))
    if mail.kind == Kind.AUTOMATIC:
        return Decided(Outcome("ignored", said("An automatic answer.")))
    if mail.wish is not None:
        return decide_wish(session, mail, mail.wish, post, now)
    if mail.kind == Kind.UNREADABLE:
        return Decided(Outcome("ignored", mail.problem))
    return decide_words(session, mail)


def decide_words(session: Session, mail: Arrived) -> Decided:
    """A mail in words: held when it answers one of ours; nobody else's business otherwise."""
    chat_id = session.scalar(
        select(Notice.chat_id)
        .where(Notice.message_id.in_(mail.about), Notice.chat_id.is_not(None))
        .limit(1)
    )
    if chat_id is None:
        return Decided(Outcome("ignored", mail.problem))
    words = said("Somebody answered in words. The mail is in the mailbox; please read it there.")
    return Decided(Outcome("held", words), chat_id)


def decide_wish(session: Session, mail: Arrived, wish: Wish, post: Post, now: datetime) -> Decided:
    """An answer of a calendar: acted upon only when it is surely its person's own."""
    chat = session.scalar(select(Chat).where(Chat.uid == wish.uid.lower()))
    if chat is None:
        return Decided(Outcome("ignored", said("It answers an invitation that is not ours.")))
    recipient = owner_of(chat, mail.secrets, post)
    if recipient is None:
        return Decided(Outcome("held", UNPROVEN), chat.id)
    problem = stranger(chat, recipient, mail, wish)
    if problem:
        return Decided(Outcome("held", problem), chat.id, recipient)
    return Decided(act(session, chat, recipient, wish, now), chat.id, recipient)


def owner_of(chat: Chat, secrets: Iterable[str], post: Post) -> str | None:
    """The person of the chat to whom one of the secrets was given, as notices name them."""
    given = tuple(secrets)
    for recipient in (PROSPECT, ambassador(chat.ambassador_id)):
        own = reply_secret(chat, post, recipient)
        if any(hmac.compare_digest(own.encode(), one.encode()) for one in given):
            return recipient
    return None


def stranger(chat: Chat, recipient: str, mail: Arrived, wish: Wish) -> str:
    """Why a mail may be somebody else's; empty when sender and attendee are who was invited."""
    prospect = recipient == PROSPECT
    own = (chat.prospect.email if prospect else chat.ambassador.user.email).lower()
    name = name_of(chat, recipient)
    if mail.sender != own:
        return said(
            "It came from an address that is not the one of {name}. Nothing was changed.", name=name
        )
    if wish.attendee and wish.attendee != own:
        return said("It answers for somebody else than {name}. Nothing was changed.", name=name)
    return ""
