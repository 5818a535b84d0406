"""Signing in through the school: there, and back again."""

from datetime import UTC, datetime

import structlog
from flask import Blueprint, Flask, current_app, redirect, render_template, request, session
from werkzeug.exceptions import NotFound

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.tokens import same
from ambassadors.extensions import db
from ambassadors.remote.school import SchoolDown, SchoolFault, SchoolSignIn, guard_of
from ambassadors.services import school
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.account import SignIn

UNDER_WAY = "school"  # in the session: sign-ins that have begun in this browser, by state
MOST_UNDER_WAY = 3
DOWN = said("The school’s sign-in does not answer at the moment. A password works as always.")
BROKEN = said("The school’s sign-in did not work this time. Please try again.")
TURNED_AWAY = said("The school did not sign you in.")

pages = Blueprint("school", __name__)
log = structlog.get_logger("school")


def register(app: Flask) -> None:
    """Prepares the school's sign-in, when the settings name one."""
    settings = app.extensions["settings"]
    if settings.school is not None:
        sign_in = SchoolSignIn(settings.school, guard_of(settings.production))
        app.extensions["school"] = sign_in
    app.add_template_global(offered, "school_offered")


def offered() -> bool:
    """Whether there is a school to sign in through."""
    return "school" in current_app.extensions


def provider() -> SchoolSignIn:
    """The school's sign-in; without one there is no such page."""
    found = current_app.extensions.get("school")
    if not isinstance(found, SchoolSignIn):
        raise NotFound
    return found


def callback() -> str:
    """Where the school sends people back to."""
    return f"{current_app.extensions['settings'].base_url}/sign-in/school/back"


@pages.get("/sign-in/school")
def leave() -> Page:
    """To the school. A browser remembers a few sign-ins, should several tabs begin one."""
    sign_in, onward = provider(), request.args.get("next", "")
    try:
        begun = sign_in.begin(callback())
    except (SchoolDown, SchoolFault) as fault:
        return refuse(fault, onward)
    others = list(session.get(UNDER_WAY, {}).items())[-(MOST_UNDER_WAY - 1) :]
    mine = (begun.nonce, begun.verifier, access.local_path(onward) or "")
    session[UNDER_WAY] = dict([*others, (begun.state, mine)])
    return redirect(begun.address)


@pages.get("/sign-in/school/back")
def come_back() -> Page:
    """From the school: whatever does not hold is refused, and why is written into the log."""
    sign_in, now = provider(), datetime.now(UTC)
    state = request.args.get("state", "")
    under_way = dict(session.get(UNDER_WAY, {}))
    known = next((one for one in under_way if same(one, state)), None)
    if known is None:
        return refuse(SchoolFault("Nothing had begun with that state."))
    nonce, verifier, onward = under_way.pop(known)
    session[UNDER_WAY] = under_way
    if "error" in request.args:
        return show(TURNED_AWAY, onward), 403
    try:
        person = sign_in.finish(request.args.get("code", ""), callback(), nonce, verifier, now)
        roles = sign_in.school.roles
        user = write(db.session(), lambda rows: school.sign_in(rows, person, roles, now))
    except Refused as refusal:
        return show(refusal.text, onward), refusal.status
    except (SchoolDown, SchoolFault) as fault:
        return refuse(fault, onward)
    access.start_session(user, "school")
    return redirect(access.local_path(onward) or access.HOMES[user.role], 303)


def refuse(fault: Exception, onward: str = "") -> Page:
    """The sign-in page with a kind sentence; the reason goes into the log."""
    log.warning("school-sign-in", fault=str(fault))
    down = isinstance(fault, SchoolDown)
    return show(DOWN if down else BROKEN, onward), 503 if down else 422


def show(text: str, onward: str) -> str:
    """The sign-in page, where the password works as always."""
    form = SignIn("", "", access.local_path(onward) or "")
    return render_template("account/sign_in.html", form=form, errors={"email": text})


@pages.get("/signed-out")
def signed_out() -> Page:
    """Says that the session here is over and the one at the school is not."""
    address = provider().sign_out_address(current_app.extensions["settings"].base_url + "/")
    return render_template("account/signed_out.html", address=address)
