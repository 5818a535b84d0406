"""Signing in and out, links that set a password, one's own account."""

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
from ambassadors.services import account_links, accounts, passwords
from ambassadors.services.accounts import Proof
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.forms.account import SignIn, read_new_password, read_sign_in
from ambassadors.web.network import caller
from ambassadors.web.speaking import speak

WRONG = said("That e-mail address and password do not go together.")
SENT = said(
    "If there is an account for that address, a mail with a link to set a password is on its way."
)

pages = Blueprint("account", __name__)
own_pages = Blueprint("own_account", __name__, url_prefix="/account")
own_pages.before_request(access.staff_only)

Page = str | tuple[str, int] | Response
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
        proof = prove(form.email, form.password, now)
        user = write(db.session(), lambda session: accounts.sign_in(session, proof, now))
    except Refused as refusal:
        return show_sign_in(form, refusal.text), refusal.status
    access.start_session(user)
    return redirect(access.local_path(form.onward) or access.HOMES[user.role], 303)


def show_sign_in(form: SignIn, error: str = "") -> str:
    """The sign-in page, less the password."""
    return render_template(
        "account/sign_in.html", form=form, errors={"email": error} if error else {}
    )


def prove(email: str, password: str, now: datetime) -> Proof:
    """Whose password it is: counted first, then verified while no transaction is open."""
    session, secret, network = db.session(), current_app.config["SECRET_KEY"], caller()
    write(session, lambda s: accounts.count_sign_in(s, secret, email, network, now))
    proof = accounts.find_proof(session, email)
    session.rollback()
    if not passwords.verify(proof.password_hash, password):
        raise Refused(WRONG, field="email")
    write(session, lambda s: accounts.forgive_sign_in(s, secret, email, network, now))
    return proof


@pages.post("/sign-out")
def sign_out() -> Response:
    """Ends the session of this browser; for strangers there is nothing to end."""
    access.end_session()
    return redirect("/", 303)


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


@own_pages.get("")
def account() -> str:
    """One's own account."""
    return show_account({})


def show_account(errors: dict[str, str]) -> str:
    """The account page, with what is wrong."""
    return render_template("account/account.html", user=access.reader(), errors=errors)


@own_pages.post("/password")
def change_password() -> Page:
    """Another password; every other session of the account ends."""
    user, now = access.reader(), datetime.now(UTC)
    email, session = user.email, db.session()
    try:
        new = read_new_password(request.form, email)
        proof = prove(email, request.form.get("current", ""), now)
        hashed = passwords.hash_password(new)
        user = write(session, lambda s: accounts.change_password(s, proof, hashed, now))
    except Refused as refusal:
        text = "That is not your present password." if refusal.text == WRONG else refusal.text
        field = "current" if refusal.field != "password" else "password"
        return show_account({field: text}), refusal.status
    access.start_session(user)
    flash(speak(said("Your password is changed. All other sessions of yours have ended.")))
    return redirect("/account", 303)


@own_pages.post("/zone")
def change_zone() -> Page:
    """The zone in which a coordinator, or who looks as one, reads times."""
    user_id, zone = access.reader().id, request.form.get("zone", "")
    try:
        write(db.session(), lambda session: accounts.change_zone(session, user_id, zone))
    except Refused as refusal:
        return show_account({"zone": refusal.text}), refusal.status
    flash(speak(said("Your time zone is saved.")))
    return redirect("/account", 303)
