"""What the coverage map is made of: people who ask, chats booked, searches in vain, free times."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.chats import COUNTED
from ambassadors.core.coverage import Person, Supply, supply_of
from ambassadors.core.slots import Diary, starts
from ambassadors.core.spans import minute_of
from ambassadors.models import Chat, Search, WaitingRequest
from ambassadors.models.engine import EpochMinute, Packed
from ambassadors.services import searches
from ambassadors.services.diary import load_diaries
from ambassadors.services.standing import STANDING

AHEAD = 28  # days of free times that are counted
PERIODS = (14, 28, 84)  # days of demand that can be looked back on
USUAL = 30  # minutes

_CHATS = Chat.__table__.c
_BOOKED = select(Packed(_CHATS.interests, EpochMinute(_CHATS.starts_at)))


@dataclass(frozen=True)
class Wanting:
    """Everybody who wants or wanted a chat. `asked`: requests of the last `days`, whatever became
    of them; `waiting`: those that wait, however long; `searched`: searches that found nobody;
    `booked`: chats booked, as interests and start (epoch minute).
    """

    days: int
    asked: tuple[Person, ...]
    waiting: tuple[Person, ...]
    searched: tuple[Person, ...]
    booked: tuple[tuple[Sequence[str], int], ...]

    @property
    def unmet(self) -> tuple[Person, ...]:
        """Those who have nobody."""
        return self.waiting + self.searched


def read_wanting(session: Session, now: datetime, days: int) -> Wanting:
    """Four queries."""
    first = now - timedelta(days=days)
    columns = (
        WaitingRequest.interests, WaitingRequest.time_zone, WaitingRequest.wake,
        WaitingRequest.sleep,
    )  # fmt: skip
    rows = select(*columns)
    known = WaitingRequest.state.in_(("waiting", "matched", "closed"))  # as the index has them
    asked = session.execute(rows.where(known, WaitingRequest.created_at > first)).all()
    waiting = session.execute(rows.where(WaitingRequest.state == "waiting")).all()
    looked = searches.since(session, first.date())
    return Wanting(
        days,
        tuple(map(person_of, asked)),
        tuple(map(person_of, waiting)),
        tuple(map(searcher_of, looked)),
        read_booked(session, first),
    )


def person_of(row: Any) -> Person:
    """Somebody who asked to be matched."""
    return Person(tuple(row.interests), row.time_zone, (row.wake, row.sleep))


def searcher_of(row: Search) -> Person:
    """Those of a day who looked for the same in vain."""
    return Person(tuple(row.interests), row.zone, (row.wake, row.sleep), row.count)


def read_booked(session: Session, first: datetime) -> tuple[tuple[Sequence[str], int], ...]:
    """Chats that were booked since then and not cancelled, by their columns: there are many.

    Not by an index on states, by which SQLite would go through all years.
    """
    kept = [status.value for status in COUNTED]
    rows = _BOOKED.where(_CHATS.created_at > first, (_CHATS.status + "").in_(kept))
    return tuple((read_keys(keys), start) for keys, start in session.scalar(rows) or ())


def read_keys(keys: "str | list[str]") -> Sequence[str]:
    """Interests within packed rows: SQLite packs JSON as a text, PostgreSQL as what it is."""
    return decoded(keys) if isinstance(keys, str) else keys


@lru_cache(maxsize=10_000)  # many chats are about the same
def decoded(keys: str) -> tuple[str, ...]:
    """Interests from their JSON."""
    return tuple(json.loads(keys))


def read_supply(session: Session, now: datetime, zone: str) -> Supply:
    """The free times of everybody who can be found, in the coming weeks: one query, beside what is
    kept in memory.
    """
    standing = STANDING.read(session)
    people = standing.pool.profiles
    end = now + timedelta(days=AHEAD)
    ids = [one.id for one in people]
    diaries = load_diaries(session, ids, now, end, now, offered=standing.offered)
    window = minute_of(now), minute_of(end)
    return supply_of(free_starts(diaries, window, now), people, zone, window)


def free_starts(
    diaries: Mapping[int, Diary], window: tuple[int, int], now: datetime
) -> dict[int, list[int]]:
    """The bookable starts of each, for chats of 30 minutes or the nearest length they offer."""
    return {id: starts(diary, *window, length_of(diary), now) for id, diary in diaries.items()}


def length_of(diary: Diary) -> int:
    """The length nearest to the usual one."""
    return min(diary.rules.lengths, key=lambda one: abs(one - USUAL), default=USUAL)
