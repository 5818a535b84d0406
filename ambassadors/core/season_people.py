"""An invented season: who wants to talk with whom, and who has time, half hour by half hour.

Everything is drawn from one seed; what people do is drawn beforehand, so that every policy meets
the same people with the same luck. Weeks are those of UTC, and a chat takes one half hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import numpy as np
import numpy.typing as npt

from ambassadors.core.hours import Hours, WeeklySpan, plain_spans
from ambassadors.core.interests import Item, Profile, Vocabulary, Wanted
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.score_table import score_table
from ambassadors.core.spans import minute_of
from ambassadors.core.waking import WAKING

HALF_HOUR = 30  # minutes
DAY, WEEK = 48, 336  # half hours
TAIL = 3  # weeks after the last one in which somebody asks
BEGIN = minute_of(datetime(2026, 9, 7, tzinfo=UTC))  # a Monday, eight weeks before clocks change
MOST_AMBASSADORS, MOST_WEEKS = 1000, 52
ASKING = 0.65  # prospects for each chat that fits into the caps of all weeks without exams

# Where prospects are, and how many of a hundred.
WORLD = {
    "Asia/Kolkata": 22, "America/New_York": 18, "Asia/Shanghai": 14, "America/Los_Angeles": 6,
    "America/Chicago": 5, "Africa/Lagos": 5, "Europe/Berlin": 4, "Asia/Taipei": 4,
    "America/Sao_Paulo": 3, "America/Mexico_City": 3, "Europe/Istanbul": 3, "Asia/Tokyo": 3,
    "Asia/Dubai": 3, "Africa/Nairobi": 2, "Europe/London": 2, "Asia/Kathmandu": 2,
    "Australia/Sydney": 1,
}  # fmt: skip
# Where ambassadors are: most study in Boston, some are away for a co-op.
AWAY = {"America/New_York": 88, "America/Los_Angeles": 5, "Europe/Berlin": 3, "Asia/Kolkata": 4}
LANGUAGES = {"en": 90, "zh": 4, "es": 3, "pt": 2, "hi": 1}
SPOKEN = {"en": 50, "hi": 15, "zh": 12, "es": 9, "pt": 4, "tr": 10}  # beside English

Grid = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Asker:
    """A prospect: when they ask (half hour), from where (row of `awake`), what for; their luck.

    Luck is uniform in [0, 1): low draws cancel, are called off, or do not show up.
    """

    at: int
    zone: int
    wanted: Wanted
    cancels: float
    called_off: float
    no_show: float


@dataclass(frozen=True, eq=False)
class World:
    """A season's people. Half hours count from `BEGIN`; weeks have 336 of them.

    `open`: half hours × ambassadors, in their hours; `caps`: weeks × ambassadors; `awake`: zones ×
    half hours; `scores`: prospects × ambassadors, −1 where nothing or no language is shared.
    """

    weeks: int
    profiles: tuple[Profile, ...]
    askers: tuple[Asker, ...]
    open: Grid
    caps: npt.NDArray[np.int64]
    awake: Grid
    scores: npt.NDArray[np.int8]


def invent(vocabulary: Vocabulary, weeks: int, ambassadors: int, seed: int) -> World:
    """The season of a seed; Refused when it would have nobody in it, or too many."""
    if not 1 <= ambassadors <= MOST_AMBASSADORS:
        raise Refused(
            said(
                "A season has from 1 to {most_ambassadors} ambassadors.",
                most_ambassadors=MOST_AMBASSADORS,
            )
        )
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refused(said("A season has from 1 to {most_weeks} weeks.", most_weeks=MOST_WEEKS))
    if not vocabulary.order:
        raise Refused(said("A season needs interests to ask for."))
    chance = Random(f"season {seed}")
    taste = _tastes(vocabulary, chance)
    profiles = tuple(_profile(n, taste, chance) for n in range(ambassadors))
    caps = _caps(profiles, weeks)
    askers = _askers(round(ASKING * int(caps[0].sum()) * weeks), weeks, taste, chance)
    return World(
        weeks,
        profiles,
        askers,
        _open(profiles, len(caps), exams(weeks), chance),
        caps,
        np.array([_grid(_every_day(zone), len(caps)) for zone in WORLD]),
        score_table([one.wanted for one in askers], profiles, vocabulary),
    )


def exams(weeks: int) -> tuple[int, ...]:
    """Weeks (from 0) with exams: the one in the middle and the last; short seasons have none."""
    return (weeks // 2 - 1, weeks - 1) if weeks >= 6 else ()


Tastes = Sequence[tuple[str, Sequence[Item]]]  # (role, items from the most to the least liked)


def _tastes(vocabulary: Vocabulary, chance: Random) -> Tastes:
    return [
        (family.role, chance.sample(family.items, len(family.items)))
        for family in vocabulary.families
        if family.items
    ]


def _most_liked(taste: Tastes) -> str:
    return taste[0][1][0].key


def _liked(items: Sequence[Item], count: int, skew: float, chance: Random) -> set[str]:
    """Keys of about `count` items, drawn by Zipf's law with this exponent."""
    weights = [1 / (place + 1) ** skew for place in range(len(items))]
    return {item.key for item in chance.choices(items, weights, k=count)}


def _drawn(parts: dict[str, int], chance: Random) -> str:
    return chance.choices(list(parts), list(parts.values()))[0]


def _profile(number: int, taste: Tastes, chance: Random) -> Profile:
    """An ambassador knows a little of most kinds, and popular things not quite as often as they
    are asked for.
    """
    known: set[str] = set()
    for role, items in taste:
        if role == "core" or chance.random() < 0.8:
            known |= _liked(items, chance.randint(1, 3), 0.5, chance)
    languages = ("en", _drawn(SPOKEN, chance))
    cap = chance.randint(2, 5)
    zone = _drawn(AWAY, chance)
    return Profile(number + 1, f"{number + 1}", zone, languages, frozenset(known), load=(0, cap))


def _caps(profiles: Sequence[Profile], weeks: int) -> npt.NDArray[np.int64]:
    """Weekly caps; half of them, rounded up, in weeks with exams."""
    caps = np.tile([one.load[1] for one in profiles], (weeks + TAIL, 1))
    for week in exams(weeks):
        caps[week] = (caps[week] + 1) // 2
    return caps.astype(np.int64)


def _open(profiles: Sequence[Profile], weeks: int, hard: Sequence[int], chance: Random) -> Grid:
    """When ambassadors have hours; with exams most of the days fall away."""
    columns = np.array([_grid(_hours(one, chance), weeks) for one in profiles])
    for column in columns:
        for day in (day for week in hard for day in range(week * 7, week * 7 + 7)):
            if chance.random() < 0.6:
                column[day * DAY : (day + 1) * DAY] = False
    return columns.T.copy()


def _hours(profile: Profile, chance: Random) -> Hours:
    """Two to four stretches of two hours between eight in the morning and nine at night."""
    days = chance.sample(range(7), chance.randint(2, 4))
    begins = [chance.choice(range(8 * 60, 19 * 60 + 1, 30)) for _ in days]
    pairs = zip(days, begins, strict=True)
    return Hours(profile.zone, tuple(WeeklySpan(day, begin, begin + 120) for day, begin in pairs))


def _every_day(zone: str) -> Hours:
    return Hours(zone, tuple(WeeklySpan(day, *WAKING) for day in range(7)))


def _grid(hours: Hours, weeks: int) -> npt.NDArray[np.bool_]:
    """The half hours that lie in these hours to their end."""
    grid = np.zeros(weeks * WEEK, bool)
    for start, end in plain_spans(hours, BEGIN, BEGIN + weeks * WEEK * HALF_HOUR):
        first, after = -((BEGIN - start) // HALF_HOUR), (end - BEGIN) // HALF_HOUR
        grid[first:after] = True
    return grid


def _askers(count: int, weeks: int, taste: Tastes, chance: Random) -> tuple[Asker, ...]:
    """More of them towards the end, as deadlines come near; in the order in which they ask."""
    zones = {name: row for row, name in enumerate(WORLD)}
    made = (_asker(weeks, zones, taste, chance) for _ in range(count))
    return tuple(sorted(made, key=lambda one: one.at))


def _asker(weeks: int, zones: dict[str, int], taste: Tastes, chance: Random) -> Asker:
    wished: set[str] = set()
    for role, items in taste:
        if chance.random() < (0.9 if role == "core" else 0.25):
            wished |= _liked(items, chance.randint(1, 2), 1.3, chance)
    interests = tuple(sorted(wished or {_most_liked(taste)}))
    most = frozenset(chance.sample(interests, min(len(interests), chance.randint(0, 2))))
    wanted = Wanted(interests, most, (_drawn(LANGUAGES, chance),))
    at = int(weeks * WEEK * chance.triangular(0, 1, 0.7))
    luck = (chance.random() for _ in range(3))
    return Asker(min(at, weeks * WEEK - 1), zones[_drawn(WORLD, chance)], wanted, *luck)
