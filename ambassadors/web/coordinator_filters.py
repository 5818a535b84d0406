"""Filters of the list of chats, kept under a name for all coordinators."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import saved_filters
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.coordinator import show_chats
from ambassadors.web.speaking import speak
from ambassadors.web.undoing import offer_undo

CHATS = "/coordinator/chats"

pages = Blueprint("coordinator_filters", __name__, url_prefix="/coordinator/filters")
pages.before_request(access.coordinator_only)


@pages.post("")
def save() -> Page:
    """Keeps the filter of the list under a name."""
    name, query = request.form.get("name", ""), tidy_query(request.form.get("query", ""))
    user, now = access.reader().id, datetime.now(UTC)
    try:
        write(db.session(), lambda s: saved_filters.save(s, "chats", name, query, user, now))
    except Refused as refusal:
        return refuse(query, "filter-name", refusal)
    flash(speak(said("The filter is saved for all coordinators.")))
    return back(query)


@pages.post("/<id:filter_id>")
def change_filter(filter_id: int) -> Page:
    """Another name, or none any more."""
    query = tidy_query(request.form.get("query", ""))
    if request.form.get("act") == "remove":
        remove(filter_id)
        return back(query)
    name = request.form.get("name", "")
    try:
        write(db.session(), lambda s: saved_filters.rename(s, filter_id, name))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return refuse(query, f"name-{filter_id}", refusal)
    flash(speak(said("The filter has a new name.")))
    return back(query)


def remove(filter_id: int) -> None:
    """Forgets a filter and says so, with a form that saves it again."""
    name, query = write(db.session(), lambda s: saved_filters.remove(s, filter_id))
    done = speak(said("The filter “{name}” is gone.", name=name))
    offer_undo(done, "/coordinator/filters", name=name, query=query)


def tidy_query(query: str) -> str:
    """An address's query, without its page."""
    return urlencode([pair for pair in parse_qsl(query.lstrip("?")) if pair[0] != "page"])


def back(query: str) -> Response:
    """Back to the list as it was."""
    return redirect(f"{CHATS}?{query}" if query else CHATS, 303)


def refuse(query: str, field: str, refusal: Refused) -> Page:
    """The list as it was, with what was refused beside the field with that id."""
    return show_chats(MultiDict(parse_qsl(query)), {field: refusal.text}), refusal.status
