"""Between a password that was right and a session: the second step, for whoever has one.

What is known by then stands in the browser's own signed cookie, for some minutes, and nowhere else.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.tokens import keyed_hash, same
from ambassadors.extensions import db
from ambassadors.models import User
from ambassadors.services import accounts, second_step
from ambassadors.services.accounts import Proof
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.changing import Page
from ambassadors.web.forms.account import SignIn
from ambassadors.web.network import caller

HALF = "half"  # in the session: whose password was right, when, and where they wanted to go
HALF_LASTS = timedelta(minutes=10)
CODE = "/sign-in/code"
TOO_LONG = said("Please type your password first: the code comes after it, within ten minutes.")

pages = Blueprint("arriving", __name__)


def arrive(proof: Proof, onward: str, now: datetime) -> Response:
    """Signs in whoever proved it, or asks for the code of their second step first.

    A right password counts as an attempt until the second step is done, too.
    """
    rows = db.session()
    if second_step.is_on(rows, proof.user_id):
        user = rows.get_one(User, proof.user_id)
        return ask_for_code(user, onward, now)
    user = write(rows, lambda s: finish(s, proof, now, now))
    access.start_session(user)
    return redirect(access.local_path(onward) or access.HOMES[user.role], 303)


def finish(rows: Session, proof: Proof, began: datetime, now: datetime) -> User:
    """Signs in, and takes back the attempt that was counted when it began."""
    user = accounts.sign_in(rows, proof, now)
    secret = current_app.config["SECRET_KEY"]
    accounts.forgive_sign_in(rows, secret, user.email, caller(), began)
    return user


def ask_for_code(user: User, onward: str, now: datetime) -> Response:
    """To the form of the code; nothing that the browser's session held before is kept."""
    session.clear()
    session[HALF] = {
        "user": user.id,
        "mark": mark_of(user),
        "at": now.isoformat(),
        "next": access.local_path(onward) or "",
    }
    return redirect(CODE, 303)


def mark_of(user: User) -> str:
    """Another after every change of the password: who is half signed in begins again."""
    secret = current_app.config["SECRET_KEY"]
    return keyed_hash(secret, "half", f"{user.id}:{user.session_key}")


def half_signed_in(now: datetime) -> tuple[User, dict[str, Any]] | None:
    """Who is asked for a code in this browser; None when nobody is, or it took too long."""
    half = session.get(HALF)
    if half is None or now - datetime.fromisoformat(half["at"]) >= HALF_LASTS:
        return None
    user = db.session().get(User, half["user"])
    if user is None or not user.active or not same(mark_of(user), half["mark"]):
        return None
    return user, half


@pages.get(CODE)
def code_form() -> Page:
    """Asks for the code; without a password before it there is nothing to ask."""
    return show_code() if half_signed_in(datetime.now(UTC)) else begin_again()


def begin_again() -> Page:
    """The form of the password, when there was none, or too long ago."""
    form = SignIn("", "", "")
    return render_template("account/sign_in.html", form=form, errors={"email": TOO_LONG}), 409


def show_code(error: str = "") -> str:
    """The form of the code."""
    return render_template("account/code.html", errors={"code": error} if error else {})


@pages.post(CODE)
def code() -> Page:
    """Takes a code of the app, or of the paper, and signs in."""
    now, rows = datetime.now(UTC), db.session()
    found = half_signed_in(now)
    if found is None:
        return begin_again()
    user, half = found
    proof, typed = Proof(user.id, user.password_hash), request.form.get("code", "")
    secret, began = current_app.config["SECRET_KEY"], datetime.fromisoformat(half["at"])

    def work(rows: Session) -> User:
        second_step.prove(rows, secret, proof.user_id, typed, now)
        return finish(rows, proof, began, now)

    try:
        user = write(rows, work)
    except Refused as refusal:
        return show_code(refusal.text), refusal.status
    access.start_session(user)
    return redirect(access.local_path(half["next"]) or access.HOMES[user.role], 303)
