"""Somebody looks at an ambassador's times: what is stale in their calendars is read within seconds.

The page is got by GET, which changes nothing; its script says so by a POST of its own, without a
cookie. See docs/decisions/calendar-reading.md.
"""

from datetime import UTC, datetime

from flask import Blueprint, Flask

from ambassadors.extensions import csrf, db
from ambassadors.services.busy import is_stale, refresh_soon
from ambassadors.services.writing import write
from ambassadors.web.security import public

pages = Blueprint("glancing", __name__)


def register(app: Flask) -> None:
    """Adds the address. Nothing is there to be forged: whoever asks may look at the times, too."""
    csrf.exempt(pages)
    app.register_blueprint(pages)


@pages.post("/ambassadors/<id:ambassador_id>/looked")
@public
def looked(ambassador_id: int) -> tuple[str, int]:
    """Has stale calendars read soon; however often it is said, once in two minutes at most."""
    session, now = db.session(), datetime.now(UTC)
    if is_stale(session, ambassador_id, now):
        write(session, lambda s: refresh_soon(s, ambassador_id, now))
    return "", 204
