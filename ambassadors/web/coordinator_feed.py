"""The address under which a coordinator's calendar program finds everybody's chats."""

from flask import Blueprint, current_app, flash, redirect, render_template
from werkzeug.wrappers import Response

from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import feeds
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.speaking import speak

FEED = "/coordinator/feed"

pages = Blueprint("coordinator_feed", __name__, url_prefix=FEED)
pages.before_request(access.coordinator_only)


@pages.get("")
@access.acts
def feed() -> str:
    """Its address. Not for who only looks: what is read by an address is read without sign-in."""
    settings = current_app.extensions["settings"]
    path = feeds.address_of(access.reader(), feeds.EVERYTHING, settings.secret_key)
    return render_template("coordinator/feed.html", address=settings.base_url + path)


@pages.post("")
def renew() -> Response:
    """Another address; the present one stops working."""
    me = access.reader().id
    write(db.session(), lambda session: feeds.renew_address(session, me))
    flash(speak(said("Your feed has a new address. The old one no longer works.")))
    return redirect(FEED, 303)
