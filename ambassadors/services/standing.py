"""Who there is to choose from: vocabulary and profiles, kept in memory, and this week's chats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from sys import intern

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import COUNTED
from ambassadors.core.hours import week_of
from ambassadors.core.interests import Profile, Vocabulary
from ambassadors.core.pools import Pool, gather
from ambassadors.core.spans import minute_of
from ambassadors.models import Ambassador, Chat, Family, Interest, User, ambassador_interests
from ambassadors.services.programme import read_vocabulary
from ambassadors.services.versions import Kept

FARTHEST_ZONES = ("Etc/GMT+12", "Pacific/Kiritimati")  # where a day begins last and first

# Begins with the ambassadors, so that it reads one stretch of an index for each of them and not
# every chat there ever was.
_CHATS_IN_WEEKS = (
    select(Chat.ambassador_id, Chat.cap_week, func.count())
    .select_from(Ambassador)
    .join(Chat, Chat.ambassador_id == Ambassador.id)
    .where(
        Ambassador.status == "active",
        Chat.cap_week.in_(bindparam("mondays", expanding=True)),
        Chat.status.in_([status.value for status in COUNTED]),
    )
    .group_by(Chat.ambassador_id, Chat.cap_week)
)

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
    .where(Ambassador.status == "active", User.active)
)

_INTERESTS = (
    select(ambassador_interests.c.ambassador_id, Family.key, Interest.key)
    .join(Interest, Interest.id == ambassador_interests.c.interest_id)
    .join(Family, Family.id == Interest.family_id)
    .where(Interest.retired_at.is_(None), Family.retired_at.is_(None))
)


@dataclass(frozen=True)
class Standing:
    """What matching keeps in memory: the vocabulary, everyone to choose from, how far they plan."""

    vocabulary: Vocabulary
    pool: Pool
    horizon: timedelta


def chats_this_week(session: Session, pool: Pool, now: datetime) -> dict[int, int]:
    """How many chats of this week, as each one's own zone counts it, every ambassador has."""
    mondays = {week_of(zone, minute_of(now)) for zone in FARTHEST_ZONES}
    rows = session.execute(_CHATS_IN_WEEKS, {"mondays": list(mondays)})
    if len(mondays) == 1:
        return {id: count for id, _, count in rows}
    profiles, places = pool.profiles, pool.places
    return {
        id: count
        for id, monday, count in rows
        if id in places and monday == week_of(profiles[places[id]].zone, minute_of(now))
    }


def read_standing(session: Session) -> Standing:
    """All of it, read afresh: four queries, whatever the number of ambassadors."""
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
    return Standing(read_vocabulary(session), gather(profiles), timedelta(days=days + 1))


STANDING = Kept(read_standing)
