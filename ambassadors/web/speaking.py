"""Pages in the reader's language: which one it is, and how templates speak it."""

from flask import Flask, g
from flask_babel import Domain, get_locale

from ambassadors.core.said import Sayable
from ambassadors.extensions import babel
from ambassadors.translations import SOURCE, Catalog, catalog


class Catalogs(Domain):  # type: ignore[misc]
    """Where Flask-Babel finds what to say; it looks once in a request."""

    def get_translations(self) -> Catalog:
        found: Catalog | None = g.get("babel_translations") if g else None
        if found is None:
            found = catalog(str(get_locale() or SOURCE))
            if g:
                g.babel_translations = found
        return found


CATALOGS = Catalogs()
language = CATALOGS.get_translations


def register(app: Flask) -> None:
    """Teaches Flask-Babel our catalogs and templates to say things."""
    babel.domain_instance = CATALOGS
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
    environment.finalize = spoken  # sentences from below are said in the reader's language
    app.add_template_filter(spoken, "said")
    app.add_template_global(language, "reader_language")


def choose_locale() -> str:
    """The locale of this request."""
    return SOURCE


def spoken(text: object) -> object:
    """Whatever it is, in the reader's language if it is a sentence that can be said in it."""
    return text.in_language(language()) if isinstance(text, Sayable) else text


def tell(text: str) -> str:
    """The sentence in the reader's language."""
    return str(spoken(text))
