"""One's own account: password, zone, second step, where one is signed in."""

from datetime import UTC, datetime

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, session
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.services import account_events, accounts, passwords, second_step, sessions
from ambassadors.services import school as school_links
from ambassadors.services.service import post_of
from ambassadors.services.settings.current import current
from ambassadors.services.settings.signing_in import DESK
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.account import read_new_password
from ambassadors.web.network import network_mark
from ambassadors.web.proving import WRONG, prove_and_forgive

pages = Blueprint("own_account", __name__, url_prefix="/account")
pages.before_request(access.staff_only)

NOT_YOURS = said("That is not your present password.")


@pages.get("")
def account() -> str:
    """One's own account; who looks through somebody's eyes sees nothing of their sessions."""
    return show_account({})


def show_account(errors: dict[str, str]) -> str:
    """The account page, with what is wrong."""
    rows, user, now = db.session(), access.reader(), datetime.now(UTC)
    own = access.looker() is None
    return render_template(
        "account/account.html",
        user=user,
        errors=errors,
        own=own,
        sessions=sessions.list_of(rows, user.id, now) if own else [],
        here=access.here().row.id,
        network=network_mark(),
        step=second_step.state_of(rows, user.id),
        school=school_links.link_of(rows, user.id),
        events=account_events.latest(rows, user.id) if own else [],
    )


@pages.post("/password")
def change_password() -> Page:
    """Another password; every other session of the account ends."""
    user, now = access.reader(), datetime.now(UTC)
    email, rows = user.email, db.session()
    try:
        new = read_new_password(request.form, email)
        proof = prove_and_forgive(email, request.form.get("current", ""), now)
        hashed = passwords.hash_password(new)
        user = write(rows, lambda s: accounts.change_password(s, proof, hashed, now))
    except Refused as refusal:
        text = NOT_YOURS if refusal.text == WRONG else refusal.text
        field = "current" if refusal.field != "password" else "password"
        return show_account({field: text}), refusal.status
    access.start_session(user)
    flash(gettext("Your password is changed. All other sessions of yours have ended."))
    return redirect("/account", 303)


@pages.post("/zone")
def change_zone() -> Page:
    """The zone in which a coordinator, or who looks as one, reads times."""
    user_id, zone = access.reader().id, request.form.get("zone", "")
    try:
        write(db.session(), lambda rows: accounts.change_zone(rows, user_id, zone))
    except Refused as refusal:
        return show_account({"zone": refusal.text}), refusal.status
    flash(gettext("Your time zone is saved."))
    return redirect("/account", 303)


# Where one is signed in.


@pages.post("/sessions/<id:session_id>/end")
def end_session(session_id: int) -> Page:
    """Ends one of one's own sessions."""
    user_id, now = access.reader().id, datetime.now(UTC)
    row = write(db.session(), lambda rows: sessions.end_one(rows, user_id, session_id, now))
    flash(gettext("Signed out: %(browser)s.", browser=row.browser))
    return redirect("/account#sessions", 303)


@pages.post("/sessions/end-others")
def end_other_sessions() -> Page:
    """Ends all of one's sessions but this one."""
    user_id, now, key = access.reader().id, datetime.now(UTC), session.get("_user_id", "")

    def work(rows: Session) -> int:
        account_events.note(rows, user_id, "sessions-ended", now)
        return sessions.end_others(rows, user_id, key)

    write(db.session(), work)
    flash(gettext("You are signed in here alone now."))
    return redirect("/account#sessions", 303)


# The second step.


@pages.get("/second-step")
def step() -> Page:
    """How it stands, and what to do next."""
    if access.looker() is not None:
        raise Refused(access.LOOKING, status=409)
    return show_step({})


def show_step(errors: dict[str, str], codes: list[str] | None = None) -> str:
    """The page of the second step; `codes` are those to print, shown this once."""
    rows, user, secret = db.session(), access.reader(), current_app.config["SECRET_KEY"]
    key = second_step.pending_secret(rows, secret, user.id)
    return render_template(
        "account/second_step.html",
        user=user,
        errors=errors,
        codes=codes,
        state=second_step.state_of(rows, user.id),
        key=key,
        picture=picture_of(key) if key else None,
        must=current(rows).second_step == "desk" and user.role in DESK,
        owes=access.here().owes_step,
    )


def picture_of(key: str) -> Markup:
    """The square that a phone reads, as SVG without any style: black on white in the dark, too."""
    name = post_of(db.session(), current_app.extensions["settings"]).service.name
    address = second_step.address_of(key, access.reader(), name)
    svg = segno.make(address, error="m").svg_inline(scale=5, light="#fff", omitsize=True)
    return Markup(svg)  # noqa: S704 - paths drawn by segno; no text of anybody


@pages.post("/second-step/<any(start, confirm, codes, off):act>")
def change_step(act: str) -> Page:
    """Begins, confirms with a first code, makes new codes to print, or turns it off."""
    rows, user, now = db.session(), access.reader(), datetime.now(UTC)
    user_id, secret, codes = user.id, current_app.config["SECRET_KEY"], None
    try:
        if act == "confirm":
            typed = request.form.get("code", "")
            codes = write(rows, lambda s: second_step.confirm(s, secret, user_id, typed, now))
            access.start_session(user, access.here().row.way)
        else:
            prove_and_forgive(user.email, request.form.get("current", ""), now)
            codes = write(rows, lambda s: carry_out(s, act, user_id, now))
    except Refused as refusal:
        field = "code" if act == "confirm" else act
        text = NOT_YOURS if refusal.text == WRONG else refusal.text
        return show_step({field: text}), refusal.status
    if codes:
        return show_step({}, codes)
    return redirect("/account" if act == "off" else "/account/second-step", 303)


def carry_out(rows: Session, act: str, user_id: int, now: datetime) -> list[str] | None:
    """What needs the password first."""
    secret = current_app.config["SECRET_KEY"]
    if act == "codes":
        return second_step.renew_paper_codes(rows, secret, user_id, now)
    if act == "off":
        second_step.turn_off(rows, user_id, now)
    else:
        second_step.start(rows, secret, user_id, now)
    return None
