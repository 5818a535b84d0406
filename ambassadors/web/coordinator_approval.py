"""Profiles that a coordinator should read: those that wait, and those that changed."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import approval, roster
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.coordinator_ambassadors import ROSTER
from ambassadors.web.speaking import speak

pages = Blueprint("coordinator_approval", __name__, url_prefix=ROSTER)
pages.before_request(access.coordinator_only)


@pages.get("/profiles")
def profiles() -> str:
    """Each as prospects would read it."""
    session = db.session()
    found = approval.find_to_read(session)
    return render_template(
        "coordinator/profiles.html",
        people=[(one, roster.missing(one)) for one in found],
        wait=approval.profiles_wait(session),
    )


@pages.post("/profiles")
def let_wait() -> Response:
    """Whether the profiles of those invited from now on wait."""
    wait = request.form.get("wait") == "yes"
    write(db.session(), lambda s: approval.let_profiles_wait(s, wait))
    waits, shown = said("New profiles wait for approval."), said("New profiles are shown at once.")
    flash(speak(waits if wait else shown))
    return redirect(f"{ROSTER}/profiles", 303)


@pages.post("/<id:ambassador_id>/approve")
def approve(ambassador_id: int) -> Response:
    """Prospects find this profile from now on."""
    now, user_id = datetime.now(UTC), access.reader().id
    row = write(db.session(), lambda s: approval.approve(s, ambassador_id, user_id, now))
    flash(speak(said("The profile of {name} is approved.", name=row.name)))
    return redirect(f"{ROSTER}/profiles", 303)


@pages.post("/<id:ambassador_id>/hold-back")
def hold_back(ambassador_id: int) -> Response:
    """Nobody finds this profile until it is approved again."""
    now, user_id = datetime.now(UTC), access.reader().id
    row = write(db.session(), lambda s: approval.hold_back(s, ambassador_id, user_id, now))
    flash(
        speak(said("The profile of {name} is shown to nobody until you approve it.", name=row.name))
    )
    return redirect(f"{ROSTER}/profiles", 303)
