"""Ranking fast: one prospect among thousands of ambassadors in well under a millisecond.

A pool holds, for every interest and language, one long integer with a bit for each ambassador
who has it. Few operations on those integers sort everybody into tiers of equal score; only the
tiers that are read are put in order. The plain way, `matching.line_up`, gives the same order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop
from itertools import compress
from typing import NamedTuple

from ambassadors.core.interests import Profile, Vocabulary, Wanted, primary
from ambassadors.core.matching import load_share, own_lot, points, seed_of, turn

_BITS = bytes.maketrans(b"01", b"\x00\x01")


@dataclass(frozen=True)
class Pool:
    """Profiles in the order of their ids; the first one is the highest bit of every integer."""

    profiles: tuple[Profile, ...]
    places: Mapping[int, int]
    lots: tuple[int, ...]
    interests: Mapping[str, int]
    languages: Mapping[str, int]
    capless: int


class Tier(NamedTuple):
    """Those of a pool who have the same score, as an integer with a bit for each of them."""

    score: int
    members: int


def gather(profiles: Iterable[Profile]) -> Pool:
    """The pool of these profiles, each with an id of its own."""
    people = tuple(sorted(profiles, key=lambda profile: profile.id))
    tongues = [{primary(language) for language in profile.languages} for profile in people]
    return Pool(
        people,
        {profile.id: place for place, profile in enumerate(people)},
        tuple(own_lot(profile.id) for profile in people),
        _columns([profile.interests for profile in people]),
        _columns(tongues),
        _integer(len(people), (n for n, one in enumerate(people) if one.load[1] <= 0)),
    )


def best(
    pool: Pool, wanted: Wanted, vocabulary: Vocabulary, chats: Mapping[int, int]
) -> Iterator[tuple[int, Profile]]:
    """(score, profile) of everyone who shares an interest and a language, best first, lazily.

    `chats` counts the chats of this week by ambassador id; who is not in it has none. The order
    is that of `matching.line_up`.
    """
    for tier in tiers(pool, wanted, vocabulary):
        for profile in in_turn(pool, tier, wanted, chats):
            yield tier.score, profile


def tiers(pool: Pool, wanted: Wanted, vocabulary: Vocabulary) -> list[Tier]:
    """Everyone who shares an interest and a language, by score, the best first."""
    reached = {0: _gate(pool, wanted)}
    for key, more in points(wanted, vocabulary).items():
        reached = _split(reached, pool.interests.get(key, 0), more)
    return [Tier(score, reached[score]) for score in sorted(reached.keys() - {0}, reverse=True)]


def in_turn(pool: Pool, tier: Tier, wanted: Wanted, chats: Mapping[int, int]) -> Iterator[Profile]:
    """A tier's people: the smaller share of the weekly cap first, then by lot; lazily."""
    seed = seed_of(wanted)
    busy = _integer(len(pool.profiles), _known_places(pool, chats)) | pool.capless
    for place in _by_lot(pool, tier.members & ~busy, seed):
        yield pool.profiles[place]
    for place in _by_load(pool, tier.members & busy, seed, chats):
        yield pool.profiles[place]


def members(pool: Pool, tier: Tier) -> list[Profile]:
    """A tier's people by their ids."""
    return [pool.profiles[place] for place in _places(pool, tier.members)]


def _split(reached: Mapping[int, int], holders: int, more: int) -> dict[int, int]:
    """One more interest splits everybody of one score into those who have it and the rest."""
    split: dict[int, int] = {}
    for score, some in reached.items():
        lucky = some & holders
        for score_then, part in ((score, some ^ lucky), (score + more, lucky)):
            if part:
                split[score_then] = split.get(score_then, 0) | part
    return split


def _gate(pool: Pool, wanted: Wanted) -> int:
    """Everyone who shares a language with the prospect."""
    if not wanted.languages:
        return (1 << len(pool.profiles)) - 1
    gate = 0
    for tag in wanted.languages:
        gate |= pool.languages.get(primary(tag), 0)
    return gate


def _by_lot(pool: Pool, members: int, seed: int) -> Iterator[int]:
    """The members' places by lot, drawing only as many as are asked for."""
    lots = pool.lots
    heap = [(turn(seed, lots[place]), place) for place in _places(pool, members)]
    heapify(heap)
    while heap:
        yield heappop(heap)[1]


def _by_load(pool: Pool, members: int, seed: int, chats: Mapping[int, int]) -> list[int]:
    """The members' places, the smaller share of the weekly cap first, then by lot."""

    def rank(place: int) -> tuple[float, int, int]:
        profile = pool.profiles[place]
        load = (chats.get(profile.id, 0), profile.load[1])
        return load_share(load), turn(seed, pool.lots[place]), place

    return sorted(_places(pool, members), key=rank)


def _known_places(pool: Pool, chats: Mapping[int, int]) -> Iterator[int]:
    places = pool.places
    return (places[one] for one, count in chats.items() if count > 0 and one in places)


def _columns(sets: list[frozenset[str]] | list[set[str]]) -> dict[str, int]:
    holders: dict[str, list[int]] = {}
    for place, keys in enumerate(sets):
        for key in keys:
            holders.setdefault(key, []).append(place)
    return {key: _integer(len(sets), places) for key, places in holders.items()}


def _integer(size: int, places: Iterable[int]) -> int:
    """An integer of `size` binary digits with ones at these places, counted from the left."""
    digits = bytearray(b"0") * (size + 1)
    for place in places:
        digits[place + 1] = ord("1")
    return int(bytes(digits), 2)


def _places(pool: Pool, members: int) -> Iterable[int]:
    """Where an integer has ones; the opposite of `_integer`."""
    size = len(pool.profiles)
    if members.bit_count() * 64 < size:
        return _few_places(size, members)
    digits = f"{members:0{size}b}".encode().translate(_BITS)
    return compress(pool.places.values(), digits)


def _few_places(size: int, members: int) -> list[int]:
    places = []
    while members:
        length = members.bit_length()
        places.append(size - length)
        members ^= 1 << (length - 1)
    return places
