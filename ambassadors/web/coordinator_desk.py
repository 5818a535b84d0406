"""Requests that wait for a match, and the mail ledger."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import assignment, notices, oversight, waiting
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.forms.coordinator import (
    carried,
    read_mail_filter,
    read_page,
    read_request_filter,
)
from ambassadors.web.speaking import speak
from ambassadors.web.telling import KINDS

pages = Blueprint("coordinator_desk", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)


@pages.get("/requests")
def requests() -> str:
    """Requests, those that wait unless something else is asked for."""
    wanted, session = read_request_filter(request.args), db.session()
    return render_template(
        "coordinator/requests.html",
        wanted=wanted,
        page=oversight.find_requests(session, wanted, read_page(request.args)),
        vocabulary=vocabulary(session),
        carried=carried(request.args),
        now=datetime.now(UTC),
    )


@pages.get("/requests/<id:request_id>")
def one_request(request_id: int) -> str:
    """One request, and who would fit it now."""
    session, now = db.session(), datetime.now(UTC)
    row = waiting.find_request(session, request_id)
    found = assignment.fitting(session, row, now) if row.state == "waiting" else None
    return render_template(
        "coordinator/request.html",
        one=row,
        found=found,
        vocabulary=vocabulary(session),
        now=now,
    )


@pages.post("/requests/<id:request_id>/match")
def match(request_id: int) -> Response:
    """Gives a prospect one of those who fit; both are told by mail."""
    now, chosen = datetime.now(UTC), request.form.get("ambassador", "")
    chosen_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
    try:
        row = write(db.session(), lambda s: assignment.give(s, request_id, chosen_id, now))
        ambassador = row.ambassador.name if row.ambassador else ""
        flash(
            speak(
                said(
                    "{name} is matched with {ambassador}. Both are told by mail.",
                    name=row.name,
                    ambassador=ambassador,
                )
            )
        )
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(speak(refusal.text), "warning")
    return redirect(f"/coordinator/requests/{request_id}", 303)


@pages.post("/requests/<id:request_id>/close")
def close(request_id: int) -> Response:
    """Takes a request off the list."""
    now = datetime.now(UTC)
    write(db.session(), lambda session: waiting.close(session, request_id, now))
    flash(speak(said("The request is closed.")))
    return redirect("/coordinator/requests", 303)


@pages.get("/mail")
def mail() -> str:
    """Every mail with its state."""
    wanted, session = read_mail_filter(request.args), db.session()
    return render_template(
        "coordinator/mail.html",
        wanted=wanted,
        page=oversight.find_mail(session, wanted, read_page(request.args)),
        states=oversight.mail_states(session),
        kinds=KINDS,
        carried=carried(request.args),
    )


@pages.post("/mail/<id:notice_id>/again")
def send_again(notice_id: int) -> Response:
    """Puts a mail back into the queue: the same Message-ID, the chat as it is then."""
    now = datetime.now(UTC)
    try:
        write(db.session(), lambda session: notices.send_again(session, notice_id, now))
        flash(speak(said("The mail will be sent again within a few seconds.")))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(speak(refusal.text), "warning")
    onward = access.local_path(request.form.get("next")) or "/coordinator/mail"
    return redirect(onward, 303)
