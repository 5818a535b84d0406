"""After an ambassador's chat: a note for staff, and a report of what was not right."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import agenda, chat_notes, concerns
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.speaking import speak

pages = Blueprint("ambassador_afterwards", __name__, url_prefix="/ambassador/chats/<uid>")
pages.before_request(access.ambassador_only)


@pages.post("/note")
def note(uid: str) -> Response:
    """Keeps what they noted."""
    now, me, text = datetime.now(UTC), access.me(), request.form.get("note", "")
    ids = me.id, me.user_id

    def work(session: Session) -> None:
        chat = agenda.own_chat(session, ids[0], uid)
        chat_notes.write_note(session, chat, text, ids[1], now)

    return done(uid, work, said("Your note is kept."))


@pages.post("/report")
def report(uid: str) -> Response:
    """Tells the coordinators."""
    now, me, text = datetime.now(UTC), access.me().id, request.form.get("concern", "")

    def work(session: Session) -> None:
        concerns.report(session, agenda.own_chat(session, me, uid), "ambassador", text, now)

    return done(uid, work, said("The coordinators will look into it. Thank you for telling them."))


def done(uid: str, work: Callable[[Session], None], sentence: str) -> Response:
    """Back to the chat, with what came of it."""
    try:
        write(db.session(), work)
        flash(speak(sentence))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(speak(refusal.text), "warning")
    return redirect(f"/ambassador/chats/{uid}", 303)
