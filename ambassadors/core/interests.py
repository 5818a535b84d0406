"""What a prospect asks for and what an ambassador knows, in the programme's own vocabulary.

An interest is written `family/item`, for example `track/thesis`; the keys are stable and stand in
addresses, CSV files and the API.
"""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ambassadors.core.refused import Refused
from ambassadors.core.said import said

MOST_INTERESTS = 60
MOST_LANGUAGES = 20

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True)
class Item:
    """One thing to be interested in; `key` carries its family: `track/thesis`."""

    key: str
    label: str
    short: str
    url: str | None = None


@dataclass(frozen=True)
class Family:
    """One kind of interest.

    `role` is "core" (asked of every prospect) or "detail" (offered). `weight` is its part of 100
    points; None: an equal share of what the weighted families leave.
    """

    key: str
    label: str
    role: str
    items: tuple[Item, ...]
    weight: int | None = None


@dataclass(frozen=True)
class Vocabulary:
    """All families that can be chosen from now, in the programme's order."""

    families: tuple[Family, ...]

    @cached_property
    def order(self) -> dict[str, int]:
        """Each interest's place in the programme's own order."""
        return {key: place for place, key in enumerate(self._items)}

    @cached_property
    def _items(self) -> dict[str, tuple[Family, Item]]:
        return {item.key: (family, item) for family in self.families for item in family.items}

    @cached_property
    def homes(self) -> dict[str, str]:
        """The key of each interest's family."""
        return {key: family.key for key, (family, _) in self._items.items()}

    @cached_property
    def weights(self) -> dict[str, int]:
        """The families' weights, as integers in proportion; those without a weight of their own
        share what the others leave of 100.
        """
        sharing = sum(family.weight is None for family in self.families) or 1
        rest = max(0, 100 - sum(family.weight or 0 for family in self.families))
        return {
            family.key: rest if family.weight is None else family.weight * sharing
            for family in self.families
        }

    @cached_property
    def sentences(self) -> dict[tuple[str, bool], tuple[str, str]]:
        """What is said of an interest that is shared, and of one that is not, once it was said."""
        return {}

    @cached_property
    def known(self) -> dict[Hashable, Any]:
        """What was worked out from this vocabulary before: see `matching.explain`."""
        return {}

    def knows(self, key: str) -> bool:
        return key in self._items

    def item(self, key: str) -> Item:
        """The item called `key`; Refused when the programme has no such interest."""
        return self._found(key)[1]

    def family_of(self, key: str) -> Family:
        """The family of the interest `key`; Refused when the programme has no such interest."""
        return self._found(key)[0]

    def _found(self, key: str) -> tuple[Family, Item]:
        found = self._items.get(key)
        if found is None:
            raise Refused(
                said("“{shown}” is not an interest of this programme.", shown=_shown(key)),
                field="interests",
            )
        return found


@dataclass(frozen=True)
class Wanted:
    """What one prospect asks for: interests, those that matter most, languages (BCP 47).

    No languages means that any language will do.
    """

    interests: tuple[str, ...]
    most: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """What matching knows of one ambassador; `load` is (chats this week, weekly cap)."""

    id: int
    name: str
    zone: str
    languages: tuple[str, ...]
    interests: frozenset[str]
    bio: str = ""
    load: tuple[int, int] = (0, 1)
    public_id: str = ""


def wanted(
    vocabulary: Vocabulary,
    interests: Iterable[str],
    most: Iterable[str] = (),
    languages: Iterable[str] = (),
) -> Wanted:
    """What was asked for, checked, without doubles, sorted; or Refused."""
    asked, marked, spoken = list(interests), set(most), list(languages)
    if len(asked) > MOST_INTERESTS:
        raise Refused(
            said("Choose at most {most_interests} interests.", most_interests=MOST_INTERESTS),
            field="interests",
        )
    chosen = set(asked)
    for key in asked:
        vocabulary.item(key)
    for key in sorted(marked - chosen):
        raise Refused(
            said(
                "“{shown}” is marked as mattering most but is not among the interests.",
                shown=_shown(key),
            ),
            field="most",
        )
    return Wanted(
        tuple(sorted(chosen)),
        frozenset(marked),
        _languages(spoken),
    )


def primary(language: str) -> str:
    """The primary subtag of a BCP 47 tag (RFC 5646, section 2.2.1): `pt` for `pt-BR`."""
    return language.partition("-")[0].lower()


def _languages(tags: Sequence[str]) -> tuple[str, ...]:
    if len(tags) > MOST_LANGUAGES:
        raise Refused(
            said("Name at most {most_languages} languages.", most_languages=MOST_LANGUAGES),
            field="languages",
        )
    for tag in tags:
        if not _LANGUAGE.fullmatch(tag):
            raise Refused(
                said("“{shown}” is not a language tag such as “en” or “pt-BR”.", shown=_shown(tag)),
                field="languages",
            )
    return tuple(sorted(set(tags)))


def _shown(text: str) -> str:
    """Somebody's text, short and printable enough to stand in a sentence."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[:61])
    return printable if len(text) <= 60 else printable[:60] + "…"


def first_part(school: str) -> str:
    """The department and the university: the college between them is left to the links."""
    parts = school.split(", ")
    return f"{parts[0]}, {parts[-1]}" if len(parts) > 2 else school
