"""Offers: a time that somebody can move a chat to by one signed link, while it is unchanged."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.core.notices import PROSPECT
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Chat, Offer
from ambassadors.services import booking
from ambassadors.services.booking.changes import lock_chat
from ambassadors.services.replies.outcomes import name_of

NO_OFFER = said("This link is not valid, or not any more.")
CHANGED = said(
    "The chat has changed since this time was proposed, so the link does not count any more."
)


def make_offer(
    session: Session, chat: Chat, recipient: str, start: datetime, now: datetime,
    proposed_by: str = "", comment: str = "",
) -> Offer:  # fmt: skip
    """An open offer of this start, made only once; the chat is locked by the caller."""
    key = {"chat_id": chat.id, "version": chat.version, "recipient": recipient, "starts_at": start}
    offer = session.scalars(select(Offer).filter_by(**key)).one_or_none()
    if offer is None:
        offer = Offer(**key, uid=str(uuid.uuid4()), nonce=secrets.token_urlsafe(32), created_at=now)
        session.add(offer)
    offer.state = "open"
    offer.proposed_by, offer.comment = proposed_by or offer.proposed_by or "", comment
    session.flush()
    return offer


def offer_token(secret: str, offer: Offer) -> str:
    """What the link of an offer carries."""
    return tokens.chat_token(secret, "offer", offer.uid, offer.nonce)


def find_offer(session: Session, secret: str, token: str) -> Offer:
    """The offer that a link's token is the right to; refused (404) when it is none."""
    uid = tokens.read_uid(token)
    offer = session.scalar(select(Offer).where(Offer.uid == uid)) if uid else None
    if offer is None or not tokens.matches(secret, "offer", offer.uid, offer.nonce, token):
        raise Refused(NO_OFFER, status=404)
    return offer


def is_taken(offer: Offer) -> bool:
    """Whether the chat is at the offered time by this very link."""
    return offer.state == "taken" and offer.chat.starts_at == offer.starts_at


def require_open(offer: Offer) -> None:
    """Refuses (409) an offer that another one replaced, or whose chat has changed."""
    if offer.state != "open" or offer.version != offer.chat.version:
        raise Refused(CHANGED, status=409)


def accept(session: Session, uid: str, now: datetime) -> Offer:
    """Moves the chat to the offered time, as the one it was offered to; once.

    Refused as any move is (409 when the time is taken), or when the chat has changed since.
    """
    wanted = select(Offer).where(Offer.uid == uid).execution_options(populate_existing=True)
    chat = lock_chat(session, session.scalars(wanted).one().chat.uid)
    offer = session.scalars(wanted).one()
    if is_taken(offer):
        return offer
    require_open(offer)
    reason = ""
    if offer.proposed_by:
        reason = said("{name} proposed this time.", name=name_of(chat, offer.proposed_by))
    booking.move(session, chat.uid, offer.starts_at, actor_of(offer), now, reason)
    offer.state = "taken"
    session.flush()
    return offer


def actor_of(offer: Offer) -> Actor:
    """Whose link it is."""
    if offer.recipient == PROSPECT:
        return Actor("prospect")
    return Actor("ambassador", offer.chat.ambassador.user_id)
