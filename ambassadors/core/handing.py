"""Who could take over the chats of those who leave or are away: proposed together.

One chat after another gets the best match who is free then, and counts in that one's diary for
the next, so that all proposals together keep caps and never collide. The chats with the fewest
people to choose from come first: whoever could take anything should not take their last place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from ambassadors.core.hours import local_date, week_of
from ambassadors.core.interests import Profile, Vocabulary, Wanted
from ambassadors.core.matching import speaks
from ambassadors.core.pools import Pool, best
from ambassadors.core.slots import Diary, could_take, nearest
from ambassadors.core.spans import Span

FEW = 5  # free people after which a chat counts as easy to give away
CHOICES = 4  # people named for each chat
NEAREST_OF = 15  # best matches whose times near a chat's are looked for
NEAREST = 3


@dataclass(frozen=True)
class Seat:
    """A booked chat that needs somebody else: its epoch minute, its length, what was asked for."""

    id: int
    start: int
    minutes: int
    wanted: Wanted


@dataclass(frozen=True)
class Taker:
    """Somebody who is free for a chat, with the points (0–100) of the match."""

    profile: Profile
    score: int


@dataclass(frozen=True)
class Near:
    """A match who is not free at the chat's time, and their bookable start nearest to it."""

    profile: Profile
    score: int
    start: int


@dataclass(frozen=True)
class Proposal:
    """Who takes a chat: the first of `takers`; the others could as well. Nobody: `near` says who
    has time near it.
    """

    takers: tuple[Taker, ...]
    near: tuple[Near, ...] = ()


@dataclass
class Line:
    """(points, profile) of everyone who fits a wish, best first; worked out as far as it is read,
    once, however often that is.
    """

    rest: Iterator[tuple[int, Profile]]
    seen: list[tuple[int, Profile]] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, Profile]]:
        yield from self.seen
        for one in self.rest:
            self.seen.append(one)
            yield one


def propose(
    seats: Sequence[Seat],
    pool: Pool,
    diaries: Mapping[int, Diary],
    vocabulary: Vocabulary,
    now: datetime,
) -> dict[int, Proposal]:
    """A proposal for each seat by its id, only people of the pool who have a diary and share an
    interest and a language; where nothing was asked for, a language is enough.
    """
    ranked = {wish: Line(rank(wish, pool, vocabulary)) for wish in {seat.wanted for seat in seats}}
    present = dict(diaries)
    few = {seat.id: free_takers(seat, ranked[seat.wanted], present, FEW) for seat in seats}
    found: dict[int, Proposal] = {}
    for seat in sorted(seats, key=lambda seat: (len(few[seat.id]), seat.start, seat.id)):
        line = ranked[seat.wanted]
        takers = tuple(one for one in few[seat.id] if is_free(seat, one, present, diaries))[
            :CHOICES
        ]
        takers = takers or free_takers(seat, line, present, CHOICES)
        if takers:
            chosen = takers[0].profile.id
            present[chosen] = with_chat(present[chosen], seat.start, seat.minutes)
            found[seat.id] = Proposal(takers)
        else:
            found[seat.id] = Proposal((), find_near(seat, line, present, now))
    return found


def rank(wish: Wanted, pool: Pool, vocabulary: Vocabulary) -> Iterator[tuple[int, Profile]]:
    """Points and profile of everyone who fits, best first, lazily."""
    if not wish.interests:
        return ((0, profile) for profile in pool.profiles if speaks(wish, profile))
    return best(pool, wish, vocabulary, {})


def free_takers(
    seat: Seat,
    line: Iterable[tuple[int, Profile]],
    diaries: Mapping[int, Diary],
    count: int,
) -> tuple[Taker, ...]:
    """The first `count` of a ranked line who could take a chat."""

    def free() -> Iterator[Taker]:
        for score, profile in line:
            diary = diaries.get(profile.id)
            if diary is not None and could_take(diary, seat.start, seat.minutes):
                yield Taker(profile, score)

    return tuple(islice(free(), count))


def with_chat(diary: Diary, start: int, minutes: int) -> Diary:
    """A diary with one chat more in it."""
    rules, zone = diary.rules, diary.hours.zone
    taken = Span(start - rules.before, start + minutes + rules.after)
    return replace(
        diary,
        taken=(*diary.taken, taken),
        chats_on=one_more(diary.chats_on, local_date(zone, start)),
        chats_in_week=one_more(diary.chats_in_week, week_of(zone, start)),
        worked=work_more(diary, start, minutes),
    )


def work_more(diary: Diary, start: int, minutes: int) -> Mapping[date, int]:
    """The minutes of work with some more (or, below zero, less) in the week of a start."""
    if diary.guard is None:
        return diary.worked
    week = diary.guard.week_of(start)
    return {**diary.worked, week: diary.worked.get(week, 0) + minutes}


def one_more(counts: Mapping[date, int], day: date) -> dict[date, int]:
    """The counts with one more on a date."""
    return {**counts, day: counts.get(day, 0) + 1}


def is_free(
    seat: Seat, taker: Taker, present: Mapping[int, Diary], before: Mapping[int, Diary]
) -> bool:
    """Whether somebody who was free for a chat `before` still is, with what they got meanwhile."""
    diary = present[taker.profile.id]
    return diary is before[taker.profile.id] or could_take(diary, seat.start, seat.minutes)


def find_near(
    seat: Seat, line: Iterable[tuple[int, Profile]], diaries: Mapping[int, Diary], now: datetime
) -> tuple[Near, ...]:
    """The bookable starts of the best matches that are nearest to a chat, one of each."""
    there = ((score, profile) for score, profile in line if profile.id in diaries)
    found = [
        Near(profile, score, start)
        for score, profile in islice(there, NEAREST_OF)
        for start in nearest(diaries[profile.id], seat.start, seat.minutes, now, 1)
    ]
    found.sort(key=lambda near: (abs(near.start - seat.start), -near.score, near.profile.id))
    return tuple(found[:NEAREST])
