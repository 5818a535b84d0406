"""Signing in and out, and links that set a password."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db
from ambassadors.mail.addresses import parse_address
from ambassadors.models import User
from ambassadors.services import account_links, accounts, passwords, second_step
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.arriving import arrive, ask_for_code
from ambassadors.web.changing import Page
from ambassadors.web.forms.account import SignIn, read_new_password, read_sign_in
from ambassadors.web.network import caller
from ambassadors.web.proving import prove
from ambassadors.web.school import offered
from ambassadors.web.speaking import speak

SENT = said(
    "If there is an account for that address, a mail with a link to set a password is on its way."
)

pages = Blueprint("account", __name__)

ReadLink = Callable[[Session, str, str, datetime], User]


@pages.get("/sign-in")
def sign_in_form() -> Page:
    """The form; whoever is signed in already goes home."""
    if current_user.is_authenticated:
        return redirect(access.HOMES[access.reader().role])
    return show_sign_in(SignIn("", "", request.args.get("next", "")))


@pages.post("/sign-in")
def sign_in() -> Page:
    """Signs in, or says that it did not work: the same for addresses known and unknown."""
    form, now = read_sign_in(request.form), datetime.now(UTC)
    try:
        return arrive(prove(form.email, form.password, now), form.onward, now)
    except Refused as refusal:
        return show_sign_in(form, refusal.text), refusal.status


def show_sign_in(form: SignIn, error: str = "") -> str:
    """The sign-in page, less the password."""
    return render_template(
        "account/sign_in.html", form=form, errors={"email": error} if error else {}
    )


@pages.post("/sign-out")
def sign_out() -> Response:
    """Ends the session of this browser; for strangers there is nothing to end."""
    by_school = current_user.is_authenticated and access.here().row.way == "school"
    access.end_session()
    return redirect("/signed-out" if by_school and offered() else "/", 303)


@pages.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> Page:
    """Somebody invited sets their password; looking changes nothing."""
    return follow_link(token, account_links.read_invitation, "invitation")


@pages.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> Page:
    """Somebody who forgot their password sets another one; looking changes nothing."""
    return follow_link(token, account_links.read_reset, "reset")


def follow_link(token: str, read: ReadLink, purpose: str) -> Page:
    """Shows the form of a link that still counts, or takes the password and signs in."""
    session, secret, now = db.session(), current_app.config["SECRET_KEY"], datetime.now(UTC)
    try:
        user = read(session, token, secret, now)
    except Refused as refusal:
        return render_template("account/worn_out.html", text=refusal.text), refusal.status
    name, email = user.name, user.email
    session.rollback()
    if request.method != "POST":  # HEAD, too, and nobody asks it for a CSRF token
        return show_new_password(purpose, name, email)
    try:
        hashed = passwords.hash_password(read_new_password(request.form, email))
    except Refused as refusal:
        return show_new_password(purpose, name, email, refusal.text), refusal.status
    user = write(
        session, lambda s: accounts.set_password(s, read(s, token, secret, now), hashed, now)
    )
    if second_step.is_on(session, user.id):
        flash(speak(said("Your password is set.")))
        return ask_for_code(user, "", now)
    access.start_session(user)
    flash(speak(said("Your password is set, and you are signed in.")))
    return redirect(access.HOMES[user.role], 303)


def show_new_password(purpose: str, name: str, email: str, error: str = "") -> str:
    """The page that a link leads to."""
    errors = {"password": error} if error else {}
    return render_template(
        "account/new_password.html", purpose=purpose, name=name, email=email, errors=errors
    )


@pages.get("/forgotten")
def forgotten_form() -> str:
    """Asks for the address."""
    return render_template("account/forgotten.html", email="", errors={})


@pages.post("/forgotten")
def forgotten() -> Page:
    """Queues a link for an address we know, and says the same for one we do not."""
    email, now = request.form.get("email", ""), datetime.now(UTC)
    secret, network = current_app.config["SECRET_KEY"], caller()
    try:
        parse_address(email)
        write(db.session(), lambda s: accounts.ask_for_reset(s, secret, email, network, now))
    except Refused as refusal:
        errors = {"email": refusal.text}
        page = render_template("account/forgotten.html", email=email, errors=errors)
        return page, refusal.status
    flash(speak(SENT))
    return redirect(access.SIGN_IN, 303)
