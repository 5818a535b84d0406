"""Who may see what. A browser's right to its own chats; staff by their sign-in.

What is not yours is not there (404). Pages of staff ask their blueprint's `before_request`, so
that a new page is closed until it is opened.
"""

import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Flask, after_this_request, current_app, g, redirect, request, session
from flask.wrappers import Response as FlaskResponse
from flask_login import current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import db, login
from ambassadors.models import Ambassador, User
from ambassadors.services import roster, sessions
from ambassadors.services.sessions import Here
from ambassadors.services.writing import write
from ambassadors.web import security
from ambassadors.web.network import whence

GRANT_SECONDS = 2 * 3600
MOST_GRANTS = 12  # they travel in a cookie
SIGN_IN = "/sign-in"
SECOND_STEP = "/account/second-step"
HOMES = {
    "coordinator": "/coordinator",
    "admissions": "/coordinator",
    "ambassador": "/ambassador",
}
ROLES: Mapping[str, str] = {
    "coordinator": said("Coordinator"),
    "admissions": said("Admissions (looks, does not change)"),
    "ambassador": said("Ambassador"),
}
LOOKS = ("GET", "HEAD")

View = TypeVar("View", bound=Callable[..., Any])
ACTING: set[Callable[..., Any]] = set()  # views that lead to a change and to nothing else
KEPT = "kept"  # in the session: this browser keeps a page for when it is offline
LOOKING_AT = "looking_at"  # in the session: the ambassador whose pages it shows to a coordinator
LOOKING = said("You are looking at an ambassador’s pages. Go back to your own pages first.")


def register(app: Flask) -> None:
    """Tells Flask-Login whom a session names; a browser that is closed forgets it earlier."""
    app.config["PERMANENT_SESSION_LIFETIME"] = sessions.LASTS["password"]
    login.session_protection = None  # an address that changes on the way is no reason to doubt
    login.user_loader(load_user)
    app.add_template_global(may_act)
    app.add_template_filter(ROLES.__getitem__, "role_name")
    app.add_template_global(looker)


def grant_chat(uid: str) -> None:
    """Gives this browser the right to a chat for two hours from now."""
    grants = _grants()
    grants.pop(uid, None)
    newest = dict([*grants.items(), (uid, int(time.time()) + GRANT_SECONDS)][-MOST_GRANTS:])
    session["chats"] = newest


def may_see_chat(uid: str) -> bool:
    """Whether this browser holds the right to a chat."""
    return uid in _grants()


def _grants() -> dict[str, int]:
    """The rights that have not run out, oldest first."""
    kept = session.get("chats", {})
    return {uid: until for uid, until in kept.items() if until > time.time()}


# Staff.


def load_user(key: str) -> User | None:
    """Whom a session names, as long as it counts; while a coordinator looks at the pages of an
    ambassador, that ambassador.
    """
    now = datetime.now(UTC)
    here = sessions.find(db.session(), key, now)
    if here is None:
        return None
    g.here, row, user = here, here.row, here.row.user
    user.session_id = key
    if now - row.seen_at >= sessions.SEEN_EVERY:
        note_seen_after(row.id)
    if user.role != "coordinator" or LOOKING_AT not in session:
        return user
    other = roster.account_of(db.session(), session[LOOKING_AT])
    if other is not None:
        g.looker = user
    return other or user


def note_seen_after(session_id: int) -> None:
    """Notes, once the answer has gone out, that a session was seen: nobody waits for it."""
    app, where, now = current_app._get_current_object(), whence(), datetime.now(UTC)  # type: ignore[attr-defined]

    def note() -> None:
        # A database that is busy has better things to do.
        with app.app_context(), contextlib.suppress(OperationalError):
            write(db.session(), lambda s: sessions.touch(s, session_id, where, now))

    @after_this_request
    def at_the_end(response: FlaskResponse) -> FlaskResponse:
        response.call_on_close(note)
        return response


def here() -> Here:
    """The session in whose name the reader is here. Only behind one of the checks below."""
    found = g.get("here")
    assert isinstance(found, Here), "the check let nobody else through"  # noqa: S101
    return found


def looker() -> User | None:
    """The coordinator who looks at somebody's pages as they see them, if that is so."""
    found = g.get("looker")
    return found if isinstance(found, User) else None


def start_session(user: User, way: str = "password") -> None:
    """Signs somebody in; nothing that the browser's session held before is kept."""
    before, where, now = session.get("_user_id", ""), whence(), datetime.now(UTC)

    def work(rows: Session) -> str:
        sessions.end(rows, before)
        return sessions.begin(rows, user, way, where, now)

    user.session_id = write(db.session(), work)
    clear_session()
    login_user(user)
    g.here = sessions.find(db.session(), user.session_id, now)


def end_session() -> None:
    """Signs out of this browser, and forgets all that its session held."""
    key = session.get("_user_id", "")
    if current_user.is_authenticated:
        write(db.session(), lambda rows: sessions.end(rows, key))
    logout_user()
    clear_session()


def clear_session() -> None:
    """Forgets all that the browser's session held, and has it drop what it keeps of our pages."""
    if session.get(KEPT):
        security.clear_storage()
    session.clear()


def reader() -> User:
    """The person who is signed in. Only behind one of the checks below."""
    user = current_user._get_current_object()
    assert isinstance(user, User), "the check let nobody else through"  # noqa: S101
    return user


def me() -> Ambassador:
    """The ambassador who is signed in. Only behind `ambassador_only`."""
    ambassador = reader().ambassador
    if ambassador is None:
        raise NotFound
    return ambassador


def may_act() -> bool:
    """Whether the reader of a coordinator's page may change something there."""
    return bool(reader().role == "coordinator")


def actor() -> Actor:
    """Who changes something now, for the history."""
    user = reader()
    return Actor("coordinator" if user.role == "coordinator" else "ambassador", user.id)


def staff_only() -> Response | None:
    """For `before_request`: sends strangers to the sign-in page."""
    return None if current_user.is_authenticated else ask_to_sign_in()


def coordinator_only() -> Response | None:
    """For `before_request`: the pages exist for coordinators; admissions staff look at them.

    For those who only look there is nothing that changes anything, nor a page marked `acts`.
    """
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    role = reader().role
    if looker() is not None:
        raise Refused(LOOKING, status=409)
    if role != "coordinator" and not (role == "admissions" and is_a_look()):
        raise NotFound
    return redirect(SECOND_STEP, 303) if here().owes_step else None


def acts(view: View) -> View:
    """Marks a coordinator's page that is there only to change something."""
    ACTING.add(view)
    return view


def is_a_look() -> bool:
    """Whether what is asked for now shows something, and is not there to change it."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in LOOKS and view not in ACTING


def ambassador_only() -> Response | None:
    """For `before_request`: the pages exist for ambassadors."""
    return role_only("ambassador")


def role_only(role: str) -> Response | None:
    """Strangers sign in first; for other roles there is no such page."""
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if reader().role != role:
        raise NotFound
    return None


def ask_to_sign_in() -> Response:
    """To the sign-in page, and back here afterwards when this was only a look."""
    if request.method not in LOOKS:
        return redirect(SIGN_IN, 303)
    path = request.full_path if request.query_string else request.path
    return redirect(f"{SIGN_IN}?{urlencode({'next': path})}")


def local_path(text: str | None) -> str | None:
    """A path of our own to go on to; None for anything that leads, or might lead, elsewhere."""
    if not text or not text.isprintable() or "\\" in text:
        return None
    if not text.startswith("/") or text.startswith("//"):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text
