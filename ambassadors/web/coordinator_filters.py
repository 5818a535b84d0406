"""Filters of the list of chats, kept under a name for all coordinators."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import saved_filters
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.speaking import speak

CHATS = "/coordinator/chats"

pages = Blueprint("coordinator_filters", __name__, url_prefix="/coordinator/filters")
pages.before_request(access.coordinator_only)


@pages.post("")
def save() -> Response:
    """Keeps the filter of the list under a name."""
    name, query = request.form.get("name", ""), tidy_query(request.form.get("query", ""))
    user, now = access.reader().id, datetime.now(UTC)
    return back(
        query,
        lambda: write(
            db.session(), lambda s: saved_filters.save(s, "chats", name, query, user, now)
        ),
        "The filter is saved for all coordinators.",
    )


@pages.post("/<id:filter_id>")
def change_filter(filter_id: int) -> Response:
    """Another name, or none any more."""
    name, gone = request.form.get("name", ""), request.form.get("act") == "remove"

    def work() -> None:
        if gone:
            write(db.session(), lambda s: saved_filters.remove(s, filter_id))
        else:
            write(db.session(), lambda s: saved_filters.rename(s, filter_id, name))

    query = tidy_query(request.form.get("query", ""))
    return back(query, work, "The filter is gone." if gone else "The filter has a new name.")


def tidy_query(query: str) -> str:
    """An address's query, without its page."""
    return urlencode([pair for pair in parse_qsl(query.lstrip("?")) if pair[0] != "page"])


def back(query: str, work: Callable[[], None], done: str) -> Response:
    """Back to the list, with what was done or refused."""
    try:
        work()
        flash(speak(done))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(speak(refusal.text), "warning")
    return redirect(f"{CHATS}?{query}" if query else CHATS, 303)
