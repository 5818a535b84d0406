"""Who there is to choose from: vocabulary and profiles, kept in memory, and this week's chats."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate, chain
from sys import intern

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ambassadors.core import pools
from ambassadors.core.chats import COUNTED
from ambassadors.core.hours import week_of
from ambassadors.core.interests import Profile, Vocabulary, Wanted, primary
from ambassadors.core.pools import Pool, Tier, gather
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, Chat, Family, Interest, User, ambassador_interests
from ambassadors.models.engine import Packed
from ambassadors.models.many import among, is_any
from ambassadors.services.diary import Diaries
from ambassadors.services.offerings import OFFERINGS, Offering
from ambassadors.services.programme import read_vocabulary
from ambassadors.services.versions import Kept, data_version

# By table columns: rows that are only counted need no objects made of them.
_CHATS = Chat.__table__.c
_IN_WEEKS = (
    select(_CHATS.ambassador_id, _CHATS.cap_week, func.count().label("chats"))
    .where(
        among(_CHATS.ambassador_id, "ids"),
        _CHATS.cap_week.between(bindparam("first"), bindparam("last")),
        is_any(_CHATS.status, [status.value for status in COUNTED]),
    )
    .group_by(_CHATS.ambassador_id, _CHATS.cap_week)
    .subquery()
)
_CHATS_IN_WEEKS = select(Packed(*_IN_WEEKS.c))

_PEOPLE = (
    select(
        Ambassador.id,
        User.name,
        Ambassador.time_zone,
        Ambassador.languages,
        Ambassador.bio,
        Ambassador.weekly_cap,
        Ambassador.horizon_days,
    )
    .join(User, User.id == Ambassador.user_id)
    .where(Ambassador.status == "active", Ambassador.pending_since.is_(None), User.active)
)

_INTERESTS = (
    select(ambassador_interests.c.ambassador_id, Family.key, Interest.key)
    .join(Interest, Interest.id == ambassador_interests.c.interest_id)
    .join(Family, Family.id == Interest.family_id)
    .where(Interest.retired_at.is_(None), Family.retired_at.is_(None))
)

FEW = 40  # people whose diaries are read at once as soon as their chats are counted


@dataclass(frozen=True)
class Standing:
    """What matching keeps in memory: the vocabulary, everyone to choose from, how far they plan,
    what they offer.

    `version` is the data version of which all this is true.
    """

    version: int
    vocabulary: Vocabulary
    pool: Pool
    horizon: timedelta
    offered: Mapping[int, Offering]

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The languages that anybody to choose from speaks, as primary subtags."""
        return frozenset(primary(tag) for one in self.pool.profiles for tag in one.languages)


def line_up(
    session: Session,
    standing: Standing,
    wanted: Wanted,
    now: datetime,
    soon: int,
    diaries: Diaries | None = None,
) -> Iterator[tuple[int, Profile]]:
    """(score, profile with this week's load) of everyone who matches, best first, lazily.

    Two queries at most: this week's chats are counted for the tiers that hold the first `soon`
    people, and for all others only when more than those are asked for. A few people's are
    counted in their `diaries`, which will be wanted anyway.
    """
    pool = standing.pool
    for group in _first_and_rest(pools.tiers(pool, wanted, standing.vocabulary), soon):
        people = [profile for tier in group for profile in pools.members(pool, tier)]
        if diaries is not None and len(people) <= FEW:
            chats = _count_in(diaries, people)
        else:
            chats = chats_this_week(session, people, now)
        for tier in group:
            for profile in pools.in_turn(pool, tier, wanted, chats):
                count = chats.get(profile.id, 0)
                load = (count, profile.load[1])
                yield tier.score, replace(profile, load=load) if count else profile


def _count_in(diaries: Diaries, people: list[Profile]) -> dict[int, int]:
    """`chats_this_week`, from diaries."""
    opened = diaries.read([profile.id for profile in people])
    mondays = _mondays(people, diaries.now)
    counts = ((one, opened[one.id].chats_in_week) for one in people)
    return {one.id: chats.get(mondays[one.zone], 0) for one, chats in counts if chats}


def _mondays(people: Iterable[Profile], now: datetime) -> dict[str, date]:
    """The Monday of this week, by zone."""
    minute = minute_of(now)
    return {zone: week_of(zone, minute) for zone in {one.zone for one in people}}


def _first_and_rest(tiers: list[Tier], count: int) -> Iterator[list[Tier]]:
    """The best tiers that hold at least `count` people together, and the others."""
    held = accumulate(tier.members.bit_count() for tier in tiers)
    needed = sum(before < count for before in chain([0], held))
    yield from (group for group in (tiers[:needed], tiers[needed:]) if group)


def chats_this_week(session: Session, people: Iterable[Profile], now: datetime) -> dict[int, int]:
    """How many chats of this week, as each one's own zone counts it, these ambassadors have."""
    people = list(people)
    zones = {profile.id: profile.zone for profile in people}
    mondays = _mondays(people, now)
    weeks = mondays.values() or [date.min]
    values = {"ids": list(zones), "first": min(weeks), "last": max(weeks)}
    return {
        id: count
        for id, monday, count in session.scalar(_CHATS_IN_WEEKS, values) or ()
        if date.fromisoformat(monday) == mondays[zones[id]]
    }


def read_standing(session: Session) -> Standing:
    """All of it, read afresh: a few queries, whatever the number of ambassadors."""
    known: dict[int, set[str]] = {}
    for ambassador_id, family, item in session.execute(_INTERESTS):
        known.setdefault(ambassador_id, set()).add(intern(f"{family}/{item}"))
    rows = session.execute(_PEOPLE).all()
    profiles = (
        Profile(
            id=row.id,
            name=row.name,
            zone=row.time_zone,
            languages=tuple(row.languages),
            interests=frozenset(known.get(row.id, ())),
            bio=row.bio,
            load=(0, row.weekly_cap),
            public_id=str(row.id),
        )
        for row in rows
    )
    days = max((row.horizon_days for row in rows), default=1)
    horizon = timedelta(days=days + 1)
    return Standing(
        data_version(session),
        read_vocabulary(session),
        gather(profiles),
        horizon,
        OFFERINGS.read(session),
    )


STANDING = Kept(read_standing)
