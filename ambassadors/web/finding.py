"""Finding somebody to talk with: the best matches, or the soonest times."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import matching
from ambassadors.services.programme import vocabulary as read_vocabulary
from ambassadors.web.forms.prospect import read_wish
from ambassadors.web.prospect import render_home
from ambassadors.web.security import public

pages = Blueprint("finding", __name__)


@pages.get("/matches")
@public
def matches() -> str | tuple[str, int]:
    """Who fits best, each with the reasons and their next free times."""
    session, now = db.session(), datetime.now(UTC)
    vocabulary = read_vocabulary(session)
    try:
        wish = read_wish(request.args, vocabulary)
    except Refused as refusal:
        return render_home({refusal.field or "": refusal.text}), refusal.status
    found = matching.find(session, wish.wanted, now, minutes=wish.minutes)
    return render_template(
        "prospect/matches.html", wish=wish, vocabulary=vocabulary, found=found, now=now
    )
