"""Who works at the desk: inviting coordinators and admissions staff, closing their accounts."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import staff
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.speaking import speak

STAFF = "/coordinator/staff"
FIELDS = ("email", "name", "role", "zone")

pages = Blueprint("coordinator_staff", __name__, url_prefix=STAFF)
pages.before_request(access.coordinator_only)


@pages.get("")
def everybody() -> str:
    """Everybody at the desk."""
    return render_template("coordinator/staff.html", people=staff.list_staff(db.session()))


@pages.get("/invite")
@access.acts
def invite_form() -> str:
    """Asks whom to invite, and what they may do."""
    return show_invite(MultiDict(), {})


def show_invite(values: MultiDict[str, str], errors: dict[str, str]) -> str:
    """The form with these values."""
    roles = [(role, access.ROLES[role]) for role in staff.ROLES]
    return render_template(
        "coordinator/staff_invite.html", values=values, errors=errors, roles=roles
    )


@pages.post("/invite")
def invite() -> Page:
    """Makes the account and queues the invitation."""
    form, now = request.form, datetime.now(UTC)
    email, name, role, zone = (form.get(field, "") for field in FIELDS)
    try:
        row = write(db.session(), lambda s: staff.invite(s, email, name, role, zone, now))
    except Refused as refusal:
        return show_invite(form, {refusal.field or "": refusal.text}), refusal.status
    flash(
        speak(said("{name} is invited: the link to set a password is on its way.", name=row.name))
    )
    return redirect(STAFF, 303)


@pages.post("/<id:user_id>/invite")
def invite_again(user_id: int) -> Response:
    """Sends the link once more to somebody who has set no password yet."""
    now = datetime.now(UTC)
    row = write(db.session(), lambda s: staff.invite_again(s, user_id, now))
    flash(speak(said("Another invitation is on its way to {name}.", name=row.name)))
    return redirect(STAFF, 303)


@pages.get("/<id:user_id>/deactivate")
@access.acts
def deactivate_form(user_id: int) -> str:
    """Says what it does, and asks once more."""
    return render_template(
        "coordinator/staff_deactivate.html", one=staff.find_one(db.session(), user_id)
    )


@pages.post("/<id:user_id>/deactivate")
def deactivate(user_id: int) -> Response:
    """They sign in no more."""
    mine = access.reader().id
    row = write(db.session(), lambda s: staff.deactivate(s, user_id, mine))
    flash(speak(said("{name} can sign in no more.", name=row.name)))
    return redirect(STAFF, 303)


@pages.post("/<id:user_id>/reactivate")
def reactivate(user_id: int) -> Response:
    """They sign in again."""
    row = write(db.session(), lambda s: staff.reactivate(s, user_id))
    flash(speak(said("{name} can sign in again.", name=row.name)))
    return redirect(STAFF, 303)
