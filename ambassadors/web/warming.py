"""What every worker would read and compile anew: done once, before the workers are made.

They go on sharing its pages, and what was needed on the way is the parent's alone. Nothing here
opens the database: a connection must not be shared.
"""

from babel import Locale
from flask import Flask

from ambassadors.translations import LOCALES, catalog

FOR_PROSPECTS = ("layouts/", "components/", "prospect/", "embed/", "errors/")  # most of the traffic


def warm(app: Flask) -> None:
    """Reads catalogs, Babel's words, and the templates that prospects see."""
    for locale in LOCALES:
        catalog(locale)
        Locale.parse(locale).territories.get("US")
    for name in app.jinja_env.list_templates(filter_func=lambda one: one.startswith(FOR_PROSPECTS)):
        app.jinja_env.get_template(name)
