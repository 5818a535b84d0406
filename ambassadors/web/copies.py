"""Public pages may be read from a standby (DATABASE_READ_URL), which follows a moment behind.

Everybody sees what they have written themselves: a request that wrote leaves with the log's
position in a cookie, and a standby that has not come as far is not asked. Whoever is signed in,
and every page about a person's own things, reads from the primary. See docs/scaling.md.
"""

import re
import time

import structlog
from flask import Flask, Response, current_app, request, session
from sqlalchemy.exc import DBAPIError

from ambassadors.extensions import db
from ambassadors.models import copies
from ambassadors.models.engine import WROTE

READ_FROM_COPIES = frozenset(
    {
        "home.home", "finding.matches", "finding.soonest", "choosing.ambassador",
        "comparing.compare", "embedding.home", "embedding.matches", "embedding.ambassador",
        "embedding.card", "api.list_interests", "api.list_matches", "api.list_slots",
        "api.list_soonest",
    }
)  # fmt: skip
COOKIE, KEPT = "position", 600  # seconds: a standby that is further behind is no standby
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
REST = 10.0  # seconds that a standby out of reach is left alone

log = structlog.get_logger("copies")


def register(app: Flask) -> None:
    """Nothing of this where there is no standby."""
    if app.extensions["settings"].database_read_url:
        app.before_request(choose)
        app.after_request(note_position)


def choose() -> None:
    """Reads from the standby when this request may and the standby has come far enough."""
    rest_until = current_app.extensions.get("copy_rests_until", 0.0)
    if request.endpoint not in READ_FROM_COPIES or time.monotonic() < rest_until or is_staff():
        return
    rows = db.session()
    copies.read_from_copy(rows)
    try:
        rows.connection()
        position = request.cookies.get(COOKIE, "")
        if not POSITION.fullmatch(position) or copies.has_replayed(rows, position):
            return
    except DBAPIError as fault:
        current_app.extensions["copy_rests_until"] = time.monotonic() + REST
        log.warning("copy-out-of-reach", fault=type(fault.orig).__name__)
    copies.read_from_primary(rows)


def is_staff() -> bool:
    """Whether somebody is signed in, whose session is a row."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies and "_user_id" in session


def note_position(response: Response) -> Response:
    """After a write: how far a standby must have come before it is asked by this browser."""
    rows = db.session()
    if not rows.info.get(WROTE) or request.method in ("GET", "HEAD"):
        return response
    try:
        position = copies.position(rows)
    except DBAPIError:  # the server is gone: nothing can be read either
        rows.rollback()
        return response
    response.set_cookie(
        COOKIE, position, max_age=KEPT, httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response
