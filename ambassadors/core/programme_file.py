"""The programme's file (TOML), read and checked: its interests, one `[[family]]` per kind."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

from ambassadors.core.interests import Family, Item, Vocabulary
from ambassadors.core.refused import Refused
from ambassadors.core.said import said

# What a family weighs of 100 until a coordinator says otherwise; all others share the rest.
STARTING_WEIGHTS: Mapping[str, int] = {"research-center": 30, "track": 20, "industry": 20}
ROLES = ("core", "detail")

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_KEY = 40
_LONGEST = {"label": 200, "short": 80}
THE_FILE = said("The programme file")


def parse_programme(document: Mapping[str, object]) -> Vocabulary:
    """The vocabulary in a parsed programme file (TOML, one `[[family]]` per kind of interest).

    Refused with a sentence that names the place when something is missing, doubled or malformed.
    A family without `weight` gets its starting weight, or a share of the rest.
    """
    tables = _tables(document.get("family"), THE_FILE, "[[family]]")
    families = tuple(_family(table, place) for place, table in enumerate(tables, 1))
    _all_different([family.key for family in families], THE_FILE, said("families"))
    total = sum(family.weight or 0 for family in families)
    if total > 100:
        raise Refused(
            said(
                "The weights of the families add up to {total}; at most 100 are possible.",
                total=total,
            )
        )
    return Vocabulary(families)


def _family(table: Mapping[str, object], place: int) -> Family:
    key = _key(table, said("Family {place}", place=place))
    where = said("Family “{key}”", key=key)
    items = tuple(
        _item(entry, key, said("Item {number} of family “{key}”", number=number, key=key))
        for number, entry in enumerate(_tables(table.get("items"), where, "items"), 1)
    )
    _all_different([item.key for item in items], where, said("items"))
    role = table.get("role")
    if role not in ROLES:
        raise Refused(said("{where} needs a role, “core” or “detail”.", where=where))
    return Family(key, _label(table, "label", where), str(role), items, _weight(table, key))


def _item(table: Mapping[str, object], family: str, where: str) -> Item:
    key = _key(table, where)
    where = said("Item “{family}/{key}”", family=family, key=key)
    label = _label(table, "label", where)
    short = _label(table, "short", where) if "short" in table else label
    return Item(f"{family}/{key}", label, short, _url(table, where))


def _weight(table: Mapping[str, object], key: str) -> int | None:
    weight = table.get("weight", STARTING_WEIGHTS.get(key))
    if weight is None:
        return None
    if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= 100:
        raise Refused(
            said("Family “{key}” needs a weight that is a whole number from 0 to 100.", key=key)
        )
    return weight


def _key(table: Mapping[str, object], where: str) -> str:
    key = table.get("key")
    if not isinstance(key, str) or len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise Refused(
            said(
                "{where} needs a key of small letters, digits and single hyphens, at most {most} "
                "long.",
                where=where,
                most=_LONGEST_KEY,
            )
        )
    return key


def _label(table: Mapping[str, object], name: str, where: str) -> str:
    text = table.get(name)
    fits = isinstance(text, str) and text.strip() and len(text) <= _LONGEST[name]
    if not isinstance(text, str) or not fits or not text.isprintable():
        raise Refused(
            said(
                "{where} needs a {name} of one line, at most {most} characters.",
                where=where,
                name=name,
                most=_LONGEST[name],
            )
        )
    return text.strip()


def _url(table: Mapping[str, object], where: str) -> str | None:
    url = table.get("url")
    if url is None:
        return None
    if not isinstance(url, str) or not re.fullmatch(r"https?://[^\s\"'<>]{1,500}", url):
        raise Refused(
            said("{where} has a url that does not start with http:// or https://.", where=where)
        )
    return url


def _tables(value: object, where: str, name: str) -> list[Mapping[str, object]]:
    if not isinstance(value, list) or not value:
        raise Refused(said("{where} needs at least one entry in {name}.", where=where, name=name))
    if not all(isinstance(entry, Mapping) for entry in value):
        raise Refused(said("{where} may hold only tables in {name}.", where=where, name=name))
    return cast(list[Mapping[str, object]], value)


def _all_different(keys: Sequence[str], where: str, what: str) -> None:
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise Refused(
            said(
                "{where} has two {things} called “{key}”.", where=where, things=what, key=doubled[0]
            )
        )
