"""Calendars for calendar programs: the secret in the address is the right to them."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from ambassadors.extensions import db
from ambassadors.mail.facts import Service
from ambassadors.services import feeds
from ambassadors.services.service import post_of
from ambassadors.services.shelf import Written

pages = Blueprint("feeds", __name__)


@pages.get("/feeds/<secret>.ics")
def feed(secret: str) -> AnyResponse:
    """An ambassador's chats."""
    return answer(lambda session, _key, *given: feeds.read_feed(session, secret, *given))


@pages.get("/feeds/all/<token>.ics")
def everything(token: str) -> AnyResponse:
    """Everybody's chats, for a coordinator."""
    return answer(lambda session, key, *given: feeds.read_everything(session, key, token, *given))


@pages.get("/feeds/busy/<token>.ics")
def busy(token: str) -> AnyResponse:
    """When an ambassador is busy."""
    return answer(lambda session, key, *given: feeds.read_busy(session, key, token, *given))


def answer(read: Callable[[Session, str, Service, datetime], Written]) -> AnyResponse:
    """The calendar; 304 without it when the reader has it already."""
    session, settings = db.session(), current_app.extensions["settings"]
    service = post_of(session, settings).service
    written = read(session, settings.secret_key, service, datetime.now(UTC))
    response = Response(written.body, mimetype="text/calendar")
    response.set_etag(written.etag)
    response.last_modified = written.modified
    response.headers["Content-Disposition"] = 'inline; filename="chats.ics"'
    return response.make_conditional(request)
