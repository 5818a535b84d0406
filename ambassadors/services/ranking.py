"""The ranked list for programs: whoever matches and has time, then those who have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from ambassadors.core.interests import Profile, Wanted
from ambassadors.core.matching import Match, explain
from ambassadors.core.slots import Diary
from ambassadors.core.waking import Awake
from ambassadors.services.diary import Diaries
from ambassadors.services.matching import (
    SPARE,
    bookable_lengths,
    is_within_reach,
    next_moments,
)
from ambassadors.services.standing import STANDING, Standing, line_up

Next = tuple[Profile, datetime | None]


@dataclass(frozen=True)
class Ranked:
    """A match and their next start (UTC) for the length asked; None where there is none, or where
    no time of theirs lies within the prospect's waking hours.
    """

    match: Match
    next_start: datetime | None


def rank(
    session: Session, wanted: Wanted, now: datetime, awake: Awake, *, minutes: int, limit: int
) -> list[Ranked]:
    """The best `limit` matches who have time while the prospect is awake, best first; where there
    are fewer, the best of all others after them. A fixed number of queries.
    """
    standing = STANDING.read(session)
    diaries = Diaries(session, standing.offered, now, now + standing.horizon)
    line = line_up(session, standing, wanted, now, limit + SPARE, diaries)
    free: list[Next] = []
    others: list[Next] = []
    for batch in (islice(line, limit + SPARE), line):
        people = [profile for _, profile in batch]
        opened = diaries.read([profile.id for profile in people])
        for profile in people:
            diary = opened[profile.id]
            nexts = next_moments(diary, minutes, now, 1)
            if has_time(diary, awake, minutes, nexts, now):
                free.append((profile, nexts[0] if nexts else None))
            else:
                others.append((profile, None))
            if len(free) == limit:
                return in_words(wanted, standing, free)
    return in_words(wanted, standing, [*free, *others][:limit])


def has_time(
    diary: Diary, awake: Awake, minutes: int, nexts: tuple[datetime, ...], now: datetime
) -> bool:
    """Whether a chat of any length can be booked while the prospect is awake."""
    if not nexts and not bookable_lengths(diary, now):
        return False
    return is_within_reach(diary, awake, minutes, nexts, now)


def in_words(wanted: Wanted, standing: Standing, chosen: Sequence[Next]) -> list[Ranked]:
    """The same with their reasons."""
    matches = explain(wanted, [profile for profile, _ in chosen], standing.vocabulary)
    return [Ranked(match, start) for match, (_, start) in zip(matches, chosen, strict=True)]
