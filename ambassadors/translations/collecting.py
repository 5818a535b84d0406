"""Collects text for people from code and templates into the catalogs: `make translations`."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from ambassadors.translations import FOLDER, LOCALES, SOURCE

ROOT = FOLDER.parents[1]
# What says something, beside Babel's own words: see core/said.py.
KEYWORDS = DEFAULT_KEYWORDS | {
    "said": None,
    "pattern": None,
    "said_n": (1, 2),
    "pattern_n": (1, 2),
    "lazy_gettext": None,
}


def collect() -> Catalog:
    """Every message that there is, with the files it stands in."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(project="ambassadors", version="1", charset="utf-8")
    for name, _, message, comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, comment_tags=("i18n:",)
    ):
        found.add(message, None, [(name, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return found


def path_of(locale: str) -> Path:
    """The file of a language."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def read(locale: str) -> Catalog:
    """A language as its file has it; a new one is empty."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale, project="ambassadors", version="1", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def write(locale: str, catalog: Catalog) -> None:
    """Writes the file of a language, sorted by where its messages stand."""
    path = path_of(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file, catalog, width=0, sort_by_file=True, ignore_obsolete=True, include_lineno=False
        )


def update() -> None:
    """Brings every language up to date; what is new in it is empty, and English until then."""
    found = collect()
    for locale in LOCALES:
        if locale != SOURCE:
            catalog = read(locale)
            catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
            write(locale, catalog)


if __name__ == "__main__":
    update()
