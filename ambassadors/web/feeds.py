"""An ambassador's chats for calendar programs: the secret in the address is the right to them."""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request

from ambassadors.extensions import db
from ambassadors.services.feeds import find_feed, write_feed
from ambassadors.services.service import post_of

pages = Blueprint("feeds", __name__)


@pages.get("/feeds/<secret>.ics")
def feed(secret: str) -> Response:
    """The calendar; 304 without writing it when nothing changed since it was fetched."""
    session, now = db.session(), datetime.now(UTC)
    found = find_feed(session, secret, now)
    response = Response(mimetype="text/calendar")
    response.set_etag(found.mark)
    if request.if_none_match.contains(found.mark):
        response.status_code = 304
        return response
    service = post_of(session, current_app.extensions["settings"]).service
    response.data = write_feed(session, found, service)
    response.headers["Content-Disposition"] = 'inline; filename="chats.ics"'
    return response
