"""Anybody's account as coordinators see it: what happened to it, and the second step reset."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ambassadors.extensions import db
from ambassadors.services import account_events, accounts, school, second_step, sessions
from ambassadors.services.writing import write
from ambassadors.web import access

ACCOUNTS = "/coordinator/accounts"

pages = Blueprint("coordinator_accounts", __name__, url_prefix=ACCOUNTS)
pages.before_request(access.coordinator_only)


@pages.get("/<id:user_id>")
def account(user_id: int) -> str:
    """How somebody signs in, and what happened lately. Where they are is nobody's business."""
    rows = db.session()
    return render_template(
        "coordinator/account.html",
        one=accounts.find_one(rows, user_id),
        step=second_step.state_of(rows, user_id),
        school=school.link_of(rows, user_id),
        count=len(sessions.list_of(rows, user_id, datetime.now(UTC))),
        events=account_events.latest(rows, user_id),
    )


@pages.post("/<id:user_id>/second-step/reset")
def reset_step(user_id: int) -> Response:
    """For somebody whose phone is gone: they set another second step up; this is written down."""
    mine, now = access.reader().id, datetime.now(UTC)

    def work(rows: Session) -> str:
        name = accounts.find_one(rows, user_id).name
        second_step.turn_off(rows, user_id, now, mine)
        sessions.end_others(rows, user_id, "")
        return name

    name = write(db.session(), work)
    flash(gettext("%(name)s signs in with the password alone now, and is signed out.", name=name))
    return redirect(f"{ACCOUNTS}/{user_id}", 303)


@pages.post("/<id:user_id>/sign-out")
def sign_out(user_id: int) -> Response:
    """Ends all of somebody's sessions: a computer was stolen, say."""
    mine, now = access.reader().id, datetime.now(UTC)

    def work(rows: Session) -> str:
        name = accounts.find_one(rows, user_id).name
        sessions.end_others(rows, user_id, "")
        account_events.note(rows, user_id, "signed-out-by", now, mine)
        return name

    name = write(db.session(), work)
    flash(gettext("%(name)s is signed out everywhere.", name=name))
    return redirect(f"{ACCOUNTS}/{user_id}", 303)
