"""The catalogs hold all text for people, and prospects read all of theirs in their language."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message

from ambassadors.translations import LOCALES, SOURCE
from ambassadors.translations.collecting import collect, read
from tests.translations.readers import is_staffs

LANGUAGES = [one for one in LOCALES if one != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+[^}]*\}|<[^>]+>")


@cache
def collected() -> Catalog:
    """All text there is, collected once."""
    return collect()


def messages(catalog: Catalog) -> Iterator[Message]:
    return (one for one in catalog if one.id)


def ids(catalog: Catalog) -> set[object]:
    return {(one.context, one.id) for one in messages(catalog)}


def forms(text: object) -> tuple[str, ...]:
    """All forms of a message or a translation."""
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


def places(message: Message) -> list[str]:
    return [place for place, _ in message.locations]


def prospects(catalog: Catalog) -> list[Message]:
    return [one for one in messages(catalog) if not is_staffs(places(one))]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_catalog_holds_all_text_and_nothing_else(locale: str):
    """Where this fails: `make translations`."""
    assert ids(read(locale)) == ids(collected())


@pytest.mark.parametrize("locale", LANGUAGES)
def test_nothing_that_prospects_read_is_untranslated_or_in_doubt(locale: str):
    catalog = read(locale)
    waiting = [one.id for one in prospects(collected()) if not all(forms(catalog[one.id].string))]
    doubtful = [one.id for one in messages(catalog) if one.fuzzy]
    assert (waiting, doubtful) == ([], [])


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_translation_has_the_placeholders_and_the_markup_of_its_message(locale: str):
    wrong = []
    for one in messages(read(locale)):
        allowed = [sorted(PLACEHOLDER.findall(form)) for form in forms(one.id)]
        for form in forms(one.string):
            if form and sorted(PLACEHOLDER.findall(form)) not in allowed:
                wrong.append((one.id, form))
    assert wrong == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_has_its_plurals(locale: str):
    catalog = read(locale)
    plurals = [one for one in messages(catalog) if isinstance(one.id, tuple) and any(one.string)]
    assert {len(one.string) for one in plurals} == {catalog.num_plurals}


def test_most_text_is_prospects():
    """The list of what only staff read does not swallow what prospects do."""
    found = {place for one in prospects(collected()) for place in places(one)}
    known = {
        "ambassadors/core/phrases.py",
        "ambassadors/data/aim-programme.toml",
        "ambassadors/services/booking/codes.py",
        "ambassadors/web/errors.py",
        "templates/embed/matches.html",
        "templates/mail/code.txt",
        "templates/prospect/home.html",
    }
    assert known - found == set()
