"""Many chats at once: what would become of each, asking for it, how far it is."""

from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import bulk, oversight
from ambassadors.services.bulk import Asked
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.coordinator import show_chats
from ambassadors.web.forms.coordinator import (
    read_asked,
    read_chat_filter,
    read_versions,
)
from ambassadors.web.forms.refusals import refusals

# Where the list of chats has what is refused; the other fields have their own names as ids.
IDS = {"uid": "chosen", "shift": "hours"}

pages = Blueprint("coordinator_bulk", __name__, url_prefix="/coordinator")
pages.before_request(access.coordinator_only)


@pages.get("/bulk")
@access.acts
def look() -> Page:
    """What would become of each chosen chat, before anything is done."""
    session, now, values = db.session(), datetime.now(UTC), request.args
    query = MultiDict(parse_qsl(values.get("filter", "").lstrip("?")))
    wanted = read_chat_filter(query, access.reader().time_zone) if values.get("all") else None
    choose = partial(bulk.choose, session, values.getlist("uid"), wanted, now)
    try:
        asked = read_checked(values)
        seen = bulk.foresee(session, choose(), asked, now)
    except Refused as refusal:
        wrong = dict(refusals((choose, partial(read_checked, values))))
        wrong = wrong or {refusal.field or "": refusal.text}
        errors = {IDS.get(field, field): sentence for field, sentence in wrong.items()}
        return show_chats(query, errors, values), refusal.status
    people = dict(oversight.name_ambassadors(session))
    return render_template("coordinator/bulk/look.html", asked=asked, seen=seen, people=people)


def read_checked(values: MultiDict[str, str]) -> Asked:
    """What to do with the chosen chats, if it makes sense."""
    asked = read_asked(values)
    asked.check()
    return asked


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
