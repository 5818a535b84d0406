"""Pages in the reader's language: which one it is, and how templates speak it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, has_request_context, request, session
from flask_babel import Domain, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ambassadors.core.said import Sayable, Stored
from ambassadors.extensions import babel
from ambassadors.translations import LOCALES, SOURCE, Catalog, catalog

COOKIE = "language"  # set when somebody chooses, by web/choosing_language.py
SPOKEN = ("text/html", "application/json", "application/problem+json", "text/calendar")


class Catalogs(Domain):  # type: ignore[misc]
    """Where Flask-Babel finds what to say; it looks once in a request."""

    def get_translations(self) -> Catalog:
        if not has_request_context():
            return catalog(SOURCE)
        found: Catalog | None = getattr(request, "babel_translations", None)
        if found is None:
            found = request.babel_translations = catalog(str(get_locale()))  # type: ignore[attr-defined]
        return found


CATALOGS = Catalogs()
language = CATALOGS.get_translations


def register(app: Flask) -> None:
    """Teaches Flask-Babel our catalogs and templates to say things."""
    babel.domain_instance = CATALOGS
    app.config["LANGUAGES"] = LOCALES
    app.after_request(name_language)
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda message: language().gettext(message),
        ngettext=lambda one, many, number: language().ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, message: language().pgettext(context, message),
        npgettext=lambda context, one, many, number: language().npgettext(
            context, one, many, number
        ),
    )
    for name in ("ngettext", "pgettext", "npgettext"):
        environment.globals[name] = speaking(environment.globals[name])
    environment.globals |= {"gettext": gettext, "_": gettext}
    environment.finalize = spoken  # sentences from below are said in the reader's language
    app.add_template_filter(spoken, "said")
    app.add_template_filter(Stored, "stored")
    app.add_template_global(language, "reader_language")


def speaking(say: Any) -> Callable[..., Any]:
    """What a template's gettext fills in is said in the reader's language, too."""

    @pass_context
    def filled_in(context: Context, *messages: Any, **values: object) -> Any:
        return say(context, *messages, **{name: spoken(one) for name, one in values.items()})

    return filled_in


@pass_context
def gettext(context: Context, message: str, /, **values: object) -> str:
    """Jinja's own in a quarter of its calls: a page asks some sixty times, a list of seventy
    proposals seven hundred.
    """
    reader, escapes = language(), context.eval_ctx.autoescape
    if not values:
        return said_alone(reader, message, escapes)
    text = reader.gettext(message)
    filled: str = (Markup(text) if escapes else text) % {  # noqa: S704 - our own sentence
        name: spoken(one) for name, one in values.items()
    }
    return filled


@lru_cache(maxsize=8192)
def said_alone(reader: Catalog, message: str, escapes: bool) -> str:
    """A sentence in which nothing is to be filled in."""
    text = reader.gettext(message)
    return (Markup(text) if escapes else text) % {}  # noqa: S704 - our own sentence


def choose_locale() -> str:
    """The locale of this request: the address says `lang`, else what was chosen before, else
    English for staff, else what the browser asks for. Programs ask by header only.
    """
    if not request.path.startswith("/api/"):
        if named := named_by(request.values.get("lang", ""), offered()):
            return named
        chosen = request.cookies.get(cookie_name(), "")
        if chosen in offered():
            return chosen
        if is_staff():
            return SOURCE
    return negotiate(request.headers.get("Accept-Language", ""), offered())


def cookie_name() -> str:
    """The cookie of the choice; below https no other host can have set it."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def named_by(tag: str, offered: tuple[str, ...]) -> str | None:
    """The locale that a BCP 47 tag means, by its primary subtag: whoever reads Mexican Spanish
    reads Spanish, and Chinese in either script is nearer to a Chinese reader than English.
    """
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return next((one for one in offered if one.partition("_")[0] == primary), None)


def offered() -> tuple[str, ...]:
    """The locales that readers can have."""
    return tuple(current_app.config["LANGUAGES"])


def is_staff() -> bool:
    """Whether somebody is signed in; looks into the session only of those who have one."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies and "_user_id" in session


@lru_cache(maxsize=1024)
def negotiate(header: str, offered: tuple[str, ...]) -> str:
    """The locale a browser likes best of those offered; the source when it names none of them."""
    for tag, quality in parse_accept_header(header, LanguageAccept):
        named = named_by(tag, offered)
        if quality > 0 and named:
            return named
    return SOURCE


def name_language(response: Response) -> Response:
    """Says of a page, or of text for programs, which language it is in and what that hangs on."""
    if response.mimetype in SPOKEN and hasattr(request, "babel_translations"):
        response.headers["Content-Language"] = language().tag
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def spoken(text: object) -> object:
    """Whatever it is, in the reader's language if it is a sentence that can be said in it."""
    if not isinstance(text, Sayable):
        return text
    reader = language()
    return text if reader.locale == SOURCE else text.in_language(reader)


def speak(text: str) -> str:
    """The sentence in the reader's language."""
    return str(spoken(text))
