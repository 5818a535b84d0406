"""New weights rehearsed: the same people ask again, once with the old weights, once with the new.

One after the other everybody takes the best match whose weekly cap has room in the week they
asked. Times of the past are not known any more: only interests, languages and caps count.
Points before and after are compared by the new weights: one yardstick for both.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ambassadors.core.hours import week_of
from ambassadors.core.inequality import gini
from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.matching import points, score
from ambassadors.core.pools import Pool, best


@dataclass(frozen=True)
class Asked:
    """Somebody who booked a chat or asked to be matched (`kind`), and when (epoch minute)."""

    kind: str
    id: str
    name: str
    at: int
    wanted: Wanted


@dataclass(frozen=True)
class Got:
    """Whom somebody gets; the points by the old weights and by the new; 0 for nobody."""

    profile: Profile | None
    old_points: int
    new_points: int


@dataclass(frozen=True)
class Change:
    """Somebody who would get another ambassador with the new weights."""

    asked: Asked
    before: Got
    after: Got

    @property
    def gain(self) -> int:
        """Points more than with the old weights, both by the new ones."""
        return self.after.new_points - self.before.new_points


@dataclass(frozen=True)
class Load:
    """How many chats an ambassador gets with the old weights and with the new."""

    profile: Profile
    before: int
    after: int


@dataclass(frozen=True)
class Spread:
    """One side of the comparison: who found nobody, and how unevenly chats are spread."""

    nobody: int
    gini: float
    busiest: int


@dataclass(frozen=True)
class Rehearsal:
    """What the new weights would have changed; `changes` by gain, least first; `loads`: who gets
    more than before first; `latest`: of chats and of requests only so many each were read, None
    where that was all.
    """

    asked: int
    changes: tuple[Change, ...]
    loads: tuple[Load, ...]
    before: Spread
    after: Spread
    latest: int | None = None

    @property
    def gained(self) -> tuple[Change, ...]:
        """Who would have been better off, most first."""
        return tuple(change for change in reversed(self.changes) if change.gain > 0)

    @property
    def lost(self) -> tuple[Change, ...]:
        """Who would have been worse off, most first."""
        return tuple(change for change in self.changes if change.gain < 0)


def rehearse(asked: Iterable[Asked], pool: Pool, old: Vocabulary, new: Vocabulary) -> Rehearsal:
    """Everybody's best match with the old and the new weights; the order of `asked` is nothing."""
    line = sorted(asked, key=lambda one: (one.at, one.kind, one.id))
    before, after = replay(line, pool, old), replay(line, pool, new)
    changes = [
        Change(one, _got(one, was, old, new), _got(one, becomes, old, new))
        for one, was, becomes in zip(line, before, after, strict=True)
        if was != becomes
    ]
    changes.sort(key=lambda change: change.gain)
    loads = _loads(pool, before, after)
    return Rehearsal(
        len(line),
        tuple(changes),
        tuple(sorted(loads, key=lambda load: (load.before - load.after, load.profile.name))),
        _spread(before, [load.before for load in loads]),
        _spread(after, [load.after for load in loads]),
    )


def replay(line: Sequence[Asked], pool: Pool, vocabulary: Vocabulary) -> list[Profile | None]:
    """Whom each gets who asks in this order; None when nobody matches or all who do are full."""
    weeks = _Weeks(pool)
    return [weeks.take(one, vocabulary) for one in line]


class _Weeks:
    """This week's chats of everybody, each week begun where their own zone's Monday begins."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.chats: dict[int, int] = {}
        self.mondays: dict[str, date] = {}
        self.people: dict[str, list[int]] = {}
        for profile in pool.profiles:
            self.people.setdefault(profile.zone, []).append(profile.id)

    def take(self, one: Asked, vocabulary: Vocabulary) -> Profile | None:
        """The best match with room, who then has one chat more."""
        self._turn_to(one.at)
        for _, profile in best(self.pool, one.wanted, vocabulary, self.chats):
            if self.chats.get(profile.id, 0) < profile.load[1]:
                self.chats[profile.id] = self.chats.get(profile.id, 0) + 1
                return profile
        return None

    def _turn_to(self, minute: int) -> None:
        for zone, ids in self.people.items():
            monday = week_of(zone, minute)
            if self.mondays.get(zone) != monday:
                self.mondays[zone] = monday
                for one in ids:
                    self.chats.pop(one, None)


def _got(one: Asked, profile: Profile | None, old: Vocabulary, new: Vocabulary) -> Got:
    if profile is None:
        return Got(None, 0, 0)
    return Got(
        profile,
        score(points(one.wanted, old), profile),
        score(points(one.wanted, new), profile),
    )


def _loads(
    pool: Pool, before: Iterable[Profile | None], after: Iterable[Profile | None]
) -> list[Load]:
    """Everybody who takes chats at all."""
    had, has = (Counter(one.id for one in side if one) for side in (before, after))
    return [
        Load(profile, had[profile.id], has[profile.id])
        for profile in pool.profiles
        if profile.load[1] > 0
    ]


def _spread(given: Sequence[Profile | None], counts: Sequence[int]) -> Spread:
    nobody = sum(profile is None for profile in given)
    return Spread(nobody, gini(counts), max(counts, default=0))
