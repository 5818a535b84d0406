"""What is said in which language: the catalogs beside this file, by locale.

The `.po` files are what translators write and what the service reads: each is made ready in
memory when its language is first asked for, so there is no compiled copy that could be stale.
"""

from collections.abc import Callable
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from ambassadors.translations.retelling import retelling

FOLDER = Path(__file__).parent
SOURCE = "en"
# Where the name of the script would say too much.
OWN_NAMES = {"zh_Hans": "简体中文"}
LOCALES = (SOURCE, "es", "zh_Hans", "hi")  # as they are offered


class Catalog(Translations):
    """The sentences of one language; what it lacks is said in English."""

    def __init__(self, locale: str, file: BytesIO | None = None) -> None:
        super().__init__(file)
        self.locale = locale
        self.tag = locale.replace("_", "-")  # BCP 47, for pages and headers
        known = Locale.parse(locale)
        self.direction = known.text_direction
        self.own_name = OWN_NAMES.get(locale) or (known.get_display_name(locale) or locale).title()

    @cached_property
    def retell(self) -> Callable[[str], str]:
        """Says a sentence that was stored in English in this language."""
        return retelling({key: one for key, one in self._catalog.items() if isinstance(key, str)})


LEARNED: dict[str, Catalog] = {}


def catalog(locale: str) -> Catalog:
    """The catalog of a locale; English for one that nobody has translated."""
    return LEARNED.get(locale) or _read(locale)


def learn(language: Catalog) -> None:
    """Adds a language that has no file here."""
    LEARNED[language.locale] = language


@cache
def _read(locale: str) -> Catalog:
    """Compiled once a process: some 50 ms for a thousand messages."""
    path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    if locale not in LOCALES or not path.exists():
        return Catalog(SOURCE)
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Catalog(locale, compiled)
