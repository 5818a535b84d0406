"""Finding ambassadors for one prospect: the best matches, or the soonest times."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from ambassadors.core.interests import Profile, Wanted
from ambassadors.core.matching import Match, explain
from ambassadors.core.slots import Diary, first_starts, starts
from ambassadors.core.spans import ceil_minute_of, moment_of
from ambassadors.services.diary import load_diaries
from ambassadors.services.standing import STANDING, Standing, line_up

SPARE = 4  # how many more diaries than offers are read at first: most people have time


@dataclass(frozen=True)
class Offer:
    """A match with time: their next starts (UTC) for the length asked, all lengths they have."""

    match: Match
    next_starts: tuple[datetime, ...]
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """Offers, best first; `full` counts matches passed over because they have no time left."""

    offers: tuple[Offer, ...]
    full: int


class Soonest(NamedTuple):
    """A time (epoch minute) at which somebody is free, and the best match among those who are.

    A named tuple: thousands are made for one answer.
    """

    minute: int
    score: int
    profile: Profile

    @property
    def start(self) -> datetime:
        """The same time as a moment."""
        return moment_of(self.minute)


@dataclass(frozen=True)
class Free:
    """Somebody who has time, and for which lengths."""

    profile: Profile
    diary: Diary
    lengths: tuple[int, ...]


def find(
    session: Session,
    wanted: Wanted,
    now: datetime,
    *,
    minutes: int = 30,
    limit: int = 10,
    count: int = 3,
) -> Found:
    """The best `limit` ambassadors who have a bookable start, each with their next `count`.

    Those who match but have no time at any length within their horizon are passed over and
    counted. Only the best few diaries are read; when too few of those are free, all the others.
    """
    standing = STANDING.read(session)
    free, full = _free_people(session, standing, wanted, now, limit)
    matches = explain(wanted, [one.profile for one in free], standing.vocabulary)
    offers = [
        Offer(match, next_moments(one.diary, minutes, now, count), one.lengths)
        for match, one in zip(matches, free, strict=True)
    ]
    return Found(tuple(offers), full)


def soonest(
    session: Session,
    wanted: Wanted,
    start: datetime,
    end: datetime,
    minutes: int,
    now: datetime,
) -> list[Soonest]:
    """Every start in [start, end) at which any match is free, the best one named, in time order."""
    standing = STANDING.read(session)
    start, end = max(start, now), min(end, now + standing.horizon)
    if start >= end:
        return []
    line = list(line_up(session, standing, wanted, now, len(standing.pool.profiles)))
    diaries = load_diaries(session, [profile.id for _, profile in line], start, end, now)
    first, last = ceil_minute_of(start), ceil_minute_of(end)
    named: dict[int, tuple[int, Profile]] = {}
    for pair in reversed(line):  # the best come last, and overwrite the others
        times = starts(diaries[pair[1].id], first, last, minutes, now)
        named.update(dict.fromkeys(times, pair))
    return [Soonest(minute, *named[minute]) for minute in sorted(named)]


def load_profiles(session: Session) -> list[Profile]:
    """All active ambassadors by id, their load without this week's chats; kept in memory."""
    return list(STANDING.read(session).pool.profiles)


def _free_people(
    session: Session, standing: Standing, wanted: Wanted, now: datetime, limit: int
) -> tuple[list[Free], int]:
    """The best `limit` who have any time; how many before them have none.

    Two batches at most, so that the number of queries is bounded: a few people more than asked
    for, then all others.
    """
    line = line_up(session, standing, wanted, now, limit + SPARE)
    free: list[Free] = []
    full = 0
    for batch in (islice(line, limit + SPARE), line):
        people = [profile for _, profile in batch]
        ids = [profile.id for profile in people]
        diaries = load_diaries(session, ids, now, now + standing.horizon, now) if ids else {}
        for profile in people:
            lengths = bookable_lengths(diaries[profile.id], now)
            if not lengths:
                full += 1
                continue
            free.append(Free(profile, diaries[profile.id], lengths))
            if len(free) == limit:
                return free, full
    return free, full


def bookable_lengths(diary: Diary, now: datetime) -> tuple[int, ...]:
    """The lengths (minutes) for which there is a start; where one fits, all shorter ones do."""
    lengths = sorted(diary.rules.lengths)
    while lengths and not first_starts(diary, lengths[-1], now, 1):
        lengths.pop()
    return tuple(lengths)


def next_moments(diary: Diary, minutes: int, now: datetime, count: int) -> tuple[datetime, ...]:
    """The next bookable starts, as moments."""
    return tuple(moment_of(minute) for minute in first_starts(diary, minutes, now, count))
