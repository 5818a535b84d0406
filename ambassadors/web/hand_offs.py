"""Mailed links of ambassadors: "I can't make it", and "can you take this chat over?"

The link is the right to it, so nobody has to sign in first; looking changes nothing.
"""

import hmac
from datetime import UTC, datetime

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core import tokens
from ambassadors.core.chats import may_change
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Chat, HandOffAsk
from ambassadors.services import booking, handoffs
from ambassadors.services.booking.changes import too_late
from ambassadors.services.letters import drop_out_token
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write

pages = Blueprint("hand_offs", __name__)

Page = str | tuple[str, int] | Response
NO_LINK = said(
    "This link is not valid, or not any more: somebody else may have the chat by now. "
    "The latest mail about it has one that is."
)


@pages.get("/cannot/<token>")
def ask_reason(token: str) -> Page:
    """What follows from not making it, and why that is."""
    return render_cannot(own_chat(token)), 200


@pages.post("/cannot/<token>")
def drop_out(token: str) -> Page:
    """They cannot make it: somebody else is looked for."""
    chat, now = own_chat(token), datetime.now(UTC)
    uid, who, reason = chat.uid, chat.ambassador_id, request.form.get("reason", "")
    try:
        write(db.session(), lambda s: handoffs.start(s, uid, now, reason, who))
    except Refused as refusal:
        if refusal.field is None:
            raise
        return render_cannot(chat, {refusal.field: refusal.text}), refusal.status
    search = handoffs.last_search(db.session(), chat.id)
    return render_template("ambassador/dropped_out.html", chat=chat, search=search), 200


def own_chat(token: str) -> Chat:
    """The chat of a link to drop out of; refused (404) unless it is still that ambassador's."""
    uid = tokens.read_uid(token)
    try:
        chat = booking.find_chat(db.session(), uid or "")
    except Refused:
        raise Refused(NO_LINK, status=404) from None
    if not hmac.compare_digest(drop_out_token(secret(), chat).encode(), token.encode()):
        raise Refused(NO_LINK, status=404)
    return chat


def render_cannot(chat: Chat, errors: dict[str, str] | None = None) -> str:
    """The form, as typed; refused (409) for a chat that cannot be changed any more."""
    if not may_change(chat, datetime.now(UTC)):
        raise Refused(too_late(chat), status=409)
    return render_template(
        "ambassador/cannot.html",
        layout="layouts/page.html",
        action=request.path,
        chat=chat,
        zone=chat.ambassador.time_zone,
        reason=request.form.get("reason", ""),
        errors=errors or {},
    )


@pages.get("/take-over/<token>")
def ask_answer(token: str) -> Page:
    """Who needs somebody, when, and the two answers."""
    return render_question(handoffs.find_ask(db.session(), token, secret())), 200


@pages.post("/take-over/<token>")
def answer(token: str) -> Page:
    """Yes or no."""
    session, now = db.session(), datetime.now(UTC)
    ask = handoffs.find_ask(session, token, secret())
    word, uid = request.form.get("answer", ""), ask.uid
    if word == "yes":
        write(session, lambda s: handoffs.accept(s, uid, now))
    elif word == "no":
        write(session, lambda s: handoffs.decline(s, uid, now))
    else:
        raise Refused(said("Please say yes or no."), field="answer")
    return render_template(
        "ambassador/answered.html", ask=handoffs.find_ask(session, token, secret())
    ), 200


def render_question(ask: HandOffAsk) -> str:
    """The question, or what became of it."""
    return render_template(
        "ambassador/take_over.html",
        ask=ask,
        chat=ask.hand_off.chat,
        zone=ask.ambassador.time_zone,
        closed=handoffs.why_closed(ask, datetime.now(UTC)),
        vocabulary=vocabulary(db.session()),
    )


def secret() -> str:
    """What signs links."""
    return str(current_app.extensions["settings"].secret_key)
