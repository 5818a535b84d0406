"""Searches of the demo that found nobody: pairs of interests that no ambassador of it has."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations

from sqlalchemy.orm import Session

from ambassadors.models import Ambassador
from ambassadors.services import searches
from ambassadors.services.demo.invented import DAY
from ambassadors.services.roster import interest_keys
from ambassadors.services.searches import Looked

# How often each was looked for, and from where.
SOUGHT = ((7, "Asia/Kolkata"), (4, "Asia/Shanghai"), (2, "Africa/Lagos"))


def count_searches(session: Session, ambassadors: Sequence[Ambassador], now: datetime) -> None:
    """Counts them on the last days."""
    for (count, zone), pair in zip(SOUGHT, pairs_of_nobody(ambassadors), strict=False):
        for n in range(count):
            searches.count(session, Looked(pair, (), zone), now - n * DAY)


def pairs_of_nobody(ambassadors: Sequence[Ambassador]) -> Iterator[tuple[str, str]]:
    """Two interests that somebody has each and nobody both, no interest twice."""
    known = [frozenset(interest_keys(one)) for one in ambassadors]
    seen: set[str] = set()
    for pair in combinations(sorted(frozenset().union(*known)), 2):
        first, second = (key.partition("/")[0] for key in pair)
        fresh = first != second and not seen.intersection(pair)
        if fresh and not any(keys.issuperset(pair) for keys in known):
            seen.update(pair)
            yield pair
