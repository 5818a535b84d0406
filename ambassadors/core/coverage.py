"""The coverage map: interests × hours of the week, what is asked for against what is free.

A week is 56 cells: seven days from Monday, eight blocks of three hours each, by the clock of one
zone. Numbers only; who the people are is looked up elsewhere. Plain integers: a map of 500
ambassadors takes some 40 ms, and pages do without the numerics that plans load.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ambassadors.core.interests import Profile
from ambassadors.core.spans import DAY, WEEK
from ambassadors.core.zones import segments, wall_minute

BLOCK = 180  # minutes
BLOCKS = DAY // BLOCK
CELLS = 7 * BLOCKS
QUARTER = 15  # minutes between starts: what a bookable start stands for
ANY = ""  # the row of everybody, whatever they ask for or know

EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
# The cell of each quarter of an hour of an epoch week, as wall time.
CELL_OF = tuple(
    (n * QUARTER // DAY + EPOCH_WEEKDAY) % 7 * BLOCKS + n * QUARTER % DAY // BLOCK
    for n in range(WEEK // QUARTER)
)

Row = list[int]
Grid = dict[str, Row]  # by interest, one number for each cell


@dataclass(frozen=True)
class Person:
    """Somebody who wants a chat, or several who want the same: when they are awake where they
    live, in wall minutes.
    """

    interests: tuple[str, ...]
    zone: str
    waking: tuple[int, int]
    count: int = 1


@dataclass(frozen=True)
class Supply:
    """Who is free when: `free` has each ambassador's bookable starts by cell, `knows` their
    interests, both by id.
    """

    free: Mapping[int, Row]
    knows: Mapping[int, frozenset[str]]

    @cached_property
    def starts(self) -> Grid:
        """Bookable starts by interest and cell; those of everybody once under `ANY`."""
        grid: Grid = {ANY: [0] * CELLS}
        for id, row in self.free.items():
            for key in (ANY, *self.knows[id]):
                so_far = grid.get(key)
                grid[key] = list(map(int.__add__, so_far, row)) if so_far else row
        return grid

    @cached_property
    def by_block(self) -> dict[int, Row]:
        """Each ambassador's bookable starts by block of the day, whatever the weekday."""
        return {
            id: [sum(row[block::BLOCKS]) for block in range(BLOCKS)]
            for id, row in self.free.items()
            if any(row)
        }

    def hours(self, interest: str) -> list[float]:
        """Bookable hours of every cell."""
        return [count * QUARTER / 60 for count in self.starts.get(interest) or [0] * CELLS]


def cell_of(zone: str, minute: int) -> int:
    """The cell of an epoch minute by a zone's clock."""
    return CELL_OF[wall_minute(zone, minute) // QUARTER % len(CELL_OF)]


def count_by_cell(minutes: Sequence[int], cuts: Sequence[tuple[int, int, int]]) -> Row:
    """Epoch minutes counted by cell; `cuts` are the segments of a zone that hold them all."""
    row, size = [0] * CELLS, len(CELL_OF)
    for first, last, offset in cuts:
        quarters = Counter(
            [(one + offset) // QUARTER % size for one in minutes if first <= one < last]
        )
        for quarter, count in quarters.items():
            row[CELL_OF[quarter]] += count
    return row


def supply_of(
    starts: Mapping[int, Sequence[int]],
    people: Iterable[Profile],
    zone: str,
    window: tuple[int, int],
) -> Supply:
    """The bookable starts (epoch minutes) of these ambassadors within a window, by cell."""
    cuts = list(segments(zone, *window))
    knows = {one.id: one.interests for one in people if one.id in starts}
    return Supply({id: count_by_cell(starts[id], cuts) for id in knows}, knows)


@lru_cache(maxsize=4096)
def awake_blocks(ahead: int, waking: tuple[int, int]) -> tuple[int, ...]:
    """The blocks of a zone's day in which somebody is awake for an hour or more, whose clock is so
    many minutes ahead.
    """
    return tuple(
        block
        for block in range(BLOCKS)
        if any(_is_up((block * BLOCK + n * 60 + ahead) % DAY, waking) for n in range(3))
    )


def _is_up(wall: int, waking: tuple[int, int]) -> bool:
    """Whether the hour from a wall minute of the day lies within waking hours."""
    return waking[0] <= wall and wall + 60 <= waking[1]


class Clocks:
    """How far clocks elsewhere are ahead of a zone's at an epoch minute, looked up once each."""

    def __init__(self, zone: str, minute: int) -> None:
        self.wall, self.minute = wall_minute(zone, minute), minute
        self.known: dict[str, int] = {}

    def awake(self, person: Person) -> tuple[int, ...]:
        """In which blocks of the zone's day somebody is awake, on every day of the week."""
        ahead = self.known.get(person.zone)
        if ahead is None:
            ahead = self.known[person.zone] = wall_minute(person.zone, self.minute) - self.wall
        return awake_blocks(ahead, person.waking)


@dataclass(frozen=True)
class Demand:
    """How many ask: by interest, and by interest and cell in which they are awake."""

    people: Mapping[str, int]
    cells: Grid


def demand_of(people: Iterable[Person], clocks: Clocks) -> Demand:
    """Everybody counted once under `ANY`, and once under each of their interests."""
    totals: Counter[str] = Counter()
    awake: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for person in people:
        blocks = clocks.awake(person)
        for key in (ANY, *person.interests):
            totals[key] += person.count
            awake[key, blocks] += person.count
    cells: Grid = {}
    for (key, blocks), count in awake.items():
        row = cells.setdefault(key, [0] * CELLS)
        for block in blocks:
            for day in range(7):
                row[day * BLOCKS + block] += count
    return Demand(totals, cells)


def bookings_of(booked: Iterable[tuple[Sequence[str], int]], zone: str) -> Demand:
    """Chats (their interests, their start as epoch minute) by interest, and by the cell that was
    chosen.
    """
    totals: Counter[str] = Counter()
    cells: Grid = {}
    known: dict[int, int] = {}  # many chats begin at the same times
    for keys, start in booked:
        cell = known.get(start)
        if cell is None:
            cell = known[start] = cell_of(zone, start)
        for key in (ANY, *keys):
            totals[key] += 1
            cells.setdefault(key, [0] * CELLS)[cell] += 1
    return Demand(totals, cells)
