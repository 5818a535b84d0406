"""The roster: everybody, one of them, inviting, deactivating, reactivating."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import agenda, calendars, oversight, roster, timetable
from ambassadors.services.programme import vocabulary
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.ambassador import form_of
from ambassadors.web.forms.coordinator import carried, read_page, read_person_filter

ROSTER = "/coordinator/ambassadors"

pages = Blueprint("coordinator_ambassadors", __name__, url_prefix=ROSTER)
pages.before_request(access.coordinator_only)


@pages.get("")
def ambassadors() -> str:
    """Everybody with their load, filtered, searched, page by page."""
    session, now = db.session(), datetime.now(UTC)
    wanted = read_person_filter(request.args)
    return render_template(
        "coordinator/ambassadors.html",
        wanted=wanted,
        page=oversight.find_ambassadors(session, wanted, now, read_page(request.args)),
        vocabulary=vocabulary(session),
        carried=carried(request.args),
    )


@pages.get("/invite")
@access.acts
def invite_form() -> str:
    """Asks whom to invite."""
    return show_invite(MultiDict(), {})


def show_invite(values: MultiDict[str, str], errors: dict[str, str]) -> str:
    """The form with these values."""
    return render_template("coordinator/invite.html", values=values, errors=errors)


@pages.post("/invite")
def invite() -> Page:
    """Makes the account and queues the invitation."""
    form, now = request.form, datetime.now(UTC)
    email, name, zone = (form.get(field, "") for field in ("email", "name", "zone"))
    try:
        row = write(db.session(), lambda s: roster.invite(s, email, name, zone, now))
    except Refused as refusal:
        return show_invite(form, {refusal.field or "": refusal.text}), refusal.status
    flash(f"{row.name} is invited: the link to set a password is on its way.")
    return redirect(f"{ROSTER}/{row.id}", 303)


@pages.get("/<id:ambassador_id>")
def ambassador(ambassador_id: int) -> str:
    """One ambassador: profile, hours, rules, chats to come."""
    session, now = db.session(), datetime.now(UTC)
    row = roster.find(session, ambassador_id)
    kept = timetable.read(row, timetable.today_of(row, now))
    return render_template(
        "coordinator/ambassador.html",
        one=row,
        missing=roster.missing(row),
        hours=form_of(kept),
        kept=kept,
        calendars=calendars.list_own(session, row.id),
        stale=oversight.calendars.stale(session, now, [row.id]),
        to_come=agenda.to_come(session, row.id, now),
        to_mark=agenda.to_mark(session, row.id, now),
        now=now,
    )


@pages.post("/<id:ambassador_id>/invite")
def invite_again(ambassador_id: int) -> Response:
    """Sends the link once more to somebody who has not signed in yet."""
    now = datetime.now(UTC)
    write(db.session(), lambda s: roster.invite_again(s, ambassador_id, now))
    flash("Another invitation is on its way.")
    return redirect(f"{ROSTER}/{ambassador_id}", 303)


@pages.get("/<id:ambassador_id>/deactivate")
@access.acts
def deactivate_form(ambassador_id: int) -> str:
    """Says what it does to booked chats, and asks once more."""
    session, now = db.session(), datetime.now(UTC)
    row = roster.find(session, ambassador_id)
    count = oversight.count_to_come(session, ambassador_id, now)
    return render_template("coordinator/deactivate.html", one=row, to_come=count)


@pages.post("/<id:ambassador_id>/deactivate")
def deactivate(ambassador_id: int) -> Response:
    """Prospects do not find them any more; booked chats stay."""
    row = write(db.session(), lambda s: roster.deactivate(s, ambassador_id))
    flash(f"{row.name} is deactivated. Chats that are booked stay.")
    return redirect(f"{ROSTER}/{ambassador_id}", 303)


@pages.post("/<id:ambassador_id>/reactivate")
def reactivate(ambassador_id: int) -> Response:
    """Prospects find them again."""
    row = write(db.session(), lambda s: roster.reactivate(s, ambassador_id))
    flash(f"{row.name} is back.")
    return redirect(f"{ROSTER}/{ambassador_id}", 303)
