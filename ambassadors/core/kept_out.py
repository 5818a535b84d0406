"""Whom nothing but the weekly guard keeps from taking a chat, and what they would work with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice

from ambassadors.core.guarding import Guard
from ambassadors.core.handing import Seat, rank
from ambassadors.core.interests import Profile, Vocabulary
from ambassadors.core.pools import Pool, gather
from ambassadors.core.slots import Diary, could_take

NAMED = 4  # people named for each chat


@dataclass(frozen=True)
class Load:
    """What somebody works in the pay week from `week`: `worked` minutes, those elsewhere on campus
    included, and `minutes` more with the chat, of at most `limit`.
    """

    week: date
    worked: int
    minutes: int
    limit: int

    @property
    def with_chat(self) -> int:
        """The minutes of that week with the chat."""
        return self.worked + self.minutes


@dataclass(frozen=True)
class KeptOut:
    """Somebody who would be free for a chat and fits (points 0–100), and how much they work."""

    profile: Profile
    score: int
    load: Load


def kept_out_load(diary: Diary, start: int, minutes: int) -> Load | None:
    """How much somebody works in the week of a chat at an epoch minute that the weekly guard alone
    keeps them from; None when it does not, or something else does as well.
    """
    guard = diary.guard
    if guard is None or not guard.forbids(diary.worked, start, minutes):
        return None
    if not could_take(unguarded(diary), start, minutes):
        return None
    return load_of(diary, guard, guard.week_of(start), minutes)


def unguarded(diary: Diary) -> Diary:
    """The same diary, were there no weekly guard."""
    return replace(diary, guard=None)


def load_of(diary: Diary, guard: Guard, week: date, minutes: int) -> Load:
    """What somebody works in a pay week, and a chat of so many minutes."""
    return Load(week, diary.worked.get(week, 0) + guard.elsewhere, minutes, guard.limit)


def kept_out(
    seats: Sequence[Seat], pool: Pool, diaries: Mapping[int, Diary], vocabulary: Vocabulary
) -> dict[int, tuple[KeptOut, ...]]:
    """For each seat by its id who of the pool would otherwise fit, as things are booked now: the
    best `NAMED` matches, and one more when there are more.
    """
    guarded = {
        profile.id: Guarded(profile, diaries[profile.id], guard)
        for profile in pool.profiles
        if profile.id in diaries and (guard := diaries[profile.id].guard)
    }
    if not guarded:
        return {}
    calendar = next(iter(guarded.values())).guard  # the programme's weeks, as all of them have
    full: dict[tuple[date, int], Pool] = {}
    found: dict[int, tuple[KeptOut, ...]] = {}
    for seat in seats:
        week = calendar.week_of(seat.start)
        if (week, seat.minutes) not in full:
            full[week, seat.minutes] = gather(full_in(guarded.values(), week, seat.minutes))
        line = rank(seat.wanted, full[week, seat.minutes], vocabulary)
        found[seat.id] = tuple(islice(otherwise_free(seat, week, line, guarded), NAMED + 1))
    return found


@dataclass(frozen=True)
class Guarded:
    """Somebody with a guard."""

    profile: Profile
    diary: Diary
    guard: Guard

    @cached_property
    def free(self) -> Diary:
        """Their diary, were there no guard."""
        return unguarded(self.diary)


def full_in(people: Iterable[Guarded], week: date, minutes: int) -> Iterator[Profile]:
    """Those who have no room for so many minutes more in a pay week."""
    return (one.profile for one in people if one.guard.is_full(one.diary.worked, week, minutes))


def otherwise_free(
    seat: Seat,
    week: date,
    line: Iterable[tuple[int, Profile]],
    guarded: Mapping[int, Guarded],
) -> Iterator[KeptOut]:
    """Those of a ranked line, all full in the seat's week, who could take it but for the guard."""
    for score, profile in line:
        one = guarded[profile.id]
        if could_take(one.free, seat.start, seat.minutes):
            yield KeptOut(profile, score, load_of(one.diary, one.guard, week, seat.minutes))
