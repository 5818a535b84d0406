"""Which ambassadors know what a prospect asks for: points, reasons, misses, ranking.

Score, reasons and misses come from one computation. All arithmetic is on integers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from math import lcm

from ambassadors.core.interests import Profile, Vocabulary, Wanted, primary
from ambassadors.core.phrases import miss_text, reason_text

FULL_SCORE = 100
MOST_WISHES = 500  # whose reasons are kept in words

_SIXTY_FOUR_BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Reason:
    """An interest the ambassador shares, what it adds to the score, and the same in words."""

    interest: str
    points: int
    text: str


@dataclass(frozen=True)
class Miss:
    """An interest the ambassador does not share, in words, and what it would have added."""

    interest: str
    text: str
    points: int


@dataclass(frozen=True)
class Match:
    """One ambassador for one prospect; `score` (0–100) is the sum of the reasons' points."""

    profile: Profile
    score: int
    reasons: tuple[Reason, ...]
    misses: tuple[Miss, ...]


def points(wanted: Wanted, vocabulary: Vocabulary) -> dict[str, int]:
    """What each wanted interest is worth; together exactly 100, by largest remainder.

    The chosen families share 100 by their weights, the interests within a family share its part,
    those that matter most twice as much as the others. Equal remainders go to what matters most,
    then to what comes first in the programme.
    """
    shares = _shares(wanted, vocabulary)
    whole = sum(shares.values())
    worth = {key: share * FULL_SCORE // whole for key, share in shares.items()}
    left = FULL_SCORE - sum(worth.values()) if worth else 0
    if not left:
        return worth
    by_remainder = sorted(
        shares,
        key=lambda key: (
            -(shares[key] * FULL_SCORE % whole),
            key not in wanted.most,
            vocabulary.order[key],
        ),
    )
    for key in by_remainder[:left]:
        worth[key] += 1
    return worth


def _shares(wanted: Wanted, vocabulary: Vocabulary) -> dict[str, int]:
    """Integers in the proportion of the points, not yet rounded to 100. When all the families
    chosen from weigh nothing, each weighs the same.
    """
    most, weights = wanted.most, vocabulary.weights
    homes = {key: vocabulary.homes[key] for key in _of_programme(wanted, vocabulary)}
    units: dict[str, int] = {}
    for key, name in homes.items():
        units[name] = units.get(name, 0) + (2 if key in most else 1)
    common = lcm(*units.values())
    even = not any(weights[name] for name in units)
    parts = {name: (1 if even else weights[name]) * (common // units[name]) for name in units}
    return {key: parts[name] * (2 if key in most else 1) for key, name in homes.items()}


def _of_programme(wanted: Wanted, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The interests; refused when the programme does not have one of them."""
    for key in wanted.interests:
        if key not in vocabulary.homes:
            vocabulary.item(key)
    return wanted.interests


def speaks(wanted: Wanted, profile: Profile) -> bool:
    """Whether the two share a language (or the prospect named none)."""
    known = {primary(language) for language in profile.languages}
    return not wanted.languages or any(primary(tag) in known for tag in wanted.languages)


def score(worth: dict[str, int], profile: Profile) -> int:
    """The points of the wanted interests that the ambassador has."""
    return sum(worth[key] for key in worth.keys() & profile.interests)


def line_up(
    wanted: Wanted, profiles: Iterable[Profile], vocabulary: Vocabulary
) -> list[tuple[int, Profile]]:
    """(score, profile) of everyone who shares an interest and a language, best first.

    Equal scores: who has had the smaller share of their weekly cap, then a stable hash of the
    prospect's wish and the ambassador; never the order of `profiles`.
    """
    worth, seed = points(wanted, vocabulary), seed_of(wanted)
    scored = ((score(worth, profile), profile) for profile in profiles)
    fitting = [(got, profile) for got, profile in scored if got and speaks(wanted, profile)]
    return sorted(fitting, key=lambda pair: (-pair[0], *_place(seed, pair[1])))


def _place(seed: int, profile: Profile) -> tuple[float, int, int]:
    """Who comes first among equals: the less busy, then by a lot that always falls the same."""
    return load_share(profile.load), turn(seed, own_lot(profile.id)), profile.id


def load_share(load: tuple[int, int]) -> float:
    """The share of a weekly cap that is used up; equal shares are equal numbers."""
    chats, cap = load
    return chats / cap if cap > 0 else float("inf")


def seed_of(wanted: Wanted) -> int:
    """An odd number of 64 bits, the same for the same wish."""
    wish = repr((wanted.interests, sorted(wanted.most), wanted.languages))
    return _hash(wish.encode()) | 1


def own_lot(profile_id: int) -> int:
    """An ambassador's own number of 64 bits."""
    return _hash(b"%d" % profile_id)


def turn(seed: int, lot: int) -> int:
    """When it is this lot's turn under this seed: each comes first for its part of all wishes.

    Multiplicative hashing (Dietzfelbinger et al., 1997), cheap enough for thousands of equals.
    """
    return seed * lot & _SIXTY_FOUR_BITS


def _hash(text: bytes) -> int:
    return int.from_bytes(blake2b(text, digest_size=8).digest())


def explain(wanted: Wanted, profiles: Iterable[Profile], vocabulary: Vocabulary) -> list[Match]:
    """The matches of these ambassadors in the order given, whatever their scores."""
    sides = vocabulary.known.get(wanted)
    if sides is None:
        if len(vocabulary.known) >= MOST_WISHES:
            vocabulary.known.clear()
        sides = vocabulary.known[wanted] = _sides(wanted, vocabulary)
    return [_match(profile, sides) for profile in profiles]


def reasons_of(wanted: Wanted, profile: Profile, vocabulary: Vocabulary) -> tuple[Reason, ...]:
    """The reasons of one match, as `explain` has them; for thousands whose misses nobody reads."""
    worth = points(wanted, vocabulary)
    shared = [key for key in worth if key in profile.interests]
    shared.sort(key=lambda key: (-worth[key], vocabulary.order[key]))
    return tuple(
        Reason(key, worth[key], _sentences(vocabulary, key, key in wanted.most)[0])
        for key in shared
    )


def _sides(wanted: Wanted, vocabulary: Vocabulary) -> list[tuple[Reason, Miss]]:
    """Each interest as a reason and as a miss, what is worth most first."""
    worth = points(wanted, vocabulary)
    sides = []
    for key in sorted(worth, key=lambda key: (-worth[key], vocabulary.order[key])):
        reason, miss = _sentences(vocabulary, key, key in wanted.most)
        sides.append((Reason(key, worth[key], reason), Miss(key, miss, worth[key])))
    return sides


def _sentences(vocabulary: Vocabulary, key: str, most: bool) -> tuple[str, str]:
    """What is said of an interest as a reason and as a miss; found once for each vocabulary."""
    said = vocabulary.sentences.get((key, most))
    if said is None:
        family, item = vocabulary.family_of(key), vocabulary.item(key)
        said = reason_text(family, item, most), miss_text(family, item, most)
        vocabulary.sentences[key, most] = said
    return said


def _match(profile: Profile, sides: list[tuple[Reason, Miss]]) -> Match:
    known = profile.interests
    reasons = tuple(reason for reason, _ in sides if reason.interest in known)
    misses = tuple(miss for _, miss in sides if miss.interest not in known)
    return Match(profile, sum(reason.points for reason in reasons), reasons, misses)


def rank(wanted: Wanted, profiles: Iterable[Profile], vocabulary: Vocabulary) -> list[Match]:
    """Everyone who shares an interest and a language with the prospect, explained, best first."""
    ordered = [profile for _, profile in line_up(wanted, profiles, vocabulary)]
    return explain(wanted, ordered, vocabulary)
