"""The worst gaps of the coverage map: what several people look for and hardly anybody can give."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from ambassadors.core.coverage import QUARTER, Clocks, Person, Supply

MOST = 5  # gaps that are told
LOOKED_AT = 100  # combinations that most people ask for
LEAST = 2  # people
ENOUGH = 0.5  # hours a person: one chat


@dataclass(frozen=True)
class Gap:
    """So many look for these interests (one, or two together). `able` ambassadors have them all,
    with `hours` bookable while at least one who looks is awake, `all_hours` at any time.
    """

    interests: tuple[str, ...]
    count: int
    able: int
    hours: float
    all_hours: float


def find_gaps(people: Sequence[Person], supply: Supply, clocks: Clocks) -> list[Gap]:
    """The worst first: no hour at all before too few, and of those what most people look for.

    A pair is left out where one of its interests alone has no hour either.
    """
    asking: dict[str, list[Person]] = {}
    for person in people:
        for key in person.interests:
            asking.setdefault(key, []).append(person)
    found = [
        make_gap(keys, count, asking[keys[0]], supply, clocks)
        for keys, count in most_wanted(people)
    ]
    bad = [gap for gap in found if gap.hours < ENOUGH * gap.count]
    alone = {gap.interests for gap in bad if len(gap.interests) == 1 and not gap.hours}
    told = [
        gap
        for gap in bad
        if len(gap.interests) == 1 or not any((key,) in alone for key in gap.interests)
    ]
    told.sort(key=lambda gap: (gap.hours > 0, -gap.count, gap.hours, gap.interests))
    return told[:MOST]


def most_wanted(people: Sequence[Person]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Interests alone and two together, those that most people look for, with how many do."""
    singles: Counter[tuple[str, ...]] = Counter()
    pairs: Counter[tuple[str, ...]] = Counter()
    for person in people:
        keys = sorted(set(person.interests))
        for key in keys:
            singles[key,] += person.count
        for pair in combinations(keys, 2):
            pairs[pair] += person.count
    for keys_of, count in chain(singles.most_common(), pairs.most_common(LOOKED_AT)):
        if count >= LEAST:
            yield keys_of, count


def make_gap(
    keys: tuple[str, ...], count: int, people: Sequence[Person], supply: Supply, clocks: Clocks
) -> Gap:
    """What a combination comes to."""
    wanted = frozenset(keys)
    clocks_of = {clocks.awake(person) for person in people if wanted.issubset(person.interests)}
    awake = {block for blocks in clocks_of for block in blocks}
    able = [id for id, known in supply.knows.items() if wanted <= known]
    rows = [supply.by_block[id] for id in able if id in supply.by_block]
    return Gap(
        keys,
        count,
        len(able),
        sum(row[block] for row in rows for block in awake) * QUARTER / 60,
        sum(map(sum, rows)) * QUARTER / 60,
    )
