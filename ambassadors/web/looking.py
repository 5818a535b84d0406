"""Looking at the pages of an ambassador as they see them: read-only, and written down.

While a coordinator looks, whoever is signed in counts as that ambassador (`access.load_user`),
and every form is refused but the one that leads back.
"""

from datetime import UTC, datetime

from flask import Blueprint, Flask, redirect, request, session
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import desk, roster
from ambassadors.services.writing import write
from ambassadors.web import access

READING = ("GET", "HEAD", "OPTIONS")
OPEN = ("looking.look_away", "account.sign_out")
ONLY_LOOKING = said(
    "You are looking at somebody’s pages as they see them, so nothing can be changed. "
    "Go back to your own pages first."
)

pages = Blueprint("looking", __name__)


def register(app: Flask) -> None:
    """Refuses every form of a browser that only looks."""
    app.before_request(refuse_changes)


def refuse_changes() -> None:
    """Nothing is changed while one looks through somebody else's eyes."""
    if request.method in READING or request.endpoint in OPEN:
        return
    if access.LOOKING_AT in session:
        raise Refused(ONLY_LOOKING, status=403)


@pages.post("/coordinator/ambassadors/<id:ambassador_id>/look")
def look(ambassador_id: int) -> Response:
    """Shows what an ambassador sees; written down before anything is shown."""
    if turned_away := access.coordinator_only():
        return turned_away
    now, user_id = datetime.now(UTC), access.reader().id

    def work(session: Session) -> None:
        row = roster.find(session, ambassador_id)
        desk.note(session, row.id, "looked", user_id, now)

    write(db.session(), work)
    session[access.LOOKING_AT] = ambassador_id
    return redirect("/ambassador", 303)


@pages.post("/coordinator/look-away")
def look_away() -> Response:
    """Back to one's own pages."""
    if turned_away := access.staff_only():
        return turned_away
    user, ambassador_id = access.looker(), session.pop(access.LOOKING_AT, None)
    if user is None or ambassador_id is None:
        return redirect(access.HOMES[access.reader().role], 303)
    now, user_id = datetime.now(UTC), user.id
    write(db.session(), lambda s: desk.note(s, ambassador_id, "looked-away", user_id, now))
    return redirect(f"/coordinator/ambassadors/{ambassador_id}", 303)
