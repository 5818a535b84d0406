"""Who stands behind a cell of the coverage map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.coverage import BLOCKS, QUARTER, Clocks, Person, cell_of
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.models import Search, WaitingRequest
from ambassadors.services import searches
from ambassadors.services.coverage.reading import AHEAD, free_starts, read_booked, searcher_of
from ambassadors.services.diary import load_diaries
from ambassadors.services.standing import STANDING

MOST = 100  # of each list


@dataclass(frozen=True)
class Able:
    """An ambassador who has the interest: bookable hours in the cell, and the next starts (UTC)
    in it; `all_hours` are those of the whole week.
    """

    id: int
    name: str
    zone: str
    hours: float
    all_hours: float
    next_starts: tuple[datetime, ...]


@dataclass(frozen=True)
class Sought:
    """A search that found nobody: what else it was for, from where, how often, last on which day
    (UTC).
    """

    interests: tuple[str, ...]
    zone: str
    languages: tuple[str, ...]
    count: int
    last: date


@dataclass(frozen=True)
class Behind:
    """The people of a cell: ambassadors with most hours first, requests (those that wait first,
    then the latest), searches by how often, and how many chats were booked at that time.
    """

    able: tuple[Able, ...]
    requests: tuple[WaitingRequest, ...]
    searches: tuple[Sought, ...]
    booked: int


def find_behind(
    session: Session, now: datetime, zone: str, days: int, interest: str, cell: int | None
) -> Behind:
    """Everybody in a cell of an interest ("" for any; None: in the whole week)."""
    first = now - timedelta(days=days)
    clocks = Clocks(zone, minute_of(now))

    def fits(person: Person) -> bool:
        asks = not interest or interest in person.interests
        return asks and (cell is None or cell % BLOCKS in clocks.awake(person))

    booked = [
        start
        for keys, start in read_booked(session, first)
        if (not interest or interest in keys) and cell in (None, cell_of(zone, start))
    ]
    requests = [row for row in read_requests(session, first) if fits(asker_of(row))]
    looked = [row for row in searches.since(session, first.date()) if fits(searcher_of(row))]
    return Behind(
        tuple(find_able(session, now, zone, interest, cell)),
        tuple(requests[:MOST]),
        tuple(sum_up(looked)[:MOST]),
        len(booked),
    )


def read_requests(session: Session, first: datetime) -> Sequence[WaitingRequest]:
    """Those that wait, and those of the period, whatever became of them: one query."""
    waits = WaitingRequest.state == "waiting"
    return session.scalars(
        select(WaitingRequest)
        .where(waits | (WaitingRequest.created_at > first))
        .order_by(waits.desc(), WaitingRequest.created_at.desc(), WaitingRequest.id.desc())
    ).all()


def asker_of(row: WaitingRequest) -> Person:
    """A request as the map counts it."""
    return Person(tuple(row.interests), row.time_zone, (row.wake, row.sleep))


def sum_up(rows: Sequence[Search]) -> list[Sought]:
    """Days put together, what was looked for most often first."""
    found: dict[tuple[object, ...], Sought] = {}
    for row in rows:
        what = tuple(row.interests), row.zone, tuple(row.languages)
        one = found.get(what)
        count, last = (one.count, one.last) if one else (0, row.day)
        found[what] = Sought(*what, count + row.count, max(last, row.day))
    return sorted(found.values(), key=lambda one: (-one.count, one.interests, one.zone))


def find_able(
    session: Session, now: datetime, zone: str, interest: str, cell: int | None
) -> list[Able]:
    """Ambassadors with the interest, most hours in the cell first: one query."""
    standing = STANDING.read(session)
    people = [one for one in standing.pool.profiles if not interest or interest in one.interests]
    end = now + timedelta(days=AHEAD)
    diaries = load_diaries(
        session, [one.id for one in people], now, end, now, offered=standing.offered
    )
    free = free_starts(diaries, (minute_of(now), minute_of(end)), now)
    found = []
    for one in people:
        inside = [start for start in free[one.id] if cell is None or cell_of(zone, start) == cell]
        hours, all_hours = (len(some) * QUARTER / 60 for some in (inside, free[one.id]))
        nexts = tuple(moment_of(start) for start in inside[:3])
        found.append(Able(one.id, one.name, one.zone, hours, all_hours, nexts))
    return sorted(found, key=lambda one: (-one.hours, -one.all_hours, one.name))[:MOST]
