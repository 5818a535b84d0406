"""An ambassador's profile, and the address of their calendar feed."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.wording import count_text
from ambassadors.extensions import db
from ambassadors.services import feeds, roster
from ambassadors.services.programme import vocabulary
from ambassadors.services.roster import Profile
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.ambassador import profile_of, read_profile
from ambassadors.web.languages import NAMES
from ambassadors.web.speaking import speak

COMMON = ("en", "es", "zh", "hi", "pt", "fr", "de", "ar", "ko", "ja", "te", "mr")

pages = Blueprint("ambassador_profile", __name__, url_prefix="/ambassador")
pages.before_request(access.ambassador_only)


@pages.get("/profile")
def profile_form() -> Page:
    """The profile, to be edited."""
    return show_profile(profile_of(roster.find(db.session(), access.me().id)), {})


@pages.post("/profile")
def save_profile() -> Page:
    """Saves the profile; a changed meeting place goes out to all booked chats."""
    me, now, actor = access.me().id, datetime.now(UTC), access.actor()
    profile = read_profile(request.form)
    try:
        told = write(db.session(), lambda s: roster.edit_profile(s, me, profile, actor, now))
    except Refused as refusal:
        return show_profile(profile, {refusal.field or "": refusal.text}), refusal.status
    flash(speak(said("Your profile is saved.")))
    if told:
        chats = count_text(told, "booked chat")
        flash(speak(said("The people of {chats} are told the new place by mail.", chats=chats)))
    return redirect("/ambassador/profile", 303)


def show_profile(profile: Profile, errors: dict[str, str]) -> str:
    """The editor with these values."""
    near = [*dict.fromkeys((*profile.languages, *COMMON))]
    return render_template(
        "ambassador/profile.html",
        profile=profile,
        vocabulary=vocabulary(db.session()),
        languages=near,
        more_languages=[tag for tag in NAMES if tag not in near],
        errors=errors,
    )


@pages.get("/feed")
def feed() -> str:
    """The addresses under which programs find the chats, and when one is busy."""
    settings, me = current_app.extensions["settings"], access.me()
    busy = feeds.address_of(me.user, feeds.BUSY, settings.secret_key)
    secret = me.feed_secret
    if access.looker():  # the addresses are theirs alone
        secret, busy = "…", "/feeds/….ics"
    return render_template(
        "ambassador/feed.html",
        address=f"{settings.base_url}/feeds/{secret}.ics",
        busy_address=settings.base_url + busy,
    )


@pages.post("/feed")
def renew_feed() -> Response:
    """Another address; the present one stops working."""
    me = access.me().id
    write(db.session(), lambda session: roster.renew_feed(session, me))
    flash(speak(said("Your feed has a new address. The old one no longer works.")))
    return redirect("/ambassador/feed", 303)


@pages.post("/feed/busy")
def renew_busy() -> Response:
    """Likewise for the one that says when one is busy."""
    me = access.reader().id
    write(db.session(), lambda session: feeds.renew_address(session, me))
    flash(speak(said("Your busy times have a new address. The old one no longer works.")))
    return redirect("/ambassador/feed", 303)
