"""Finding ambassadors for one prospect: the best matches, or the soonest times."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from ambassadors.core.interests import Profile, Wanted
from ambassadors.core.matching import Match, explain
from ambassadors.core.slots import Diary, first_starts, runs, starts
from ambassadors.core.spans import DAY, ceil_minute_of, minute_of, moment_of
from ambassadors.core.waking import Awake
from ambassadors.services.diary import Diaries, load_diaries
from ambassadors.services.standing import STANDING, Standing, line_up

SPARE = 4  # how many more diaries than offers are read at first: most people have time


@dataclass(frozen=True)
class Offer:
    """A match with time at `now`: their next starts (UTC) for the length asked, if any."""

    match: Match
    next_starts: tuple[datetime, ...]
    diary: Diary
    now: datetime

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """All lengths they have time for."""
        return bookable_lengths(self.diary, self.now)


@dataclass(frozen=True)
class Found:
    """Offers, best first. `full` counts matches passed over because they have no time left,
    `asleep` those whose every time lies outside the prospect's waking hours.
    """

    offers: tuple[Offer, ...]
    full: int
    asleep: int = 0

    @property
    def passed_over(self) -> int:
        """How many fit and have no time that could be had."""
        return self.full + self.asleep


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
    """Somebody who has time: their next starts for the length asked, if any."""

    profile: Profile
    diary: Diary
    next_starts: tuple[datetime, ...]


@dataclass(frozen=True)
class Asked:
    """What is looked for: so many people, each with so many starts for so many minutes."""

    wanted: Wanted
    minutes: int
    count: int
    limit: int
    awake: Awake | None


def find(
    session: Session,
    wanted: Wanted,
    now: datetime,
    *,
    minutes: int = 30,
    limit: int = 10,
    count: int = 3,
    awake: Awake | None = None,
    standing: Standing | None = None,
) -> Found:
    """The best `limit` ambassadors who have a bookable start, each with their next `count`.

    Those who match but have no time at any length within their horizon, or none while the
    prospect is `awake` (None: always), are passed over and counted. Only the best few diaries are
    read; when too few of those are free, all the others. `standing` is for whoever has it already.
    """
    standing = standing or STANDING.read(session)
    asked = Asked(wanted, minutes, count, limit, awake)
    free, full, asleep = _free_people(session, standing, asked, now)
    matches = explain(wanted, [one.profile for one in free], standing.vocabulary)
    offers = [
        Offer(match, one.next_starts, one.diary, now)
        for match, one in zip(matches, free, strict=True)
    ]
    return Found(tuple(offers), full, asleep)


def soonest(
    session: Session,
    wanted: Wanted,
    start: datetime,
    end: datetime,
    minutes: int,
    now: datetime,
) -> list[Soonest]:
    """Every start in [start, end) at which any match is free, the best one named, in time order."""
    line, places = place_starts(session, wanted, start, end, minutes, now)
    return [Soonest(minute, *line[places[minute]]) for minute in sorted(places)]


def place_starts(
    session: Session,
    wanted: Wanted,
    start: datetime,
    end: datetime,
    minutes: int,
    now: datetime,
) -> tuple[list[tuple[int, Profile]], dict[int, int]]:
    """(score, profile) of everyone who matches, best first; and for every start at which any of
    them is free, in no order, the place in that list of the best one.
    """
    standing = STANDING.read(session)
    start, end = max(start, now), min(end, now + standing.horizon)
    if start >= end:
        return [], {}
    line = list(line_up(session, standing, wanted, now, len(standing.pool.profiles)))
    ids = [profile.id for _, profile in line]
    diaries = load_diaries(session, ids, start, end, now, offered=standing.offered)
    first, last = ceil_minute_of(start), ceil_minute_of(end)
    places: dict[int, int] = {}
    for place in reversed(range(len(line))):  # the best come last, and overwrite the others
        times = starts(diaries[ids[place]], first, last, minutes, now)
        places.update(dict.fromkeys(times, place))
    return line, places


def load_profiles(session: Session) -> list[Profile]:
    """All active ambassadors by id, their load without this week's chats; kept in memory."""
    return list(STANDING.read(session).pool.profiles)


def _free_people(
    session: Session, standing: Standing, asked: Asked, now: datetime
) -> tuple[list[Free], int, int]:
    """The best who have any time; how many before them have none, or none while one is awake.

    Two batches at most, so that the number of queries is bounded: a few people more than asked
    for, then all others.
    """
    diaries = Diaries(session, standing.offered, now, now + standing.horizon)
    line = line_up(session, standing, asked.wanted, now, asked.limit + SPARE, diaries)
    free: list[Free] = []
    full = asleep = 0
    for batch in (islice(line, asked.limit + SPARE), line):
        people = [profile for _, profile in batch]
        opened = diaries.read([profile.id for profile in people])
        for profile in people:
            diary = opened[profile.id]
            next_starts = next_moments(diary, asked.minutes, now, asked.count)
            if not next_starts and not bookable_lengths(diary, now):
                full += 1
                continue
            if not is_within_reach(diary, asked.awake, asked.minutes, next_starts, now):
                asleep += 1
                continue
            free.append(Free(profile, diary, next_starts))
            if len(free) == asked.limit:
                return free, full, asleep
    return free, full, asleep


def is_within_reach(
    diary: Diary,
    awake: Awake | None,
    minutes: int,
    next_starts: tuple[datetime, ...],
    now: datetime,
) -> bool:
    """Whether some time lies within the prospect's waking hours."""
    if awake is None:
        return True
    if not next_starts:
        minutes = min(diary.rules.lengths)
    first = minute_of(now)
    end = first + (diary.rules.horizon + 1) * DAY
    return awake.covers_any(runs(diary, first, end, minutes, now), minutes)


def bookable_lengths(diary: Diary, now: datetime) -> tuple[int, ...]:
    """The lengths (minutes) for which there is a start; where one fits, all shorter ones do."""
    lengths = sorted(diary.rules.lengths)
    while lengths and not first_starts(diary, lengths[-1], now, 1):
        lengths.pop()
    return tuple(lengths)


def next_moments(diary: Diary, minutes: int, now: datetime, count: int) -> tuple[datetime, ...]:
    """The next bookable starts, as moments."""
    return tuple(moment_of(minute) for minute in first_starts(diary, minutes, now, count))
