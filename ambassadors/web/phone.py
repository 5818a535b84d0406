"""An ambassador's start page on a phone: installed, and today's chats kept for when it is offline.

Kept is one page, without forms and tokens, and only in a browser whose ambassador asked for it
(docs/decisions/kept-on-the-phone.md says what that means for others who use the device).
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, json, make_response, render_template, session
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from ambassadors.core import tokens
from ambassadors.extensions import db
from ambassadors.services import agenda
from ambassadors.web import access
from ambassadors.web.assets import STATIC, asset
from ambassadors.web.filters import SITE_NAME
from ambassadors.web.security import public

HOME = "/ambassador"
KEPT_FOR = timedelta(hours=24)
GROUND, VOICE = "#f6f5f1", "#0d4f46"  # static/css/tokens.css, in light

open_pages = Blueprint("phone", __name__)
pages = Blueprint("ambassador_phone", __name__, url_prefix=HOME)
pages.before_request(access.ambassador_only)


@open_pages.get("/ambassador.webmanifest")
@public
def manifest() -> Response:
    """What a phone needs to install the ambassadors' pages; nothing of anybody."""
    icons = [
        {"src": asset(f"img/{name}"), "sizes": size, "type": kind, "purpose": purpose}
        for name, size, kind, purpose in (
            ("icon-192.png", "192x192", "image/png", "any"),
            ("icon-512.png", "512x512", "image/png", "any"),
            ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
            ("mark.svg", "any", "image/svg+xml", "any"),
        )
    ]
    body = {
        "id": HOME,
        "name": SITE_NAME,
        "short_name": gettext("My chats"),
        "start_url": HOME,
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": VOICE,
        "icons": icons,
    }
    return Response(json.dumps(body), mimetype="application/manifest+json")


@open_pages.get("/ambassador/worker.js")
@public
def worker() -> Response:
    """The script that keeps the page. It may answer for the start page and for nothing else."""
    text = (STATIC / "js/phone/worker.js").read_text("utf-8")
    headers = {"Service-Worker-Allowed": HOME}
    return Response(text, mimetype="text/javascript", headers=headers)


@pages.get("/kept")
def kept() -> Response:
    """Today’s chats, to be read offline. Never for a coordinator who looks at these pages."""
    if access.looker() is not None:
        raise NotFound
    me, now = access.me(), datetime.now(UTC)
    to_come = agenda.to_come(db.session(), me.id, now)
    soon = agenda.soon(to_come, me.time_zone, now)
    page = make_response(render_template("ambassador/kept.html", me=me, soon=soon, now=now))
    page.headers["X-Kept-For"] = owner(me.user_id)
    page.headers["X-Kept-Until"] = str(int((now + KEPT_FOR).timestamp() * 1000))
    if access.KEPT not in session:
        session[access.KEPT] = True  # signing out clears what this browser keeps
    return page


def owner(user_id: int) -> str:
    """A name for an account that tells nothing of it, and is the same on every device."""
    secret = current_app.config["SECRET_KEY"]
    return tokens.keyed_hash(secret, "kept on a phone", str(user_id))[:32]
