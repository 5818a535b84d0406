"""Export and erasure for people who write to the office instead of using their link; recorded."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Prospect, User
from ambassadors.services import leaving, privacy
from ambassadors.services.privacy import Held
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.coordinator import read_page
from ambassadors.web.privacy import as_file, tick_first

HERE = "/coordinator/privacy"

pages = Blueprint("coordinator_privacy", __name__, url_prefix=HERE)
pages.before_request(access.coordinator_only)


@pages.get("")
@access.acts
def everything() -> str:
    """Whom it is about, and what was done before."""
    return show(request.args.get("email", "")[:254], {})


def show(email: str, errors: dict[str, str]) -> str:
    """The page; with an address, who is behind it."""
    session, found = db.session(), Held(None, None)
    if email and not errors.get("email"):
        try:
            found = privacy.find_somebody(session, email)
        except Refused as refusal:
            errors = {"email": refusal.text}
    chats = []
    if found.ambassador is not None:
        chats = leaving.chats_to_come(session, [found.ambassador.id], datetime.now(UTC))
    return render_template(
        "coordinator/privacy.html",
        email=email,
        found=found,
        chats=chats,
        asked=privacy.asked_for(session, found),
        page=privacy.list_acts(session, read_page(request.args)),
        errors=errors,
    )


@pages.post("/export")
def take() -> Response:
    """All that is held, as a file; that it was taken stays written."""
    me, now, session = access.reader().id, datetime.now(UTC), db.session()
    found = privacy.find_somebody(session, request.form.get("email", ""))
    write(session, lambda s: privacy.note_export(s, found, me, now))
    return as_file(found, True)


@pages.post("/erase")
def erase() -> Page:
    """Asks for the erasure of everything under an address."""
    me, now, email = access.reader().id, datetime.now(UTC), request.form.get("email", "")
    found = privacy.find_somebody(db.session(), email)
    try:
        if request.form.get("sure") != "yes":
            raise Refused(tick_first(), field="sure")
        if found.user is not None and found.user.id == me:
            raise Refused(gettext("Your own account is erased on your account’s page."), status=409)
        people: list[Prospect | User] = [
            one for one in (found.prospect, found.user) if one is not None
        ]
        write(db.session(), lambda s: ask_for(s, people, me, now))
    except Refused as refusal:
        return show(email, {refusal.field or "sure": refusal.text}), refusal.status
    flash(gettext("The erasure is under way. Whoever has a chat to come is told first."))
    return redirect(HERE, 303)


def ask_for(session: Session, people: list[Prospect | User], me: int, now: datetime) -> None:
    """Everybody under the address, or nobody."""
    for person in people:
        privacy.ask_for_erasure(session, person, "coordinator", me, now)
