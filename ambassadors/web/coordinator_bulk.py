"""Many chats at once: what would become of each, asking for it, how far it is."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.extensions import db
from ambassadors.services import bulk, oversight
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.forms.coordinator import (
    read_asked,
    read_chat_filter,
    read_versions,
)

pages = Blueprint("coordinator_bulk", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)


@pages.get("/bulk")
@access.acts
def look() -> str:
    """What would become of each chosen chat, before anything is done."""
    session, now, asked = db.session(), datetime.now(UTC), read_asked(request.args)
    wanted = None
    if request.args.get("all"):
        query = MultiDict(parse_qsl(request.args.get("filter", "").lstrip("?")))
        wanted = read_chat_filter(query, access.reader().time_zone)
    chats = bulk.choose(session, request.args.getlist("uid"), wanted, now)
    return render_template(
        "coordinator/bulk/look.html",
        asked=asked,
        seen=bulk.foresee(session, chats, asked, now),
        people=dict(oversight.name_ambassadors(session)),
    )


@pages.post("/bulk")
def start() -> Response:
    """Asks for it; a scheduler carries it out within seconds."""
    asked, versions = read_asked(request.form), read_versions(request.form)
    user, now = access.reader().id, datetime.now(UTC)
    made = write(db.session(), lambda s: bulk.start(s, asked, versions, user, now).id)
    return redirect(f"/coordinator/bulk/{made}", 303)


@pages.get("/bulk/<id:bulk_id>")
def watch(bulk_id: int) -> str:
    """How far it is, and what became of each chat."""
    session = db.session()
    found = bulk.find_bulk(session, bulk_id)
    asked = bulk.asked_of(found)
    lines = bulk.lines_of(session, bulk_id)
    return render_template("coordinator/bulk/watch.html", bulk=found, asked=asked, lines=lines)
