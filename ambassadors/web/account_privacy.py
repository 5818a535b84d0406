"""What is held of somebody with an account: read, taken, erased by themselves."""

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.services import leaving, privacy
from ambassadors.services.privacy import Held
from ambassadors.services.writing import write
from ambassadors.web import access
from ambassadors.web.privacy import as_file, tick_first
from ambassadors.web.proving import WRONG, prove_and_forgive

MINE = "/account/privacy"

pages = Blueprint("account_privacy", __name__, url_prefix=MINE)
pages.before_request(access.staff_only)


def held() -> Held:
    """Who is signed in; not somebody at whose pages a coordinator looks."""
    if access.looker() is not None:
        raise Refused(access.LOOKING, status=409)
    return Held(None, access.reader())


@pages.get("")
def mine() -> str:
    """What is held, in short, and what an erasure does."""
    return show({})


def show(errors: dict[str, str]) -> str:
    """The page, with what is wrong."""
    session, me = db.session(), held()
    chats = []
    if me.ambassador is not None:
        chats = leaving.chats_to_come(session, [me.ambassador.id], datetime.now(UTC))
    return render_template(
        "account/privacy.html", chats=chats, errors=errors, asked=privacy.asked_for(session, me)
    )


@pages.get("/export.json")
def take() -> Response:
    """All that is held, as a file."""
    return as_file(held(), False)


@pages.post("/erase")
def erase() -> str | tuple[str, int] | Answer:
    """Asks for the erasure: with the password, and signed out at once."""
    me, now = held().user, datetime.now(UTC)
    assert me is not None, "signed in"  # noqa: S101
    try:
        if request.form.get("sure") != "yes":
            raise Refused(tick_first(), field="sure")
        if me.password_hash is not None:  # else they sign in through the school
            prove_and_forgive(me.email, request.form.get("password", ""), now)
        write(db.session(), lambda s: privacy.ask_for_erasure(s, me, "person", None, now))
    except Refused as refusal:
        wrong = refusal.text
        if wrong == WRONG:
            wrong = gettext("That is not your present password.")
        field = refusal.field if refusal.field == "sure" else "password"
        return show({field or "": wrong}), refusal.status
    access.end_session()
    flash(gettext("You are signed out. Within minutes, what is held of you is erased."))
    return redirect("/privacy/erased", 303)
