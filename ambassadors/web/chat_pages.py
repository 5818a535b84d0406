"""A prospect's chat: looked at, put into a calendar, moved, cancelled."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core import invites, tokens
from ambassadors.core.chats import Status, may_change
from ambassadors.core.invites import Invite
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.mail.entries import entry
from ambassadors.models import Chat
from ambassadors.services import booking, handoffs, replies
from ambassadors.services.booking.changes import too_late
from ambassadors.services.letters import facts_of, sender
from ambassadors.services.programme import vocabulary
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from ambassadors.web.access import grant_chat
from ambassadors.web.changing import free_times
from ambassadors.web.forms.prospect import read_start
from ambassadors.web.own_chats import (
    PROSPECT,
    linked_chat,
    own_chat,
    reader_zone,
    secret,
    wish_of,
)
from ambassadors.web.speaking import speak

pages = Blueprint("chats", __name__)

Page = str | tuple[str, int] | Response

IN_CALENDARS = (Status.CONFIRMED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW)


@pages.get("/c/<token>")
def follow_link(token: str) -> Page:
    """A mailed link: this browser may see the chat for a while. Nothing else changes."""
    chat = linked_chat(token, "manage")
    grant_chat(chat.uid)
    page = "chats.ask_cancel" if request.args.get("to") == "cancel" else "chats.show"
    return redirect(url_for(page, uid=chat.uid))


@pages.get("/chats/<uid>")
def show(uid: str) -> Page:
    """The chat as it is now, in both zones, with all that can be done about it."""
    chat, now, session = own_chat(uid), datetime.now(UTC), db.session()
    if chat.status in (Status.HELD, Status.EXPIRED):
        return redirect(url_for("codes.code", uid=uid))
    token = tokens.chat_token(secret(), "manage", chat.uid, chat.nonce)
    invite = invite_of(session, chat)
    return render_template(
        "prospect/chat.html",
        chat=chat,
        zone=reader_zone(chat),
        now=now,
        changeable=may_change(chat, now),
        search=handoffs.last_search(session, chat.id),
        google=invites.google_link(invite),
        outlook=invites.outlook_link(invite),
        ics=url_for("chats.invitation", token=token),
        link=f"{current_app.extensions['settings'].base_url}/c/{token}",
        query=wish_of(chat, vocabulary(session)).query,
        answers=replies.said_about(session, chat),
    )


@pages.get("/chats/<token>/invite.ics")
def invitation(token: str) -> Response:
    """The current invitation as a file."""
    chat = linked_chat(token, "manage")
    if chat.status not in IN_CALENDARS:
        raise Refused(said("This chat is not confirmed, so it has no calendar entry."), status=404)
    body = invites.publish(invite_of(db.session(), chat))
    response = Response(body, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response.headers["Content-Disposition"] = 'attachment; filename="chat.ics"'
    return response


def invite_of(session: Session, chat: Chat) -> Invite:
    """The prospect's own calendar entry, as the mails carry it."""
    post = post_of(session, current_app.extensions["settings"])
    service = sender(chat, post, "prospect")
    return entry(facts_of(session, chat, post, chat.version), "prospect", service)


@pages.get("/chats/<uid>/move")
def choose_move(uid: str) -> Page:
    """The free times of the chat's ambassador, a week at a time."""
    return render_move(changeable_chat(uid)), 200


@pages.post("/chats/<uid>/move")
def move(uid: str) -> Page:
    """Moves the chat to the chosen time; both are told by mail."""
    now, chat = datetime.now(UTC), changeable_chat(uid)
    reason = request.form.get("reason", "")
    try:
        start = read_start(request.form.get("start", ""))
        write(db.session(), lambda s: booking.move(s, uid, start, PROSPECT, now, reason))
    except Refused as refusal:
        return render_move(chat, refusal), refusal.status
    flash(speak(said("The chat is moved. Both of you get the new time by mail.")))
    return redirect(url_for("chats.show", uid=uid), 303)


def render_move(chat: Chat, refusal: Refused | None = None) -> str:
    """The page of times to move to, with what is wrong."""
    now, zone = datetime.now(UTC), reader_zone(chat)
    return render_template(
        "prospect/move.html",
        chat=chat,
        zone=zone,
        now=now,
        times=free_times(db.session(), chat, zone, now),
        reason=request.form.get("reason", ""),
        refusal=refusal,
    )


@pages.get("/chats/<uid>/cancel")
def ask_cancel(uid: str) -> Page:
    """Asks once more, and for a reason."""
    return render_cancel(changeable_chat(uid)), 200


@pages.post("/chats/<uid>/cancel")
def cancel(uid: str) -> Page:
    """Cancels the chat; both are told by mail."""
    now, chat = datetime.now(UTC), changeable_chat(uid)
    reason = request.form.get("reason", "")
    try:
        write(db.session(), lambda s: booking.cancel(s, uid, PROSPECT, now, reason))
    except Refused as refusal:
        return render_cancel(chat, refusal), refusal.status
    flash(speak(said("The chat is cancelled. Both of you are told by mail.")))
    return redirect(url_for("chats.show", uid=uid), 303)


def render_cancel(chat: Chat, refusal: Refused | None = None) -> str:
    """The page that asks once more, with what is wrong."""
    return render_template(
        "prospect/cancel.html",
        chat=chat,
        zone=reader_zone(chat),
        now=datetime.now(UTC),
        reason=request.form.get("reason", ""),
        errors={refusal.field or "": refusal.text} if refusal else {},
    )


def changeable_chat(uid: str) -> Chat:
    """A chat of this browser that can still be moved or cancelled; refused (409) otherwise."""
    chat = own_chat(uid)
    if not may_change(chat, datetime.now(UTC)):
        raise Refused(too_late(chat), status=409)
    return chat
