"""The map itself: a line for each interest, a cell for each block of the week, the worst gaps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from ambassadors.core.coverage import (
    ANY,
    CELLS,
    Clocks,
    Demand,
    Person,
    Supply,
    bookings_of,
    demand_of,
)
from ambassadors.core.gaps import ENOUGH, Gap, find_gaps
from ambassadors.core.interests import Vocabulary
from ambassadors.core.said import said
from ambassadors.core.spans import minute_of
from ambassadors.services.coverage.reading import Wanting, read_supply, read_wanting
from ambassadors.services.programme import vocabulary

EVERYTHING = said("All interests")
NOTHING = Demand({}, {})


class Cell(NamedTuple):
    """A block of the week: bookable `hours` in the coming weeks; how many of those who asked, who
    wait and who searched in vain are awake then; how many chats were booked at that time.
    """

    hours: float
    asked: int
    waiting: int
    searched: int
    booked: int

    @property
    def unmet(self) -> int:
        """How many of those who have nobody could talk then."""
        return self.waiting + self.searched

    @property
    def state(self) -> str:
        """ "gap" (wanted, and no hour), "tight" (less than one chat each), "free" or "none"."""
        if self.unmet and not self.hours:
            return "gap"
        if self.unmet and self.hours < ENOUGH * self.unmet:
            return "tight"
        return "free" if self.hours else "none"


@dataclass(frozen=True)
class Line:
    """An interest, or all of them (`key` is then empty): people and chats, each counted once, the
    bookable hours, and the 56 cells, from Monday's first block on.
    """

    key: str
    family: str
    label: str
    hours: float
    asked: int
    waiting: int
    searched: int
    booked: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Map:
    """`zone`: by whose clock the week is cut. `zones`: where those live who have nobody, most
    first. `days`: how far back demand was counted.
    """

    zone: str
    days: int
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    zones: tuple[str, ...]

    @property
    def whole(self) -> Line:
        """The line of all interests."""
        return self.lines[0]


def draw(session: Session, now: datetime, zone: str, days: int) -> Map:
    """The map by a zone's clock, of demand since so many days: a fixed number of queries."""
    wanting, supply = read_wanting(session, now, days), read_supply(session, now, zone)
    clocks, known = Clocks(zone, minute_of(now)), vocabulary(session)
    return Map(
        zone,
        days,
        tuple(lines_of(known, wanting, supply, clocks, zone)),
        tuple(find_gaps([still_known(one, known) for one in wanting.unmet], supply, clocks)),
        zones_of(wanting),
    )


def still_known(person: Person, known: Vocabulary) -> Person:
    """What they ask for, less what the programme has retired since."""
    if all(known.knows(key) for key in person.interests):
        return person
    kept = tuple(key for key in person.interests if known.knows(key))
    return replace(person, interests=kept)


def lines_of(
    known: Vocabulary, wanting: Wanting, supply: Supply, clocks: Clocks, zone: str
) -> Iterator[Line]:
    """All interests together, then each of the programme's in its order."""
    demands = (
        demand_of(wanting.asked, clocks),
        demand_of(wanting.waiting, clocks),
        demand_of(wanting.searched, clocks),
        bookings_of(wanting.booked, zone),
    )
    yield line_of(ANY, "", EVERYTHING, supply, demands)
    for family in known.families:
        for item in family.items:
            yield line_of(item.key, family.label, item.short, supply, demands)


def line_of(key: str, family: str, label: str, supply: Supply, demands: Sequence[Demand]) -> Line:
    """One line: numbers of people, chats and hours, and its cells."""
    empty = [0] * CELLS
    rows = [demand.cells.get(key, empty) for demand in demands]
    cells = tuple(map(Cell, supply.hours(key), *rows))
    asked, waiting, searched, booked = (demand.people.get(key, 0) for demand in demands)
    hours = sum(cell.hours for cell in cells)
    return Line(key, family, label, hours, asked, waiting, searched, booked, cells)


def zones_of(wanting: Wanting) -> tuple[str, ...]:
    """Zones of those who have nobody, the most frequent first."""
    counts: dict[str, int] = {}
    for person in wanting.unmet:
        counts[person.zone] = counts.get(person.zone, 0) + person.count
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))
