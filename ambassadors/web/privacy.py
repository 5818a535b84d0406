"""What we keep, and a prospect's own way to what is held of them."""

import time
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, json, redirect, render_template, request, session
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Prospect
from ambassadors.services import privacy
from ambassadors.services.privacy import Held
from ambassadors.services.privacy.export import export
from ambassadors.services.settings.current import current
from ambassadors.services.writing import write
from ambassadors.web.network import caller
from ambassadors.web.own_chats import secret
from ambassadors.web.security import public
from ambassadors.web.speaking import language

YOURS = "/privacy/yours"
GRANT = "privacy"  # in the session: [prospect, until when (epoch seconds)]
GRANT_SECONDS = 3600

pages = Blueprint("privacy", __name__)
Page = str | tuple[str, int] | Answer


@pages.get("/privacy")
@public
def what_we_keep() -> str:
    """What is kept, why, how long, who sees it."""
    return render_template("privacy/kept.html", months=current(db.session()).months)


@pages.get("/privacy/ask")
def ask_form() -> str:
    """Asks for the address."""
    return render_template("privacy/ask.html", email="", errors={})


@pages.post("/privacy/ask")
def ask() -> Page:
    """Queues a link for an address we know, and says the same for one we do not."""
    email, now = request.form.get("email", ""), datetime.now(UTC)
    key, network, locale = secret(), caller(), language().locale
    try:
        write(db.session(), lambda s: privacy.ask_for_link(s, key, email, network, locale, now))
    except Refused as refusal:
        errors = {"email": refusal.text}
        return render_template("privacy/ask.html", email=email, errors=errors), refusal.status
    flash(
        gettext("If anything is held under that address, a mail with a link to it is on its way.")
    )
    return redirect("/privacy", 303)


@pages.get("/privacy/<token>")
def follow(token: str) -> Page:
    """A mailed link: gives this browser the right for an hour; nothing else changes."""
    person = privacy.read_token(db.session(), token, secret(), datetime.now(UTC))
    session[GRANT] = [person.id, int(time.time()) + GRANT_SECONDS]
    return redirect(YOURS)


def me() -> Prospect:
    """Whose data this browser may see; refused (404) for every other."""
    number, until = session.get(GRANT, (0, 0))
    person = privacy.present(db.session(), number) if until > time.time() else None
    if person is None:
        raise Refused(gettext("Open the link in the mail again, or ask for a new one."), status=404)
    return person


@pages.get(YOURS)
def yours() -> str:
    """All that is held, to be read."""
    return show({})


def show(errors: dict[str, str]) -> str:
    """The page, with what is wrong."""
    database, held = db.session(), Held(me(), None)
    return render_template(
        "privacy/yours.html",
        found=export(database, held, datetime.now(UTC), False)["prospect"],
        under_way=bool(privacy.asked_for(database, held)),
        errors=errors,
    )


@pages.get(f"{YOURS}/export.json")
def take() -> Response:
    """The same as a file for programs."""
    return as_file(Held(me(), None), False)


def tick_first() -> str:
    """What whoever did not say that they mean it is told."""
    return str(gettext("Tick the box to say that you mean it."))


def as_file(held: Held, confidential: bool) -> Response:
    """A download."""
    found = export(db.session(), held, datetime.now(UTC), confidential)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    response = Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="held.json"'
    return response


@pages.post(f"{YOURS}/erase")
def erase() -> Page:
    """Asks for the erasure, once they have said that they mean it."""
    person, now = me(), datetime.now(UTC)
    if request.form.get("sure") != "yes":
        return show({"sure": tick_first()}), 422
    write(db.session(), lambda s: privacy.ask_for_erasure(s, person, "person", None, now))
    session.pop(GRANT, None)
    session.pop("chats", None)
    return redirect("/privacy/erased", 303)


@pages.get("/privacy/erased")
@public
def erased() -> str:
    """What happens now."""
    return render_template("privacy/erased.html")
