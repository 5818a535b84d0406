"""How far a match fits, family by family: its points against what the family could give."""

from collections.abc import Iterable
from dataclasses import dataclass

from ambassadors.core.interests import Vocabulary
from ambassadors.core.matching import Match, Miss, Reason


@dataclass(frozen=True)
class Fit:
    """One family that was chosen from: the points shared (`got`) of those it holds (`of`).

    `start` is what the families before it hold: where it begins in a bar of 100.
    """

    family: str
    label: str
    got: int
    of: int
    start: int


def fits(match: Match, vocabulary: Vocabulary) -> tuple[Fit, ...]:
    """The families chosen from, in the programme's order; those that weigh nothing are left out."""
    got = by_family(match.reasons, vocabulary)
    missed = by_family(match.misses, vocabulary)
    found: list[Fit] = []
    start = 0
    for family in vocabulary.families:
        of = got.get(family.key, 0) + missed.get(family.key, 0)
        if of:
            found.append(Fit(family.key, family.label, got.get(family.key, 0), of, start))
            start += of
    return tuple(found)


def by_family(sides: Iterable[Reason | Miss], vocabulary: Vocabulary) -> dict[str, int]:
    """The points of reasons or misses, by the family of their interests."""
    sums: dict[str, int] = {}
    for one in sides:
        home = vocabulary.homes[one.interest]
        sums[home] = sums.get(home, 0) + one.points
    return sums
