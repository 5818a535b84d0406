"""The language menu: the choice is kept in a cookie of its own, which says nothing else."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.extensions import csrf, db
from ambassadors.services.accounts import set_locale
from ambassadors.services.writing import write
from ambassadors.translations import catalog
from ambassadors.web import access
from ambassadors.web.access import local_path
from ambassadors.web.security import YEAR, public
from ambassadors.web.speaking import cookie_name, is_staff, offered

pages = Blueprint("language", __name__)


def register(app: Flask) -> None:
    """Adds the address. A forged choice would change nothing but words: no token, no session."""
    csrf.exempt(pages)
    app.register_blueprint(pages)
    app.add_template_global(language_choices)


def language_choices() -> list[tuple[str, str, str]]:
    """(locale, tag, its own name) of each language to choose from."""
    return [(one, catalog(one).tag, catalog(one).own_name) for one in offered()]


@pages.post("/language")
@public
def choose() -> Response:
    """Keeps the choice for a year and goes back to the page it was made on."""
    locale = request.form.get("locale", "")
    if locale not in offered():
        raise Refused(said("Choose a language from the list."), field="locale")
    if is_staff():
        write(db.session(), lambda s: set_locale(s, access.reader().id, locale))
    answer = redirect(way_back(), 303)
    answer.set_cookie(
        cookie_name(),
        locale,
        max_age=YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def way_back() -> str:
    """The page that was read: private ones name themselves, of others the browser tells."""
    came = urlsplit(request.form.get("next") or request.headers.get("Referer", ""))
    if came.netloc not in ("", request.host):
        return "/"
    pairs = [pair for pair in came.query.split("&") if pair and not pair.startswith("lang=")]
    query = f"?{'&'.join(pairs)}" if pairs else ""  # less the language that the address asked for
    return local_path(came.path + query) or "/"
