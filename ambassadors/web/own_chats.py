"""A prospect's own chats: reached by a mailed link, or by the browser that made them."""

from flask import current_app, request

from ambassadors.core import tokens
from ambassadors.core.chats import Actor
from ambassadors.core.interests import Vocabulary, Wanted
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import booking
from ambassadors.web.access import may_see_chat
from ambassadors.web.forms.prospect import Wish, read_known_zone

PROSPECT = Actor("prospect")
NOT_YOURS = said(
    "There is no such chat, or this browser may not see it any more. "
    "Open the link in one of its mails again."
)
NO_LINK = said(
    "This link is not valid, or not any more. The latest mail about the chat has one that is."
)


def own_chat(uid: str) -> Chat:
    """A chat that this browser may see; refused (404) for every other."""
    if not may_see_chat(uid):
        raise Refused(NOT_YOURS, status=404)
    return booking.find_chat(db.session(), uid)


def linked_chat(token: str, purpose: str) -> Chat:
    """The chat that a link's token is the right to; refused (404) when it is none."""
    uid = tokens.read_uid(token)
    if uid is None:
        raise Refused(NO_LINK, status=404)
    try:
        chat = booking.find_chat(db.session(), uid)
    except Refused:
        raise Refused(NO_LINK, status=404) from None
    if not tokens.matches(secret(), purpose, chat.uid, chat.nonce, token):
        raise Refused(NO_LINK, status=404)
    return chat


def secret() -> str:
    """What signs links and codes."""
    return str(current_app.extensions["settings"].secret_key)


def wish_of(chat: Chat, vocabulary: Vocabulary) -> Wish:
    """What the chat was asked for, to choose again by; interests that were retired are gone."""
    interests = tuple(key for key in chat.interests if vocabulary.knows(key))
    most = frozenset(chat.most).intersection(interests)
    return Wish(Wanted(interests, most, tuple(chat.languages)), chat.prospect_zone, chat.minutes)


def reader_zone(chat: Chat) -> str:
    """The zone that the address asks for, else the one the chat was booked in."""
    return read_known_zone(request.args.get("zone", "")) or chat.prospect_zone
