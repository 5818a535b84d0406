"""What came in by mail, and what a coordinator decides where a person has to."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import replies
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.forms.coordinator import carried, read_one, read_page
from ambassadors.web.speaking import speak
from ambassadors.web.telling import OUTCOMES

pages = Blueprint("coordinator_inbox", __name__, url_prefix="/coordinator/inbox")
pages.before_request(access.coordinator_only)


@pages.get("")
def inbox() -> str:
    """Mails, those that are held unless something else is asked for."""
    outcome = read_one(request.args, "outcome", tuple(OUTCOMES), "held")
    return render_template(
        "coordinator/inbox.html",
        outcome=outcome,
        outcomes=[*OUTCOMES.items(), ("", said("All"))],
        page=replies.find_inbox(db.session(), outcome, read_page(request.args)),
        carried=carried(request.args),
    )


@pages.post("/<id:mail_id>/apply")
def apply(mail_id: int) -> Response:
    """Takes the answer for the prospect's, or for the ambassador's."""
    now, user_id, who = datetime.now(UTC), access.reader().id, request.form.get("who", "")
    return settle(lambda s: replies.apply_as(s, mail_id, who, user_id, now))


@pages.post("/<id:mail_id>/dismiss")
def dismiss(mail_id: int) -> Response:
    """Takes a mail off the list."""
    now, user_id = datetime.now(UTC), access.reader().id
    return settle(lambda s: replies.dismiss(s, mail_id, user_id, now))


def settle(work: Callable[[Session], str | None]) -> Response:
    """Does it, and says what came of it above the list."""
    try:
        flash(speak(write(db.session(), work) or said("The mail is dismissed.")))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(speak(refusal.text), "warning")
    return redirect("/coordinator/inbox", 303)
