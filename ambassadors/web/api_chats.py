"""The API's chats: hold, confirm, move, cancel, look. A chat's token is the right to it."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor, Status
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.tokens import matches, read_uid
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import booking
from ambassadors.services.booking import Order
from ambassadors.services.idempotency import answer_once
from ambassadors.services.writing import write
from ambassadors.web import api_schemas as schemas
from ambassadors.web.api_json import answer, chat_of, whole_chat, with_links
from ambassadors.web.api_spec import documented, refuse_unreadable
from ambassadors.web.network import caller
from ambassadors.web.speaking import language

pages = Blueprint("api_chats", __name__, url_prefix="/api/v1/chats")
pages.before_request(refuse_unreadable)

PROSPECT = Actor("prospect")


def clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


def secret() -> str:
    """What signs links."""
    return str(current_app.extensions["settings"].secret_key)


def own_chat(token: str) -> Chat:
    """The chat that a token is the right to; refused (404) when it is none."""
    uid = read_uid(token)
    chat = booking.find_chat(db.session(), uid) if uid else None
    if chat is None or not matches(secret(), "manage", chat.uid, chat.nonce, token):
        raise Refused(said("There is no such chat."), status=404)
    g.minutes = chat.minutes
    return chat


@pages.post("")
@documented(schemas.ChatAnswer, 404, 409, 429, status=201)
def book_chat(json: schemas.Booking, headers: schemas.BookingHeaders) -> Response:
    """Holds a time for ten minutes and mails a code; confirmed at once with VERIFY_EMAIL=0.

    With an Idempotency-Key, the same key and body give the same answer, another body 422.
    """
    g.minutes = json.minutes
    order, now, key = order_of(json), clock(), headers.idempotency_key
    verify = current_app.extensions["settings"].verify_email

    def book(session: Session) -> Chat:
        return booking.hold(session, order, now, verify)

    if not key:
        return answer(whole_chat(write(db.session(), book)), 201)
    body: dict[str, Any] = request.get_json()
    done = write(db.session(), lambda s: answer_once(s, key, body, now, book, chat_of))
    return answer({"chat": with_links(done.chat, done.said)}, 201)


def order_of(asked: schemas.Booking) -> Order:
    """What the service is asked to book."""
    return Order(
        ambassador_id=asked.ambassador,
        start=asked.start,
        minutes=asked.minutes,
        name=asked.prospect.name,
        email=asked.prospect.email,
        zone=asked.prospect.time_zone,
        interests=tuple(asked.interests),
        most=tuple(asked.most),
        languages=tuple(asked.languages),
        question=asked.question,
        source="api",
        held_from=caller(),
        locale=language().locale,
    )


@pages.get("/<token>")
@documented(schemas.ChatAnswer, 404)
def show_chat(token: str) -> Response:
    """A chat as its prospect may see it."""
    return answer(whole_chat(own_chat(token)))


@pages.post("/<token>/confirm")
@documented(schemas.ChatAnswer, 404, 409, 429)
def confirm_chat(token: str, json: schemas.Code) -> Response:
    """Confirms a held chat with the code from the mail."""
    uid, code, now = own_chat(token).uid, json.code, clock()
    chat = write(db.session(), lambda session: booking.confirm(session, uid, code, now, secret()))
    return answer(whole_chat(chat))


@pages.post("/<token>/move")
@documented(schemas.ChatAnswer, 404, 409)
def move_chat(token: str, json: schemas.Move) -> Response:
    """Moves a confirmed chat to another start with the same ambassador."""
    uid, now = own_chat(token).uid, clock()
    chat = write(
        db.session(), lambda session: booking.move(session, uid, json.start, PROSPECT, now)
    )
    return answer(whole_chat(chat))


@pages.post("/<token>/cancel")
@documented(schemas.ChatAnswer, 404, 409)
def cancel_chat(token: str, json: schemas.Cancellation) -> Response:
    """Cancels a confirmed chat, or lets go of a held one (which is then `expired`)."""
    chat, reason, now = own_chat(token), json.reason, clock()
    uid = chat.uid
    if chat.status == Status.HELD:
        chat = write(db.session(), lambda session: booking.release(session, uid, now))
    if chat.status != Status.EXPIRED:
        chat = write(db.session(), lambda s: booking.cancel(s, uid, PROSPECT, now, reason))
    return answer(whole_chat(chat))
