"""An ambassador's chats: to come, to be marked, past; one of them, and what can be done with it."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.chats import may_change, may_finish
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.models import Chat
from ambassadors.services import (
    agenda,
    booking,
    calendars,
    chat_notes,
    handoffs,
    oversight,
    replies,
    roster,
)
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web import access, changing, phone
from ambassadors.web.changing import Desk, Page
from ambassadors.web.forms.coordinator import read_page
from ambassadors.web.speaking import speak
from ambassadors.web.telling import tell

COMPLETED, NO_SHOW = said("Marked as completed."), said("Marked as a no-show.")
pages = Blueprint("ambassador", __name__, url_prefix="/ambassador")
pages.before_request(access.ambassador_only)


def own_chat(session: Session, uid: str) -> Chat:
    """A chat of the ambassador who is signed in; refused (404) when it is not theirs."""
    return agenda.own_chat(session, access.me().id, uid)


DESK = Desk("ambassador/base.html", "/ambassador/chats", own_chat)


@pages.get("")
def home() -> str:
    """What is to be done, and the chats to come."""
    session, now = db.session(), datetime.now(UTC)
    ambassador = roster.find(session, access.me().id)
    to_come = agenda.to_come(session, ambassador.id, now)
    soon = agenda.soon(to_come, ambassador.time_zone, now)
    return render_template(
        "ambassador/home.html",
        me=ambassador,
        missing=roster.missing(ambassador),
        to_mark=agenda.to_mark(session, ambassador.id, now),
        soon=soon,
        later=to_come[len(soon) :],
        owner=phone.owner(ambassador.user_id),
        clashes=calendars.clashing(session, to_come, now),
        vocabulary=vocabulary(session),
        now=now,
    )


@pages.get("/chats")
def past() -> str:
    """Chats that are over, or were cancelled."""
    session, now = db.session(), datetime.now(UTC)
    page = agenda.past(session, access.me().id, now, read_page(request.args))
    return render_template("ambassador/past.html", page=page, now=now)


@pages.get("/chats/<uid>")
def chat(uid: str) -> str:
    """One chat: the question, both clocks, what happened, what can be done."""
    session, now = db.session(), datetime.now(UTC)
    chat = own_chat(session, uid)
    story = oversight.tell_story(session, uid)
    return render_template(
        "ambassador/chat.html",
        chat=chat,
        clash=calendars.clashing(session, [chat], now).get(chat.uid),
        said=replies.said_about(session, chat),
        note=chat_notes.find_note(session, chat),
        events=tell(story, access.reader().time_zone, chat.ambassador_id),
        may_change=may_change(chat, now),
        may_finish=may_finish(chat, now),
        vocabulary=vocabulary(session),
        search=handoffs.last_search(session, chat.id),
        now=now,
    )


@pages.get("/chats/<uid>/move")
def move_form(uid: str) -> Page:
    """Times to move to."""
    return changing.show_move(DESK, uid)


@pages.post("/chats/<uid>/move")
def move(uid: str) -> Page:
    """Another time."""
    return changing.move(DESK, uid)


@pages.get("/chats/<uid>/cancel")
def cancel_form(uid: str) -> Page:
    """Asks for a reason."""
    return changing.show_cancel(DESK, uid)


@pages.post("/chats/<uid>/cancel")
def cancel(uid: str) -> Page:
    """Off."""
    return changing.cancel(DESK, uid)


@pages.get("/chats/<uid>/cannot")
def cannot_form(uid: str) -> Page:
    """What follows from not making it, and why that is."""
    return show_cannot(uid), 200


def show_cannot(uid: str, errors: dict[str, str] | None = None) -> str:
    """The form, as typed."""
    chat, now = own_chat(db.session(), uid), datetime.now(UTC)
    changing.require_change(chat, now)
    return render_template(
        "ambassador/cannot.html",
        layout=DESK.layout,
        back=DESK.address(uid),
        action=f"{DESK.address(uid)}/cannot",
        chat=chat,
        zone=access.reader().time_zone,
        reason=request.form.get("reason", ""),
        errors=errors or {},
    )


@pages.post("/chats/<uid>/cannot")
def cannot(uid: str) -> Page:
    """Somebody else is looked for."""
    me, now, reason = access.me().id, datetime.now(UTC), request.form.get("reason", "")
    try:
        write(db.session(), lambda s: handoffs.start(s, own_chat(s, uid).uid, now, reason, me))
    except Refused as refusal:
        if refusal.field is None:
            raise
        return show_cannot(uid, {refusal.field: refusal.text}), refusal.status
    search = handoffs.last_search(db.session(), own_chat(db.session(), uid).id)
    asking = search is not None and search.status == "asking"
    flash(
        speak(
            said("We are asking somebody else to take the chat over.")
            if asking
            else said(
                "Nobody else is free then: the chat is cancelled, and other times are on their way."
            )
        )
    )
    return redirect(DESK.address(uid), 303)


@pages.post("/chats/<uid>/take-back")
def take_back(uid: str) -> Response:
    """They can after all."""
    now = datetime.now(UTC)
    write(db.session(), lambda s: handoffs.take_back(s, own_chat(s, uid).uid, now))
    flash(speak(said("The chat stays yours.")))
    return redirect(DESK.address(uid), 303)


@pages.post("/chats/<uid>/finish")
def finish(uid: str) -> Response:
    """Marks a chat that took place, or did not."""
    now, actor, status = datetime.now(UTC), access.actor(), request.form.get("status", "")
    write(
        db.session(),
        lambda s: changing.changed(DESK, s, booking.finish, uid, status, actor, now),
    )
    flash(speak(COMPLETED if status == "completed" else NO_SHOW))
    onward = access.local_path(request.form.get("next")) or DESK.address(uid)
    return redirect(onward, 303)
